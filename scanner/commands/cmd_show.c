/* show: one server of a run with its evidence. */
#include "command.h"
#include "escape.h"
#include "own.h"
#include "places.h"

#include <stdio.h>
#include <string.h>

struct view {
	json_t *record, *evidence; /* owned */
};

static void view_done(struct view *view)
{
	json_decref(view->record);
	json_decref(view->evidence);
}

static const char *text(json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

/* "label   value", escaped; nothing for null. */
static void line(const char *label, const char *value)
{
	OWN_VALUE(str_done) struct str safe = { 0 };
	if (!value)
		return;
	escape_terminal(&safe, value);
	printf("%-13s %s\n", label, str_text(&safe));
}

static void show_writers(json_t *vss)
{
	size_t i;
	json_t *writer;
	json_array_foreach(json_object_get(vss, "writers"), i, writer)
	{
		OWN_VALUE(str_done) struct str row = { 0 };
		json_t *state = json_object_get(writer, "state");
		str_addf(&row, "%s  [%d] %s  %s  %s", text(writer, "name") ? text(writer, "name") : "?",
			json_is_integer(state) ? (int)json_integer_value(state) : -1,
			text(writer, "state_text") ? text(writer, "state_text") : "",
			text(writer, "last_error") ? text(writer, "last_error") : "",
			text(writer, "service") ? text(writer, "service") : "");
		line(i ? "" : "writers", str_text(&row));
	}
}

static void show_eventsystem(json_t *record)
{
	json_t *es = json_object_get(record, "eventsystem"), *shared = json_object_get(es, "shared_with"), *name;
	OWN_VALUE(str_done) struct str row = { 0 };
	size_t i;
	if (!text(es, "state"))
		return;
	str_addf(&row, "%s, %s, PID %lld", text(es, "state"),
		text(es, "service_type") ? text(es, "service_type") : "type unknown",
		(long long)json_integer_value(json_object_get(es, "pid")));
	json_array_foreach(shared, i, name)
		str_addf(&row, "%s%s", i ? ", " : ", shared with ", json_string_value(name));
	line("EventSystem", str_text(&row));
}

static void show_errors(json_t *record)
{
	size_t i;
	json_t *error;
	json_array_foreach(json_object_get(record, "errors"), i, error)
	{
		OWN_VALUE(str_done) struct str row = { 0 };
		str_addf(&row, "%s: %s [%s", text(error, "probe"), text(error, "message"), text(error, "kind"));
		if (json_is_integer(json_object_get(error, "code")))
			str_addf(&row, " %lld", (long long)json_integer_value(json_object_get(error, "code")));
		str_add(&row, "]");
		line(i ? "" : "errors", str_text(&row));
	}
}

static void show_events(json_t *record)
{
	json_t *events = json_object_get(record, "events"), *count;
	OWN_VALUE(str_done) struct str row = { 0 };
	const char *hr;
	if (!json_is_object(json_object_get(events, "hresults")))
		return;
	json_object_foreach(json_object_get(events, "hresults"), hr, count)
		str_addf(&row, "%s%s x %lld", row.len ? ", " : "", hr, (long long)json_integer_value(count));
	str_addf(&row, "%s in %lld h", row.len ? "" : "none",
		(long long)json_integer_value(json_object_get(events, "window_hours")));
	line("events by hr", str_text(&row));
	line("covered from", text(events, "covered_from"));
}

static void show(json_t *record)
{
	static const char *const checkpoints[] = { "writers", "environment", "events", "eventsystem" };
	json_t *os = json_object_get(record, "os"), *platform = json_object_get(record, "platform");
	json_t *backup = json_object_get(record, "backup"), *its = json_object_get(record, "checkpoints");
	OWN_VALUE(str_done) struct str row = { 0 };

	line("host", text(json_object_get(record, "host"), "name"));
	line("verdict", text(record, "verdict"));
	line("confidence", text(record, "confidence"));
	line("cause", text(record, "cause"));
	line("reason", text(record, "reason"));
	FOR_EACH(checkpoint, checkpoints)
		str_addf(&row, "%s%s %s", row.len ? ", " : "", *checkpoint, text(its, *checkpoint));
	line("checkpoints", str_text(&row));
	line("checked at", text(record, "checked_at"));
	line("system", text(os, "caption"));
	line("hypervisor", text(platform, "hypervisor"));
	line("vssadmin", text(json_object_get(record, "vss"), "outcome"));
	show_writers(json_object_get(record, "vss"));
	show_eventsystem(record);
	show_events(record);
	line("backup", text(backup, "product"));
	line("last success", text(backup, "last_success"));
	line("last failure", text(backup, "last_failure"));
	show_errors(record);
}

static int show_raw(json_t *evidence, const char *host)
{
	const char *raw = text(evidence, "vssadmin");
	OWN_VALUE(str_done) struct str safe = STR(16 << 20);
	if (!raw)
		return complain_text(EXIT_INCOMPLETE, "%s: there is no output of vssadmin", host);
	for (const char *next; *raw;
		raw = *next ? next + 1 : next) { /* line by line: their ends are ours, all else is escaped */
		size_t len = strcspn(raw, "\n");
		OWN_VALUE(str_done) struct str one = STR(4 << 20);
		str_addn(&one, raw, len && raw[len - 1] == '\r' ? len - 1 : len);
		escape_terminal(&safe, str_text(&one));
		str_addc(&safe, '\n');
		next = raw + len;
	}
	fputs(str_text(&safe), stdout);
	return EXIT_OK;
}

int cmd_show(int argc, char **argv)
{
	struct options o;
	OWN(store_close) struct store *store = NULL;
	OWN_VALUE(run_info_done) struct run_info info = { 0 };
	OWN_VALUE(view_done) struct view view = { 0 };
	struct error e = { 0 };

	options_parse(&o, argc, argv, GROUP_STORE | GROUP_RUN | GROUP_SHOW, "HOST",
		"Shows one server of a run with its evidence.");
	if (o.argument_count != 1)
		return complain_text(EXIT_USAGE, "give one host name");
	if (!(store = open_store(&o, &e)))
		return complain(EXIT_INTERNAL, &e);
	if (store_run(store, o.run, &info, &e) < 0 ||
		store_record(store, info.id, o.argument[0], &view.record, &view.evidence, &e) < 0)
		return complain(exit_of(&e), &e);
	int code = EXIT_OK;
	if (o.raw)
		code = show_raw(view.evidence, o.argument[0]);
	else
		show(view.record);
	return fflush(stdout) == 0 ? code : EXIT_INTERNAL;
}
