/* report: writes a stored run again. */
#include "command.h"
#include "label.h"
#include "language.h"
#include "own.h"
#include "places.h"
#include "post.h"

#include <stdio.h>

int cmd_report(int argc, char **argv)
{
	struct options o;
	OWN(store_close) struct store *store = NULL;
	OWN_VALUE(run_info_done) struct run_info info = { 0 };
	OWN_VALUE(str_done) struct str where = { 0 };
	struct error e = { 0 };

	options_parse(&o, argc, argv, GROUP_REPORT | GROUP_MAIL | GROUP_STORE, "[RUN]",
		_("Writes a stored run again: the newest, or RUN by its id or the beginning of it."));
	if (o.argument_count > 1)
		return complain_text(EXIT_USAGE, _("one run at a time"));
	if (output_is_stdout(&o) && o.format_count != 1)
		return complain_text(
			EXIT_USAGE, _("-o -: stdout takes one format: add -F csv, -F html, -F ndjson or -F json"));
	if (!(store = open_store(&o, &e)))
		return complain(EXIT_INTERNAL, &e);
	if (store_run(store, o.argument_count ? o.argument[0] : NULL, &info, &e) < 0)
		return complain(exit_of(&e), &e);
	if (write_reports(&o, store, &info, false, &where, &e) < 0 ||
		(options_said("mail-to") && post_asked(&o, store, &info, &e) < 0))
		return complain(EXIT_INTERNAL, &e);
	if (where.len)
		fprintf(stderr, _("Run %s (%s) written to %s\n"), info.id, label_of(info.state), str_text(&where));
	return EXIT_OK;
}
