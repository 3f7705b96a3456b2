/* show_host: see the header. Everything that the host or the inventory said is escaped on its way out. */
#include "show_host.h"

#include <stdio.h>
#include <string.h>

#include "column.h"
#include "escape.h"
#include "label.h"
#include "language.h"
#include "own.h"

enum { LABEL_WIDTH = 13 };

static const char *text(json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

static const char *label(const char *token)
{
	return token ? label_of(token) : NULL;
}

/* "label   value", escaped; nothing for null. */
static void line(const char *title, const char *value)
{
	OWN_VALUE(str_done) struct str safe = { 0 };
	if (!value)
		return;
	escape_terminal(&safe, value);
	printf("%s%*s %s\n", title, column_pad(title, LABEL_WIDTH), "", str_text(&safe));
}

static json_t *object(json_t *parent, const char *key)
{
	return json_object_get(parent, key);
}

/* Appends ", value", or "value" to nothing; nothing for null. */
static void item(struct str *row, const char *format, json_t *value)
{
	OWN_VALUE(str_done) struct str number = { 0 };
	const char *at = strchr(format, '@');

	if (json_is_integer(value))
		str_addf(&number, "%lld", (long long)json_integer_value(value));
	const char *shown = json_is_integer(value) ? str_text(&number) : json_string_value(value);
	if (!shown)
		return;
	str_add(row, row->len ? ", " : "");
	str_addn(row, format, (size_t)(at - format));
	str_add(row, shown);
	str_add(row, at + 1);
}

static void flag(struct str *row, json_t *value, const char *if_true, const char *if_false)
{
	if (json_is_boolean(value))
		str_addf(row, "%s%s", row->len ? ", " : "", json_is_true(value) ? if_true : if_false);
}

/* "label   text, text": the texts of a list; nothing for an empty one. */
static void list_line(const char *title, const char *intro, json_t *list)
{
	OWN_VALUE(str_done) struct str row = { 0 };
	size_t i;
	json_t *entry;

	json_array_foreach(list, i, entry)
		str_addf(&row, "%s%s", i ? ", " : intro, json_string_value(entry) ? json_string_value(entry) : "?");
	if (row.len)
		line(title, str_text(&row));
}

/* ---- The four checkpoints, each with its evidence ---- */

static void begin_checkpoint(struct str *row, json_t *record, const char *name)
{
	const char *state = text(object(record, "checkpoints"), name);
	str_add(row, state && strcmp(state, "unknown") != 0 ? label_of(state) : C_("checkpoint", "unknown"));
}

static void show_writers(json_t *record, json_t *evidence)
{
	json_t *vss = object(record, "vss"), *writer;
	OWN_VALUE(str_done) struct str head = { 0 };
	size_t i;

	begin_checkpoint(&head, record, "writers");
	item(&head, _("vssadmin: @"), object(vss, "outcome"));
	item(&head, _("exit code @"), object(vss, "exit"));
	item(&head, _("code page @"), object(evidence, "vssadmin_codepage"));
	item(&head, "@", object(evidence, "vssadmin_note"));
	line(_("writers"), str_text(&head));
	json_array_foreach(object(vss, "writers"), i, writer)
	{
		OWN_VALUE(str_done) struct str row = { 0 };
		json_t *state = object(writer, "state");
		str_add(&row, text(writer, "name") ? text(writer, "name") : "?");
		if (json_is_integer(state))
			str_addf(&row, "  [%lld] ", (long long)json_integer_value(state));
		else
			str_add(&row, "  [?] ");
		str_add(&row, text(writer, "state_text"));
		str_addf(&row, "  %s", text(writer, "last_error") ? text(writer, "last_error") : "");
		if (text(writer, "service"))
			str_addf(&row, "  (%s)", text(writer, "service"));
		line("", str_text(&row));
	}
	list_line("", _("missing: "), object(vss, "missing"));
}

static void show_environment(json_t *record)
{
	json_t *os = object(record, "os"), *platform = object(record, "platform"), *backup = object(record, "backup");
	OWN_VALUE(str_done) struct str row = { 0 }, its = { 0 };

	begin_checkpoint(&row, record, "environment");
	item(&row, "@", object(os, "caption"));
	item(&row, "@", object(os, "version"));
	item(&row, "@", object(platform, "hypervisor"));
	if (json_integer_value(object(os, "product_type")) == 1)
		str_add(&row, _(", client OS"));
	line(_("environment"), str_text(&row));
	item(&its, _("backup: @"), object(backup, "product"));
	item(&its, _("schedule @"), object(backup, "schedule"));
	item(&its, _("last success @"), object(backup, "last_success"));
	item(&its, _("last failure @"), object(backup, "last_failure"));
	if (its.len)
		line("", str_text(&its));
}

static void show_event(json_t *event)
{
	OWN_VALUE(str_done) struct str row = { 0 };

	str_addf(&row, "%s  %lld", text(event, "time") ? text(event, "time") : "?",
		(long long)json_integer_value(object(event, "id")));
	str_addf(&row, "  %s", text(event, "hr") ? text(event, "hr") : "");
	str_addf(&row, "  %s", text(event, "writer") ? text(event, "writer") : "");
	str_add(&row, json_is_true(object(event, "live")) ? _("  (provoked by the look)") : "");
	str_addf(&row, "  %s", text(event, "text") ? text(event, "text") : "");
	line("", str_text(&row));
}

static void show_events(json_t *record, json_t *evidence)
{
	enum { SHOWN = 20 };
	json_t *events = object(record, "events"), *list = object(evidence, "events"), *count;
	OWN_VALUE(str_done) struct str row = { 0 };
	const char *hr;

	begin_checkpoint(&row, record, "events");
	item(&row, _("8193: @ with 0x800401fb"), object(object(events, "matching"), "8193"));
	item(&row, "13: @", object(object(events, "matching"), "13"));
	item(&row, _("in @ h"), object(events, "window_hours"));
	item(&row, _("log covered from @"), object(events, "covered_from"));
	item(&row, _("last @"), object(events, "last"));
	flag(&row, object(events, "live"), _("provoked by the look too"), _("none provoked by the look"));
	line(_("events"), str_text(&row));
	str_clear(&row);
	json_object_foreach(object(events, "hresults"), hr, count) str_addf(
		&row, "%s%s x %lld", row.len ? ", " : _("by result: "), hr, (long long)json_integer_value(count));
	if (row.len)
		line("", str_text(&row));
	for (size_t i = 0; i < json_array_size(list) && i < SHOWN; i++)
		show_event(json_array_get(list, i));
	if (json_array_size(list) > SHOWN) {
		OWN_VALUE(str_done) struct str more = { 0 };
		str_addf(&more, _("and %zu more"), json_array_size(list) - SHOWN);
		line("", str_text(&more));
	}
}

/* Everyone in the process of EventSystem; and who belongs to its svchost group, but does not run or runs elsewhere. */
static void show_group(json_t *evidence, json_t *pid)
{
	OWN_VALUE(str_done) struct str inside = { 0 };
	json_t *service;
	const char *path = NULL;
	size_t i;

	json_array_foreach(object(evidence, "services"), i, service)
	{
		json_t *its = object(service, "pid");
		if (json_integer_value(its) <= 0 || json_integer_value(its) != json_integer_value(pid))
			continue;
		item(&inside, "@", object(service, "name"));
		path = text(service, "path") ? text(service, "path") : path;
	}
	if (!inside.len)
		return;
	str_addf(&inside, "  (%s)", path ? path : "svchost");
	OWN_VALUE(str_done) struct str row = { 0 }, outside = { 0 };
	item(&row, _("process @: "), pid);
	str_add(&row, str_text(&inside));
	line("", str_text(&row));
	json_array_foreach(object(evidence, "services"), i, service)
	{
		const char *its = text(service, "path");
		if (path && its && !strcmp(path, its) && !json_equal(object(service, "pid"), pid))
			item(&outside, "@", object(service, "name"));
	}
	if (outside.len) {
		str_clear(&row);
		str_addf(&row, _("of the same group, not in it: %s"), str_text(&outside));
		line("", str_text(&row));
	}
}

static void show_eventsystem(json_t *record, json_t *evidence)
{
	json_t *es = object(record, "eventsystem");
	OWN_VALUE(str_done) struct str row = { 0 };

	begin_checkpoint(&row, record, "eventsystem");
	item(&row, "@", object(es, "state"));
	item(&row, "@", object(es, "service_type"));
	item(&row, "PID @", object(es, "pid"));
	item(&row, _("started @"), object(es, "started"));
	line(_("eventsystem"), str_text(&row));
	list_line("", _("shared with "), object(es, "shared_with"));
	show_group(evidence, object(es, "pid"));
}

/* ---- How it was learnt ---- */

static void show_transport(json_t *record)
{
	json_t *transport = object(record, "transport");
	OWN_VALUE(str_done) struct str row = { 0 };

	item(&row, "@", object(transport, "scheme"));
	item(&row, "@", object(transport, "auth"));
	if (text(transport, "scheme") && !strcmp(text(transport, "scheme"), "http"))
		flag(&row, object(transport, "sealed"), _("sealed"), _("in clear"));
	flag(&row, object(transport, "server_authenticated"), _("server authenticated"), _("server not authenticated"));
	item(&row, _("@ requests"), object(transport, "requests"));
	item(&row, _("@ retries"), object(transport, "retries"));
	item(&row, _("@ ms"), object(record, "duration_ms"));
	item(&row, _("clock @ s ahead"), object(transport, "clock_skew_s"));
	line(_("transport"), str_text(&row));
}

static void show_errors(json_t *record)
{
	size_t i;
	json_t *error;
	json_array_foreach(object(record, "errors"), i, error)
	{
		OWN_VALUE(str_done) struct str row = { 0 };
		str_addf(&row, "%s: %s [%s", text(error, "probe"), text(error, "message"), text(error, "kind"));
		if (json_is_integer(object(error, "code")))
			str_addf(&row, " %lld", (long long)json_integer_value(object(error, "code")));
		str_add(&row, "]");
		line(i ? "" : _("errors"), str_text(&row));
	}
}

void show_host(json_t *record, json_t *evidence)
{
	line(_("host"), text(object(record, "host"), "name"));
	line(_("address"), text(object(record, "host"), "address"));
	line(_("verdict"), label(text(record, "verdict")));
	line(_("confidence"), label(text(record, "confidence")));
	line(_("cause"), text(record, "cause"));
	line(_("reason"), reason_of(record));
	line(_("checked at"), text(record, "checked_at"));
	line(_("run"), text(record, "run"));
	show_writers(record, evidence);
	show_environment(record);
	show_events(record, evidence);
	show_eventsystem(record, evidence);
	show_transport(record);
	list_line(_("fallbacks"), "", object(record, "fallbacks"));
	show_errors(record);
	if (text(evidence, "vssadmin"))
		line(_("raw output"), _("of vssadmin: the same command with --raw"));
}
