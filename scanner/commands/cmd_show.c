/* show: one server of a run with its evidence, or what vssadmin printed there. */
#include "command.h"
#include "escape.h"
#include "language.h"
#include "own.h"
#include "places.h"
#include "show_host.h"

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

static int show_raw(json_t *evidence, const char *host)
{
	const char *raw = json_string_value(json_object_get(evidence, "vssadmin"));
	OWN_VALUE(str_done) struct str safe = STR(16 << 20);
	if (!raw)
		return complain_text(EXIT_INCOMPLETE, _("%s: there is no output of vssadmin"), host);
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
		_("Shows one server of a run with its evidence."));
	if (o.argument_count != 1)
		return complain_text(EXIT_USAGE, _("give one host name"));
	if (!(store = open_store(&o, &e)))
		return complain(EXIT_INTERNAL, &e);
	if (store_run(store, o.run, &info, &e) < 0 ||
		store_record(store, info.id, o.argument[0], &view.record, &view.evidence, &e) < 0)
		return complain(exit_of(&e), &e);
	int code = EXIT_OK;
	if (o.raw)
		code = show_raw(view.evidence, o.argument[0]);
	else
		show_host(view.record, view.evidence);
	return fflush(stdout) == 0 ? code : EXIT_INTERNAL;
}
