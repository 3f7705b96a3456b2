/* junit: see the header. A suite's numbers stand before its cases: these wait in memory, a few hundred bytes each,
 * until the one pass over the store is done. */
#include "junit.h"

#include <stdlib.h>
#include <string.h>

#include "escape.h"
#include "language.h"
#include "own.h"
#include "counted.h"
#include "value.h"

struct suite {
	char *name;
	FILE *cases; /* into text; closed when all are there */
	char *text;
	size_t len;
	unsigned tests, failures, errors, skipped;
	int64_t time_ms;
};

struct junit {
	const struct run_info *run;
	int64_t at;
	struct suite **suite; /* each in a place of its own, where its stream writes to */
	size_t count;
	json_t *places; /* in suite, by name */
	unsigned seen;
	struct error *e;
};

static int no_memory(struct junit *j)
{
	return error_set(j->e, ERROR_LOCAL, _("out of memory for the test results"));
}

static void suite_free(struct suite *s)
{
	if (!s)
		return;
	if (s->cases)
		fclose(s->cases);
	free(s->text);
	free(s->name);
	free(s);
}
CLEANUP_OF(struct suite, suite_free);

static void junit_done(struct junit *j)
{
	for (size_t i = 0; i < j->count; i++)
		suite_free(j->suite[i]);
	free(j->suite);
	json_decref(j->places);
}

static struct suite *new_suite(struct junit *j, const char *name)
{
	struct suite **grown = reallocarray(j->suite, j->count + 1, sizeof(struct suite *));
	OWN(suite_free) struct suite *s = calloc(1, sizeof(*s));

	if (grown)
		j->suite = grown;
	if (!grown || !s || !(s->name = strdup(name)) || !(s->cases = open_memstream(&s->text, &s->len)) ||
		json_object_set_new(j->places, name, json_integer((json_int_t)j->count)) < 0)
		return NULL;
	return j->suite[j->count++] = TAKE(s);
}

/* What Ansible calls a host's group that has none. */
static struct suite *suite_of(struct junit *j, const char *group)
{
	const char *name = *group ? group : "ungrouped";
	const json_t *place = json_object_get(j->places, name);

	return place ? j->suite[json_integer_value(place)] : new_suite(j, name);
}

static void attribute(FILE *out, const char *name, const char *text)
{
	fprintf(out, " %s=\"", name);
	escape_xml(out, text);
	putc('"', out);
}

static void seconds(FILE *out, int64_t ms)
{
	fprintf(out, " time=\"%lld.%03d\"", (long long)(ms / 1000), (int)(ms % 1000));
}

static void line(FILE *out, const char *what, const char *text)
{
	if (!text || !*text)
		return;
	fprintf(out, "%s: ", what);
	escape_xml(out, text);
	putc('\n', out);
}

/* What the message alone does not tell: enough to look further. */
static void put_details(const struct junit *j, FILE *out, const struct counted *s, const json_t *record)
{
	static const char *const checkpoints[] = { "writers", "environment", "events", "eventsystem" };
	const json_t *seen = json_object_get(record, "checkpoints"), *error;
	size_t i;

	line(out, "verdict", verdict_name(s->verdict));
	line(out, "confidence", json_string_value(json_object_get(record, "confidence")));
	line(out, "cause", json_string_value(json_object_get(record, "cause")));
	FOR_EACH(point, checkpoints)
		line(out, *point, json_string_value(json_object_get(seen, *point)));
	json_array_foreach(json_object_get(record, "errors"), i, error)
		line(out, "error", json_string_value(json_object_get(error, "message")));
	line(out, "waiver", json_string_value(json_object_get(s->waiver, "reason")));
	line(out, "checked at", json_string_value(json_object_get(record, "checked_at")));
	line(out, "run", j->run->id);
}

static void put_case(const struct junit *j, struct suite *suite, const struct counted *s, const json_t *record)
{
	static const char *const elements[] = { NULL, "skipped", "skipped", "failure",
		"error" }; /* enum counted_class */
	const char *element = elements[s->class], *type = s->class == COUNTED_WAIVED ? "waived" : s->kind;
	FILE *out = suite->cases;

	fputs("<testcase", out);
	attribute(out, "classname", suite->name);
	attribute(out, "name", s->name);
	seconds(out, s->duration_ms == UNSEEN ? 0 : s->duration_ms);
	if (!element) {
		fputs("/>\n", out);
		return;
	}
	fprintf(out, "><%s", element);
	attribute(out, "type", type ? type : verdict_name(s->verdict));
	attribute(out, "message", s->reason);
	putc('>', out);
	put_details(j, out, s, record);
	fprintf(out, "</%s></testcase>\n", element);
}

static int add_case(void *context, json_t *record, json_t *evidence)
{
	struct junit *j = context;
	struct counted s;

	(void)evidence;
	if (!counted_of(&s, record, j->run, j->at))
		return error_set(j->e, ERROR_LOCAL, _("run %s: a record cannot be read"), j->run->id);
	struct suite *suite = suite_of(j, s.group);
	if (!suite)
		return no_memory(j);
	j->seen++;
	suite->tests++;
	suite->failures += s.class == COUNTED_FINDING;
	suite->errors += s.class == COUNTED_UNCHECKED;
	suite->skipped += s.class == COUNTED_BUSY || s.class == COUNTED_WAIVED;
	suite->time_ms += s.duration_ms == UNSEEN ? 0 : s.duration_ms;
	put_case(j, suite, &s, record);
	return ferror(suite->cases) ? no_memory(j) : 0;
}

static int close_suites(struct junit *j)
{
	for (size_t i = 0; i < j->count; i++)
		if (fclose(TAKE(j->suite[i]->cases)) == EOF)
			return no_memory(j);
	return 0;
}

/* While a run goes on it has hosts that nobody can name yet: they must not look as if all were well. */
static void put_unseen(const struct junit *j, FILE *out)
{
	unsigned unseen = j->run->total - j->seen;

	fprintf(out,
		"<testsuite name=\"run %s\" tests=\"1\" failures=\"0\" errors=\"1\" skipped=\"0\">\n"
		"<testcase classname=\"run\" name=\"%s\"><error type=\"aborted\" "
		"message=\"%u of %u servers have no result: the run is %s\"/></testcase>\n</testsuite>\n",
		j->run->id, j->run->id, unseen, j->run->total, j->run->state);
}

static void put_suite(const struct junit *j, FILE *out, const struct suite *s)
{
	char started[VALUE_TIME];

	fputs("<testsuite", out);
	attribute(out, "name", s->name);
	fprintf(out, " tests=\"%u\" failures=\"%u\" errors=\"%u\" skipped=\"%u\"", s->tests, s->failures, s->errors,
		s->skipped);
	seconds(out, s->time_ms);
	if (time_utc(started, j->run->started))
		attribute(out, "timestamp", started);
	fputs(">\n<properties><property name=\"run\"", out);
	attribute(out, "value", j->run->id);
	fputs("/><property name=\"profile\"", out);
	attribute(out, "value", run_profile(j->run));
	fputs("/><property name=\"state\"", out);
	attribute(out, "value", j->run->state);
	fputs("/></properties>\n", out);
	fwrite(s->text, 1, s->len, out);
	fputs("</testsuite>\n", out);
}

static void put_all(const struct junit *j, FILE *out)
{
	unsigned unseen = j->run->total > j->seen, tests = unseen, failures = 0, errors = unseen;

	for (size_t i = 0; i < j->count; i++) {
		tests += j->suite[i]->tests;
		failures += j->suite[i]->failures;
		errors += j->suite[i]->errors;
	}
	fprintf(out,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<testsuites name=\"vssfleet\" tests=\"%u\" failures=\"%u\" errors=\"%u\">\n",
		tests, failures, errors);
	if (unseen)
		put_unseen(j, out);
	for (size_t i = 0; i < j->count; i++)
		put_suite(j, out, j->suite[i]);
	fputs("</testsuites>\n", out);
}

int report_junit_write(struct store *store, const struct run_info *run, const struct report_options *options,
	FILE *const out[REPORT_FILES_MAX], struct error *e)
{
	OWN_VALUE(junit_done)
	struct junit j = { .run = run, .at = run->started, .places = json_object(), .e = e };

	(void)options;
	if (!j.places)
		return no_memory(&j);
	if (report_each(store, run, STORE_BY_NAME, 0, add_case, &j, e) < 0 || e->kind != ERROR_NONE)
		return -1;
	if (close_suites(&j) < 0)
		return -1;
	put_all(&j, out[0]);
	return 0;
}
