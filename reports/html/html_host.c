/* html_host: see the header. */
#include "html_host.h"

#include <string.h>

#include "value.h"

bool html_is_plain(enum verdict verdict)
{
	return verdict == VERDICT_BUSY || verdict == VERDICT_SHARED || verdict == VERDICT_HEALTHY;
}

bool html_is_unchecked(enum verdict verdict)
{
	return verdict == VERDICT_UNKNOWN || verdict == VERDICT_UNREACHABLE;
}

static const char *text_at(json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

static int64_t number_at(json_t *object, const char *key)
{
	json_t *value = json_object_get(object, key);

	return json_is_integer(value) ? json_integer_value(value) : UNSEEN;
}

static int64_t time_at(json_t *object, const char *key)
{
	const char *text = text_at(object, key);
	time_t seconds;

	return text && time_read(text, &seconds) ? seconds : UNSEEN;
}

static int64_t size_at(json_t *object, const char *key)
{
	json_t *list = json_object_get(object, key);

	return json_is_array(list) ? (int64_t)json_array_size(list) : UNSEEN;
}

static void relapse_of(struct shown_host *host, json_t *remedied)
{
	host->change = text_at(remedied, "change");
	host->repaired = time_at(remedied, "at");
	host->back = time_at(remedied, "back");
	host->regressed = json_is_true(json_object_get(remedied, "regressed"));
}

static bool is_false(json_t *object, const char *key)
{
	return json_is_false(json_object_get(object, key));
}

/* "Microsoft Windows Server 2012 R2 Standard" and its localised forms, where only the beginning is constant. */
static const char *os_of(const char *caption)
{
	static const char *const said[] = { "Microsoft ", "Windows ", "Microsoft\xc2\xae ", "Windows\xc2\xae " };

	FOR_EACH(prefix, said)
		if (caption && !strncmp(caption, *prefix, strlen(*prefix)))
			caption += strlen(*prefix);
	return caption;
}

static const char *failed_service(json_t *writers)
{
	enum { STABLE = 1, WAITING_LAST = 5 };
	json_t *writer;
	size_t i;

	json_array_foreach(writers, i, writer)
	{
		json_t *state = json_object_get(writer, "state");
		if (json_is_integer(state) &&
			(json_integer_value(state) < STABLE || json_integer_value(state) > WAITING_LAST))
			return text_at(writer, "service");
	}
	return NULL;
}

bool html_host(struct shown_host *host, json_t *record)
{
	json_t *about = json_object_get(record, "host"), *vss = json_object_get(record, "vss");
	json_t *es = json_object_get(record, "eventsystem"), *transport = json_object_get(record, "transport");
	json_t *matching = json_object_get(json_object_get(record, "events"), "matching");
	const char *verdict = text_at(record, "verdict"), *writers;
	int named = verdict ? verdict_of_name(verdict) : -1;

	*host = (struct shown_host){ .name = text_at(about, "name"), .address = text_at(about, "address") };
	if (!host->name || named < 0)
		return false;
	host->verdict = (enum verdict)named;
	writers = text_at(json_object_get(record, "checkpoints"), "writers");
	host->gone = writers && !strcmp(writers, "match");
	host->groups = json_object_get(about, "groups");
	host->os = os_of(text_at(json_object_get(record, "os"), "caption"));
	host->found = size_at(vss, "writers");
	host->expected = size_at(vss, "missing") == UNSEEN || host->found == UNSEEN
				 ? UNSEEN
				 : host->found + size_at(vss, "missing");
	host->unexpected = number_at(matching, "8193");
	host->com = number_at(matching, "13");
	host->pid = number_at(es, "pid");
	host->others = size_at(es, "shared_with");
	host->backup = time_at(json_object_get(record, "backup"), "last_success");
	host->checked = time_at(record, "checked_at");
	host->since = time_at(record, "since");
	host->hypervisor = text_at(json_object_get(record, "platform"), "hypervisor");
	host->reason = html_is_plain(host->verdict) ? NULL : text_at(record, "reason");
	host->reason_ja = host->reason ? text_at(record, "reason_ja") : NULL;
	host->fault = text_at(record, "cause");
	host->service = failed_service(json_object_get(vss, "writers"));
	host->cause = html_cause_of(record, host->verdict);
	relapse_of(host, json_object_get(record, "remedied"));
	host->waiver = json_object_get(record, "waiver");
	if (!json_is_object(host->waiver))
		host->waiver = NULL;
	const char *scheme = text_at(transport, "scheme");
	host->unsealed = is_false(transport, "sealed") && scheme && strcmp(scheme, "https") != 0; /* TLS encrypts too */
	host->unproved = is_false(transport, "server_authenticated");
	return true;
}
