/* run_end: see the header. */
#include "run_end.h"
#include "announce.h"
#include "clones.h"
#include "command.h"
#include "errno_text.h"
#include "interrupt.h"
#include "language.h"
#include "ndjson.h"
#include "places.h"
#include "post.h"
#include "since.h"
#include "tally.h"
#include "waived.h"

#include <errno.h>
#include <string.h>

static int sum_up(const struct run_end *end, struct run_info *info, struct tally *tally, struct error *e)
{
	if (store_run(end->store, end->run, info, e) < 0 || tally_of(tally, end->store, info, e) < 0 ||
		clone_lines(&tally->notes, end->store, info, e) < 0)
		return -1;
	return since_lines(&tally->notes, end->store, info, e);
}

static void print_next(const struct run_end *end, const struct run_info *info, const struct tally *tally, FILE *talk)
{
	if (!store_is_kept(end->options))
		return;
	if (!strcmp(info->state, "partial"))
		fprintf(talk, _("Next: the same command with --resume %s\n"), end->run);
	else
		tally_print_next(tally, info, end->options->store, talk);
}

/* Each of them, whatever became of the others: when a report cannot be written, the mail is what still says so. */
static int tell_everybody(const struct run_end *end, const struct run_info *info, struct str *where)
{
	const struct options *o = end->options;
	struct error e[4] = { { 0 } };
	int code = EXIT_OK;

	if (end->streamed)
		ndjson_run_end(stdout, info, &e[0]);
	write_reports(o, end->store, info, end->streamed, where, &e[1]);
	if (o->syslog)
		announce_run(end->store, info, &e[2]);
	post_run(o, end->store, info, &e[3]);
	FOR_EACH(failed, e)
		if (failed->kind != ERROR_NONE)
			code = complain(EXIT_INTERNAL, failed);
	return code;
}

/* The store may be what failed: then the run is still called running, until somebody else writes. */
void run_cut(const struct run_end *end)
{
	const struct options *o = end->options;
	OWN_VALUE(run_info_done) struct run_info info = { 0 };
	struct error ignored = { 0 }, e[2] = { { 0 } };

	store_run_end(end->store, end->run, 1, &ignored);
	if (store_run(end->store, end->run, &info, &e[0]) == 0) {
		info.state = "partial";
		if (o->syslog)
			announce_run(end->store, &info, &e[0]);
		post_run(o, end->store, &info, &e[1]);
	}
	FOR_EACH(failed, e)
		if (failed->kind != ERROR_NONE)
			complain(EXIT_INTERNAL, failed);
}

int run_end(const struct run_end *end)
{
	const struct options *o = end->options;
	OWN_VALUE(str_done) struct str where = { 0 };
	OWN_VALUE(tally_done) struct tally tally = { 0 };
	OWN_VALUE(run_info_done) struct run_info info = { 0 };
	FILE *talk = output_is_stdout(o) ? stderr : stdout;
	struct error e = { 0 };

	if (store_run_end(end->store, end->run, interrupt_signal(), &e) < 0) {
		complain(EXIT_INTERNAL, &e);
		run_cut(end);
		return EXIT_INTERNAL;
	}
	if (sum_up(end, &info, &tally, &e) < 0)
		return complain(EXIT_INTERNAL, &e);
	if (end->waivers)
		waived_tell_lapsed(end->waivers);
	if (!o->quiet)
		tally_print(&tally, &info, talk); /* first: a report that cannot be written must not hide it */
	int code = tell_everybody(end, &info, &where);
	if (code != EXIT_OK)
		return code;
	if (where.len && !o->quiet)
		print_report_files(o, str_text(&where), talk);
	if (!o->quiet)
		print_next(end, &info, &tally, talk);
	if (fflush(talk) != 0)
		return complain_text(EXIT_INTERNAL, _("the summary cannot be written: %s"), errno_text(errno));
	return interrupt_signal() ? 128 + interrupt_signal() : tally_exit(&tally, o->fail_on, o->min_coverage);
}
