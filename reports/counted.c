/* counted: see the header. */
#include "counted.h"

#include <string.h>
#include <time.h>

#include "html_host.h"

enum { DAY = 86400, DATE = 10 /* bytes of 2026-11-22 */ };

static const char *text_at(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

const char *waiver_status_name(enum waiver_status status)
{
	static const char *const names[] = { "active", "expiring", "expired", "unused" };

	return names[status];
}

/* The last day counts. Dates of this form sort as texts. */
static bool is_over(const char *expires, int64_t at)
{
	char day[DATE + 1];
	time_t seconds = (time_t)at;
	struct tm tm;

	if (strlen(expires) < DATE || !gmtime_r(&seconds, &tm) || !strftime(day, sizeof(day), "%Y-%m-%d", &tm))
		return true;
	return strncmp(expires, day, DATE) < 0;
}

enum waiver_status waiver_status(const json_t *waiver, int64_t at)
{
	const char *expires = text_at(waiver, "expires");

	if (is_over(expires, at))
		return WAIVER_EXPIRED;
	return is_over(expires, at + WAIVER_EXPIRING_DAYS * DAY) ? WAIVER_EXPIRING : WAIVER_ACTIVE;
}

static bool is_finding(enum verdict verdict, const struct run_info *run)
{
	if (verdict == VERDICT_SHARED)
		return json_is_true(json_object_get(run->meta, "isolate_required"));
	return !html_is_plain(verdict) && !html_is_unchecked(verdict);
}

static enum counted_class class_of(const struct counted *s, const struct run_info *run, int64_t at)
{
	if (html_is_unchecked(s->verdict))
		return COUNTED_UNCHECKED;
	if (s->verdict == VERDICT_BUSY)
		return COUNTED_BUSY;
	if (!is_finding(s->verdict, run))
		return COUNTED_OK;
	return s->waiver && waiver_status(s->waiver, at) != WAIVER_EXPIRED ? COUNTED_WAIVED : COUNTED_FINDING;
}

static int64_t number_of(const json_t *value)
{
	return json_is_integer(value) ? json_integer_value(value) : UNSEEN;
}

bool counted_of(struct counted *s, json_t *record, const struct run_info *run, int64_t at)
{
	json_t *host = json_object_get(record, "host"), *waiver = json_object_get(record, "waiver");
	const json_t *writers = json_object_get(json_object_get(record, "vss"), "writers");
	const char *group = json_string_value(json_array_get(json_object_get(host, "groups"), 0));
	int verdict = verdict_of_name(text_at(record, "verdict"));

	if (verdict < 0 || !*text_at(host, "name"))
		return false;
	const struct html_cause *cause = html_cause_of(record, (enum verdict)verdict);
	*s = (struct counted){
		.name = text_at(host, "name"),
		.group = group ? group : "",
		.verdict = (enum verdict)verdict,
		.kind = cause ? cause->kind : NULL,
		.reason = text_at(record, "reason"),
		.waiver = json_is_object(waiver) ? waiver : NULL,
		.writers = json_is_array(writers) ? (int64_t)json_array_size(writers) : UNSEEN,
		.duration_ms = number_of(json_object_get(record, "duration_ms")),
	};
	s->class = class_of(s, run, at);
	return true;
}

int64_t run_moment(const struct run_info *run)
{
	return run->ended == UNSEEN ? run->started : run->ended;
}

const char *run_profile(const struct run_info *run)
{
	const char *profile = text_at(run->meta, "profile");

	return *profile ? profile : "default";
}
