/* scan: audits the servers, keeps the run, writes the report, says what was found. */
#include "access.h"
#include "auth.h"
#include "audit_job.h"
#include "command.h"
#include "fleet.h"
#include "interrupt.h"
#include "language.h"
#include "ndjson.h"
#include "places.h"
#include "post.h"
#include "preflight.h"
#include "profile.h"
#include "progress.h"
#include "record.h"
#include "relapse.h"
#include "remembered.h"
#include "resume.h"
#include "run_end.h"
#include "run_meta.h"
#include "standing.h"
#include "targets.h"
#include "waived.h"

#include <stdlib.h>
#include <string.h>

struct scan {
	const struct options *options;
	struct store *store;
	struct policy policy;
	struct hosts hosts;
	struct waivers waivers;
	const struct host **pending; /* what is to be asked, in inventory order */
	size_t pending_count;
	size_t total; /* hosts of the run, also those that an earlier part of it had finished */
	char run[27];
	struct relapse relapse; /* which servers were repaired, and how lately */
	struct standing standing;
	struct stop stop;
	struct progress progress;
	bool stream;        /* -F ndjson -o -: records go to stdout as hosts finish */
	struct error error; /* of the collector */
};

static void scan_done(struct scan *scan)
{
	relapse_done(&scan->relapse);
	standing_done(&scan->standing);
	free(scan->pending);
	waivers_done(&scan->waivers);
	policy_done(&scan->policy);
	hosts_done(&scan->hosts);
	store_close(scan->store);
}

/* What an auditor wants to know about how the run was made. No secret can be in here: argv has none. */
static json_t *describe_run(const struct options *o, const struct hosts *hosts, int argc, char **argv)
{
	static const char *const scheme_names[] = { "auto", "https", "http" };
	json_t *words = json_array(), *targets = json_array();
	for (int i = 0; i < argc; i++)
		json_array_append_new(words, json_string(argv[i]));
	for (size_t i = 0; i < o->argument_count; i++)
		json_array_append_new(targets, json_string(o->argument[i]));
	return json_pack("{s:s, s:o, s:o, s:o, s:s?, s:I, s:s?, s:s, s:s, s:i, s:i, s:i, s:i, s:i, s:i, s:b, s:b, s:b}",
		"version", VSSFLEET_VERSION, "argv", words, "sources", targets_sources(o, hosts), "targets", targets,
		"limit", o->limit, "merged", (json_int_t)hosts->merged, "principal", o->user, "scheme",
		scheme_names[o->scheme], "auth", auth_method_name(o->auth), "forks", o->forks, "connect_timeout_s",
		o->connect_timeout_s, "host_timeout_s", o->host_timeout_s, "vssadmin_timeout_s", o->vssadmin_timeout_s,
		"window_hours", (o->since_s + 3599) / 3600, "min_coverage", o->min_coverage, "isolate_required",
		o->isolate_required, "insecure_tls", o->insecure_tls, "insecure_plaintext", o->insecure_plaintext);
}

static int begin_run(struct scan *scan, json_t *meta, struct error *e)
{
	scan->total = scan->hosts.count;
	OWN(own_free) const char **names = calloc(scan->hosts.count + 1, sizeof(*names));
	if (!names)
		return error_set(e, ERROR_LOCAL, _("out of memory"));
	for (size_t i = 0; i < scan->hosts.count; i++)
		names[i] = scan->hosts.host[i].name;
	return store_run_begin(scan->store, meta, names, scan->hosts.count, scan->run, e);
}

static int keep(struct scan *scan, const struct result *result)
{
	json_t *record = record_of(scan->run, result), *evidence = evidence_of(result);
	int rc = record && evidence && relapse_tell(&scan->relapse, record) == 0 &&
				 waivers_mark(&scan->waivers, record) == 0
			 ? standing_tell(&scan->standing, record, &scan->error)
			 : error_set(&scan->error, ERROR_LOCAL, _("out of memory for a record"));
	if (rc == 0)
		rc = store_put(scan->store, scan->run, record, evidence, &scan->error);
	if (rc == 0 && scan->stream)
		rc = ndjson_host(stdout, record, &scan->error);
	json_decref(record);
	json_decref(evidence);
	return rc;
}

static int collect(void *context, void *result, const struct fleet_state *state)
{
	struct scan *scan = context;
	OWN(result_free) struct result *owned = result;

	if (!owned) {
		progress_tick(&scan->progress, state);
		return store_flush(scan->store, &scan->error); /* nothing waits longer than a tick */
	}
	if (owned->aborted) /* it was not checked: it stays pending, and a continued run asks it again */
		return 0;
	progress_result(&scan->progress, owned);
	return keep(scan, owned);
}

/* Of a journal that is not as it was written nothing is claimed. */
static void recall_repairs(struct scan *scan)
{
	OWN_VALUE(str_done) struct str journal = { 0 };
	struct error e = { 0 };

	if (journal_path(scan->options, &journal, &e) < 0 ||
		(journal.len && relapse_read(&scan->relapse, str_text(&journal), scan->store, &e) < 0))
		complain_text(0, _("WARNING: %s. Whether repaired servers stayed repaired is not told"), e.cause);
}

/* What it could have told is missed: it can have been a writer that is not there now. */
static void tell_forgotten(const struct remembered *remembered)
{
	struct error e = { 0 };

	if (remembered_whole(remembered, &e) < 0)
		complain_text(0,
			_("WARNING: %s. Writers that only such records would show are not missed; vssfleet runs "
			  "verify names the records"),
			e.cause);
}

static void tell_standing(const struct standing *standing)
{
	if (standing->damaged)
		complain_text(0,
			_("WARNING: damaged earlier records: %zu. Since when their servers are as they are may not be "
			  "known; vssfleet runs verify names the records"),
			standing->damaged);
}

static int run_fleet(struct scan *scan, const struct access *access, struct error *e)
{
	const struct options *o = scan->options;
	OWN_VALUE(remembered_done) struct remembered remembered = { 0 };
	struct audit_job job = {
		.access = access->fleet,
		.options = { .window_h = scan->policy.window_h,
			.vssadmin_timeout_s = o->vssadmin_timeout_s,
			.events = o->events,
			.policy = scan->policy,
			.last_good = remembered_of,
			.last_good_context = &remembered },
	};
	if (remembered_read(&remembered, scan->store, &scan->hosts, e) < 0)
		return -1;
	tell_forgotten(&remembered);
	const struct fleet fleet = {
		.host = scan->pending,
		.count = scan->pending_count,
		.job = audit_job,
		.job_context = &job,
		.forks = clip_forks(o->forks),
		.rate = o->rate,
		.host_timeout_s = o->host_timeout_s,
		.deadline_s = o->deadline_s,
		.stop = &scan->stop,
	};
	interrupt_begin(&scan->stop);
	progress_begin(&scan->progress, N_("scan"), fleet.forks, o, scan->total, scan->total - scan->pending_count);
	int rc = fleet_run(&fleet, collect, scan, e);
	progress_end(&scan->progress);
	interrupt_end();
	if (rc == 0 && scan->error.kind != ERROR_NONE) {
		*e = scan->error;
		rc = -1;
	}
	return rc;
}

static int stream_begin(const struct scan *scan, struct error *e)
{
	OWN_VALUE(run_info_done) struct run_info info = { 0 };
	return store_run(scan->store, scan->run, &info, e) < 0 ? -1 : ndjson_run_start(stdout, &info, e);
}

static int scan_with(struct scan *scan, const struct access *access, json_t *meta)
{
	const struct options *o = scan->options;
	struct error e = { 0 };
	int rc = -1;

	if ((scan->store = open_store(o, &e)))
		rc = o->resume ? resume_run(scan->store, o, &scan->hosts,
					 &(struct resumed){
						 scan->run, scan->pending, &scan->pending_count, &scan->total },
					 &e)
			       : begin_run(scan, meta, &e);
	if (rc < 0 || standing_read(&scan->standing, scan->store, scan->run, &e) < 0)
		return complain(exit_of(&e), &e);
	if (scan->stream && stream_begin(scan, &e) < 0)
		return complain(EXIT_INTERNAL, &e);
	recall_repairs(scan);
	const struct run_end end = { o, scan->store, scan->run, &scan->waivers, scan->stream };
	if (run_fleet(scan, access, &e) < 0) {
		complain(EXIT_INTERNAL, &e);
		run_cut(&end);
		if (!store_is_kept(o))
			return EXIT_INTERNAL;
		return complain_text(EXIT_INTERNAL,
			_("run %s is kept as partial; when the cause is gone, continue it by --resume %s"), scan->run,
			scan->run);
	}
	tell_standing(&scan->standing);
	return run_end(&end);
}

int cmd_scan(int argc, char **argv)
{
	struct options o;
	OWN_VALUE(scan_done) struct scan scan = { .options = &o, .stop = { .wake_fd = -1 } };
	OWN_VALUE(access_done) struct access access = { 0 };
	const char *warning = NULL;
	struct error e = { 0 };

	options_parse(&o, argc, argv,
		GROUP_TARGETS | GROUP_ACCESS | GROUP_PACE | GROUP_OUTCOME | GROUP_REPORT | GROUP_MAIL | GROUP_STORE |
			GROUP_RESUME | GROUP_TALK,
		"[TARGET...]",
		_("Asks each server for its VSS writers, events, services and backups, judges it, keeps the run and "
		  "writes "
		  "the report. Changes nothing on the servers."));
	start_frugally(o.forks);
	if (output_is_stdout(&o) && o.format_count != 1)
		return complain_text(
			EXIT_USAGE, _("-o -: stdout takes one format: add -F csv, -F html, -F ndjson or -F json"));
	scan.stream = output_is_stdout(&o) && o.format[0] == report_format("ndjson") && !o.resume;
	if (o.profile && profile_lock(o.profile, &e) < 0)
		return complain(exit_of(&e), &e);
	if (post_check(&o, &e) < 0 || prepare_policy(&scan.policy, &o, &e) < 0 ||
		targets_read(&scan.hosts, &o, &e) < 0 || waived_read(&scan.waivers, &o, &scan.hosts, &e) < 0 ||
		access_prepare(&access, &o, &scan.hosts, &warning, &e) < 0)
		return complain(EXIT_USAGE, &e);
	if (warning)
		complain_text(0, "%s", warning);
	tell_insecure(&o);
	tell_ignored(&scan.hosts);
	tell_nameless(access_nameless(&access, &scan.hosts));
	if (!(scan.pending = calloc(scan.hosts.count, sizeof(*scan.pending))))
		return complain_text(EXIT_INTERNAL, _("out of memory"));
	for (; scan.pending_count < scan.hosts.count; scan.pending_count++)
		scan.pending[scan.pending_count] = &scan.hosts.host[scan.pending_count];

	json_t *meta = describe_run(&o, &scan.hosts, argc, argv);
	int code = meta && run_meta_settings(meta, &o, &scan.waivers) == 0
			   ? scan_with(&scan, &access, meta)
			   : complain_text(EXIT_INTERNAL, _("out of memory"));
	json_decref(meta);
	if (access_end(&access, &e) < 0)
		return complain(EXIT_INTERNAL, &e);
	return code;
}
