/* from_run: see the header. Theory of operation: each host joins groups that are named like what the run said of it
 * ("verdict=affected", "cause=D4", "run=01JD8QX..."), so that a limit selects by them as by any group of the
 * inventory. */
#include "from_run.h"
#include "hosts.h"
#include "inventory.h"
#include "language.h"
#include "str.h"
#include "targets.h"

#include <stdlib.h>
#include <string.h>

static const struct place place = { "--from-run", 0 };

struct said { /* by the run */
	char *host, *verdict, *cause;
};

struct reading {
	struct said *said;
	size_t count;
	bool failed;
};

static void reading_done(struct reading *reading)
{
	for (size_t i = 0; i < reading->count; i++) {
		free(reading->said[i].host);
		free(reading->said[i].verdict);
		free(reading->said[i].cause);
	}
	free(reading->said);
}

void from_run_done(struct from_run *from)
{
	json_decref(from->sources);
	*from = (struct from_run){ 0 };
}

static char *copy_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));
	return text ? strdup(text) : NULL;
}

static int note(void *context, json_t *record, json_t *evidence)
{
	struct reading *reading = context;
	struct said *said = &reading->said[reading->count++]; /* there is room for all hosts of the run */
	(void)evidence;

	*said = (struct said){ copy_of(json_object_get(record, "host"), "name"), copy_of(record, "verdict"),
		copy_of(record, "cause") };
	reading->failed |= !said->host || !said->verdict;
	return reading->failed;
}

static int join(struct host *host, const char *key, const char *word, size_t len, struct error *e)
{
	OWN_VALUE(str_done) struct str group = { 0 };

	str_addf(&group, "%s=%.*s", key, (int)len, word);
	return host_join(host, str_text(&group), place, e);
}

static int join_all(struct host *host, const struct said *said, const char *run, struct error *e)
{
	if (join(host, "run", run, strlen(run), e) < 0 ||
		join(host, "verdict", said->verdict, strlen(said->verdict), e) < 0)
		return -1;
	for (const char *word = said->cause; word && *word;) { /* "D4 eventsystem_stopped" */
		size_t len = strcspn(word, " ");
		if (len && join(host, "cause", word, len, e) < 0)
			return -1;
		word += len + strspn(word + len, " ");
	}
	return 0;
}

static int mark(struct hosts *hosts, const struct reading *reading, struct from_run *from, struct error *e)
{
	for (size_t i = 0, position; i < reading->count; i++) {
		int found = hosts_find(hosts, reading->said[i].host, &position, e);
		if (found < 0 || (found && join_all(&hosts->host[position], &reading->said[i], from->run, e) < 0))
			return -1;
		from->gone += !found;
	}
	return 0;
}

void from_run_pattern(struct str *out, const char *pattern)
{
	static const char *const keys[] = { "verdict:", "cause:" };
	bool begins = true; /* a term, where its operator may stand */

	while (*pattern) {
		size_t len = 0;
		FOR_EACH(key, keys)
			if (begins && !strncmp(pattern, *key, strlen(*key)))
				len = strlen(*key);
		if (len) {
			str_addn(out, pattern, len - 1);
			str_addc(out, '=');
		} else
			str_addc(out, *pattern);
		begins = !len && strchr(",:&! \t", *pattern);
		pattern += len ? len : 1;
	}
}

static int limit(struct hosts *hosts, const struct options *o, const char *run, struct error *e)
{
	OWN_VALUE(str_done) struct str pattern = { 0 };

	if (o->limit)
		from_run_pattern(&pattern, o->limit);
	str_addf(&pattern, "%s&run=%s", pattern.len ? "," : "", run);
	if (inventory_limit(hosts, str_text(&pattern), e) < 0)
		return -1;
	if (!hosts->count)
		return error_set(e, ERROR_LOCAL, _("--limit %s: selects none of the hosts of run %s"),
			o->limit ? o->limit : "all", run);
	return 0;
}

static int read_hosts(struct hosts *hosts, const struct options *o, const struct run_info *info,
	const struct reading *reading, struct from_run *from, struct error *e)
{
	const json_t *recorded = json_object_get(info->meta, "sources");
	OWN(own_free) const char **names = calloc(reading->count + 1, sizeof(*names));

	if (!names)
		return error_set(e, ERROR_LOCAL, _("out of memory"));
	for (size_t i = 0; i < reading->count; i++)
		names[i] = reading->said[i].host;
	if (targets_again(hosts, o, recorded, names, reading->count, e) < 0)
		return -1;
	from->sources = targets_named(o) ? targets_sources(o, hosts) : json_deep_copy(recorded);
	return from->sources ? 0 : error_set(e, ERROR_LOCAL, _("out of memory"));
}

int from_run_read(
	struct hosts *hosts, const struct options *o, struct store *store, struct from_run *from, struct error *e)
{
	OWN_VALUE(run_info_done) struct run_info info = { 0 };
	OWN_VALUE(reading_done) struct reading reading = { 0 };

	const char *id = strcmp(o->from_run, "latest") != 0 ? o->from_run : NULL;
	if (store_run(store, id, &info, e) < 0)
		return -1;
	memcpy(from->run, info.id, sizeof(from->run));
	if (!(reading.said = calloc(info.total + 1, sizeof(*reading.said))))
		return error_set(e, ERROR_LOCAL, _("out of memory"));
	if (store_records(store, info.id, STORE_AS_FINISHED, 0, note, &reading, e) < 0)
		return -1;
	if (reading.failed)
		return error_set(e, ERROR_LOCAL, _("a record of run %s cannot be read"), info.id);
	if (read_hosts(hosts, o, &info, &reading, from, e) < 0 || mark(hosts, &reading, from, e) < 0)
		return -1;
	return limit(hosts, o, from->run, e);
}
