/* journal: what was changed on servers: the changes, one of them host by host, and whether the chain is whole. */
#include "command.h"
#include "column.h"
#include "escape.h"
#include "fix.h"
#include "label.h"
#include "language.h"

#include <string.h>

enum { STATE_WIDTH = 11 };

static const char *text(const json_t *entry, const char *key)
{
	const char *value = json_string_value(json_object_get(entry, key));
	return value ? value : "";
}

static void print_column(const char *hostile)
{
	OWN_VALUE(str_done) struct str safe = { 0 };

	escape_terminal(&safe, hostile);
	printf("  %s", str_text(&safe));
}

/* ---- the list ---- */

struct listing {
	json_t *changes; /* by id: {"start", "end"} */
};

static int note(void *context, const json_t *entry)
{
	struct listing *listing = context;
	const char *type = text(entry, "type"), *id = text(entry, "change");

	if (!strcmp(type, "change_start"))
		json_object_set_new(listing->changes, id, json_pack("{s:O}", "start", entry));
	else if (!strcmp(type, "change_end"))
		json_object_set(json_object_get(listing->changes, id), "end", (json_t *)entry);
	else if (!strcmp(type, "change_resume"))
		json_object_del(json_object_get(listing->changes, id), "end");
	return 0;
}

static void print_change(const json_t *start, const json_t *end)
{
	const char *ticket = text(start, "ticket");

	const char *state = end ? label_of(text(end, "end")) : _("not ended");

	printf(_("%-16s  %.19sZ  %-13s  %5lld hosts"), text(start, "change"), text(start, "at"), text(start, "action"),
		(long long)json_integer_value(json_object_get(start, "hosts")));
	printf("  %s%*s", state, column_pad(state, STATE_WIDTH), "");
	print_column(text(json_object_get(start, "who"), "user"));
	if (*ticket)
		print_column(ticket);
	putchar('\n');
}

static int list_changes(const char *path)
{
	struct listing listing = { .changes = json_object() };
	const char *id;
	json_t *change;
	struct error e = { 0 };
	int rc = journal_each(path, note, &listing, &e);

	if (rc == 0)
		json_object_foreach(listing.changes, id, change)
			print_change(json_object_get(change, "start"), json_object_get(change, "end"));
	json_decref(listing.changes);
	return rc < 0 ? complain(EXIT_INTERNAL, &e) : EXIT_OK;
}

/* ---- one ---- */

static void print_host(const struct past *past)
{
	const char *result = past->result ? label_of(text(past->result, "result")) : C_("outcome", "unknown");
	const char *step = text(past->result, "step"), *reason = text(past->result, "reason");
	const char *detail = *step ? step : reason;

	printf("  %-40s  %s%s%s%s", past->host, result, *detail ? "(" : "", detail, *detail ? ")" : "");
	if (*text(past->result, "message"))
		print_column(text(past->result, "message"));
	putchar('\n');
	for (int act = 0; act < ACTS; act++)
		if (past->intended[act] && !past->result)
			printf(past->outcome[act] ? _("      %s: intended %s, done or refused\n")
						  : _("      %s: intended %s, outcome unknown\n"),
				act_name((enum act)act), text(past->intended[act], "at"));
}

static int show_change(const char *path, const char *id)
{
	OWN_VALUE(change_past_done) struct change_past past = { 0 };
	struct error e = { 0 };

	if (journal_change(path, id, &past, &e) < 0)
		return complain(exit_of(&e), &e);
	print_change(past.start, past.end);
	printf(_("  plan sha256 %s\n"), text(past.start, "plan_sha256"));
	for (size_t i = 0; i < past.count; i++)
		print_host(&past.host[i]);
	long long hosts = json_integer_value(json_object_get(past.start, "hosts"));
	if (hosts > (long long)past.count)
		printf(_("  %lld not begun\n"), hosts - (long long)past.count);
	if (!past.end)
		printf("%s vssfleet resume %s\n", _("Next:"), past.id);
	return EXIT_OK;
}

/* ---- the chain ---- */

static int count(void *context, const json_t *entry)
{
	(void)entry;
	++*(size_t *)context;
	return 0;
}

static int verify_chain(const char *path)
{
	size_t entries = 0;
	struct error e = { 0 };

	if (journal_each(path, count, &entries, &e) < 0)
		return complain(EXIT_INTERNAL, &e);
	printf(_("%s: %zu entries, the chain is whole\n"), path, entries);
	return EXIT_OK;
}

int cmd_journal(int argc, char **argv)
{
	struct options o;
	OWN_VALUE(fix_done) struct fix fix = { .options = &o };
	int code;

	options_parse(&o, argc, argv, GROUP_STORE, "[CHANGE|verify]",
		_("Lists the changes of the journal, oldest first; shows one of them, host by host; or verifies that "
		  "no entry was changed, moved or removed."));
	if (o.argument_count > 1)
		return complain_text(EXIT_USAGE, _("one change at a time"));
	if ((code = fix_begin(&fix)) != EXIT_OK)
		return code;
	if (!fix.journal_path.len)
		return complain_text(EXIT_USAGE, _("--store none: there is no journal"));
	const char *path = str_text(&fix.journal_path);
	code = !o.argument_count                  ? list_changes(path)
	       : !strcmp(o.argument[0], "verify") ? verify_chain(path)
						  : show_change(path, o.argument[0]);
	return fflush(stdout) == 0 ? code : complain_text(EXIT_INTERNAL, _("the journal cannot be shown"));
}
