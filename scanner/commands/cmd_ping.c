/* ping: proves the way to each server before a scan, and names the leg that fails. Keeps nothing. */
#include "access.h"
#include "column.h"
#include "command.h"
#include "errno_text.h"
#include "escape.h"
#include "fleet.h"
#include "fold.h"
#include "interrupt.h"
#include "label.h"
#include "language.h"
#include "ndjson.h"
#include "ping.h"
#include "ping_line.h"
#include "ping_record.h"
#include "places.h"
#include "preflight.h"
#include "shell_word.h"
#include "targets.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { FOLDED_GROUPS_SHOWN = 6, LABEL_WIDTH = 9, NAME_WIDTH_MAX = 40, NOT_ASKED = LEGS + 1 };

struct pings {
	const struct options *options;
	struct hosts hosts;
	const struct host **list;
	unsigned char *failed; /* of each host: enum ping_leg; LEGS: reachable; NOT_ASKED */
	size_t without_shell;
	unsigned name_width;
	bool stream; /* records instead of lines */
	struct stop stop;
	struct error error; /* of the collector */
};

static void pings_done(struct pings *pings)
{
	free(pings->list);
	free(pings->failed);
	hosts_done(&pings->hosts);
}

/* ---- while hosts are asked ---- */

static int print_line(const struct pings *pings, const struct ping *p, struct error *e)
{
	OWN_VALUE(str_done) struct str line = { 0 };
	OWN_VALUE(str_done) struct str safe = { 0 };

	ping_line(&line, p, pings->name_width);
	escape_terminal(&safe, str_text(&line));
	if (str_failed(&line) || str_failed(&safe))
		return error_set(e, ERROR_LOCAL, _("out of memory"));
	if (puts(str_text(&safe)) < 0 || fflush(stdout) != 0)
		return error_code(e, ERROR_LOCAL, errno, _("the result cannot be written: %s"), errno_text(errno));
	return 0;
}

static int print_record(const struct ping *p, struct error *e)
{
	json_t *record = ping_record(p);
	int rc = ndjson_host(stdout, record, e);

	json_decref(record);
	return rc;
}

static int collect(void *context, void *result, const struct fleet_state *state)
{
	struct pings *pings = context;
	OWN(own_free) struct ping *p = result;
	(void)state;

	if (!p || p->error.kind == ERROR_ABORTED)
		return 0;
	pings->failed[p->host - pings->hosts.host] = ping_reachable(p) ? LEGS : ping_failed(p);
	pings->without_shell += ping_reachable(p) && p->leg[LEG_SHELL] != LEG_OK;
	return pings->stream ? print_record(p, &pings->error) : print_line(pings, p, &pings->error);
}

static int run_fleet(struct pings *pings, struct access *access, struct error *e)
{
	const struct options *o = pings->options;
	const struct fleet fleet = {
		.host = pings->list,
		.count = pings->hosts.count,
		.job = ping_job,
		.job_context = &access->fleet,
		.forks = clip_forks(o->forks),
		.rate = o->rate,
		.host_timeout_s = o->host_timeout_s,
		.deadline_s = o->deadline_s,
		.stop = &pings->stop,
	};

	interrupt_begin(&pings->stop);
	int rc = fleet_run(&fleet, collect, pings, e);
	interrupt_end();
	if (rc == 0 && pings->error.kind != ERROR_NONE) {
		*e = pings->error;
		rc = -1;
	}
	return rc;
}

/* ---- the summary ---- */

static size_t hosts_that(const struct pings *pings, unsigned char failed, const char **names)
{
	size_t count = 0;

	for (size_t i = 0; i < pings->hosts.count; i++)
		if (pings->failed[i] == failed)
			names[count++] = pings->hosts.host[i].name;
	return count;
}

static void print_group(const char *label, const char *const *names, size_t count, FILE *talk)
{
	OWN_VALUE(str_done) struct str folded = { 0 };

	if (!count)
		return;
	fold_hosts(&folded, names, count, FOLDED_GROUPS_SHOWN);
	fprintf(talk, "%s%*s %5zu  %s\n", label, column_pad(label, LABEL_WIDTH), "", count,
		str_text(&folded)); /* host names are ASCII */
}

static void print_next(size_t reachable, size_t not_let_in, int argc, char **argv, FILE *talk)
{
	OWN_VALUE(str_done) struct str line = { 0 }, safe = { 0 };

	if (!reachable && !not_let_in)
		return;
	str_addf(&line, "%s vssfleet %s", _("Next:"), reachable ? "scan" : "doctor");
	for (int i = 1; reachable && i < argc; i++) {
		str_addc(&line, ' ');
		shell_word(&line, argv[i]);
	}
	escape_terminal(&safe, str_text(&line));
	fprintf(talk, "%s\n", str_text(&safe));
}

/* Says how many were reached and where the others failed; the exit code. */
static int finish(const struct pings *pings, int argc, char **argv)
{
	FILE *talk = pings->stream ? stderr : stdout;
	OWN(own_free) const char **names = calloc(pings->hosts.count, sizeof(*names));
	if (!names)
		return complain_text(EXIT_INTERNAL, _("out of memory"));
	size_t reachable = hosts_that(pings, LEGS, names);

	if (!pings->options->quiet) {
		if (pings->without_shell)
			fprintf(talk, _("%zu of %zu servers reachable, %zu of them without a shell\n"), reachable,
				pings->hosts.count, pings->without_shell);
		else
			fprintf(talk, _("%zu of %zu servers reachable\n"), reachable, pings->hosts.count);
		for (enum ping_leg leg = LEG_NAME; leg < LEGS; leg++)
			print_group(label_of(ping_leg_name(leg)), names, hosts_that(pings, (unsigned char)leg, names),
				talk);
		print_group(_("not asked"), names, hosts_that(pings, NOT_ASKED, names), talk);
		print_next(reachable, hosts_that(pings, LEG_AUTH, names), argc, argv, talk);
	}
	if (fflush(talk) != 0)
		return complain_text(EXIT_INTERNAL, _("the summary cannot be written: %s"), errno_text(errno));
	if (interrupt_signal())
		return 128 + interrupt_signal();
	return reachable == pings->hosts.count ? EXIT_OK : EXIT_INCOMPLETE;
}

/* ---- before ---- */

static int prepare(struct pings *pings, struct error *e)
{
	size_t count = pings->hosts.count;

	pings->list = calloc(count, sizeof(*pings->list));
	pings->failed = malloc(count);
	if (!pings->list || !pings->failed)
		return error_set(e, ERROR_LOCAL, _("out of memory"));
	for (size_t i = 0; i < count; i++) {
		size_t width = strlen(pings->hosts.host[i].name);
		pings->list[i] = &pings->hosts.host[i];
		pings->failed[i] = NOT_ASKED;
		if (width > pings->name_width && width <= NAME_WIDTH_MAX)
			pings->name_width = (unsigned)width;
	}
	return 0;
}

static int ping_all(struct pings *pings, struct access *access, int argc, char **argv)
{
	struct error e = { 0 };

	if (prepare(pings, &e) < 0 || run_fleet(pings, access, &e) < 0 || access_end(access, &e) < 0)
		return complain(EXIT_INTERNAL, &e);
	return finish(pings, argc, argv);
}

int cmd_ping(int argc, char **argv)
{
	struct options o;
	OWN_VALUE(pings_done) struct pings pings = { .options = &o, .stop = { .wake_fd = -1 } };
	OWN_VALUE(access_done) struct access access = { 0 };
	const char *warning = NULL;
	struct error e = { 0 };

	options_parse(&o, argc, argv, GROUP_TARGETS | GROUP_ACCESS | GROUP_PACE | GROUP_STREAM | GROUP_TALK,
		"[TARGET...]",
		_("Goes the way of a scan to each server: name, TCP, TLS, WinRM, authentication, WMI, shell; names the "
		  "leg that fails, its cause and its cure. Changes nothing on the servers and keeps nothing."));
	start_frugally(o.forks);
	pings.stream = o.format_count == 1 && o.format[0] == report_format("ndjson");
	if ((o.format_count == 1 && !pings.stream) || (o.output && !(pings.stream && output_is_stdout(&o))))
		return complain_text(EXIT_USAGE, _("ping prints lines, or records by -F ndjson -o -"));
	if (targets_read(&pings.hosts, &o, &e) < 0 || access_prepare(&access, &o, &pings.hosts, &warning, &e) < 0)
		return complain(EXIT_USAGE, &e);
	if (warning)
		complain_text(0, "%s", warning);
	tell_insecure(&o);
	tell_ignored(&pings.hosts);
	tell_nameless(access_nameless(&access, &pings.hosts));
	return ping_all(&pings, &access, argc, argv);
}
