/* fix: see the header. */
#include "fix.h"
#include "command.h"
#include "language.h"
#include "places.h"
#include "preflight.h"

#include <stdlib.h>
#include <string.h>

void fix_done(struct fix *fix)
{
	plan_done(&fix->plan);
	remembered_done(&fix->remembered);
	access_done(&fix->access);
	gate_done(&fix->gate);
	names_done(&fix->protect);
	policy_done(&fix->policy);
	json_decref(fix->types);
	free(fix->undoes);
	free(fix->run);
	json_decref(fix->sources);
	hosts_done(&fix->hosts);
	store_close(fix->store);
	str_done(&fix->journal_path);
	str_done(&fix->directory);
}

static int find_places(struct fix *fix, struct error *e)
{
	const struct options *o = fix->options;

	if (store_directory(o, &fix->directory, e) < 0 || journal_path(o, &fix->journal_path, e) < 0)
		return -1;
	if (fix->directory.len && asprintf(&fix->gate.stop_file, "%s/STOP", str_text(&fix->directory)) < 0) {
		fix->gate.stop_file = NULL;
		return error_set(e, ERROR_LOCAL, _("out of memory"));
	}
	return 0;
}

static int add_protected(struct names *protect, const char *list, struct error *e)
{
	OWN(own_free) char *words = strdup(list ? list : "");

	for (size_t i = 0; i < protected_service_count; i++)
		if (names_add(protect, protected_services[i], e) < 0)
			return -1;
	if (!words)
		return error_set(e, ERROR_LOCAL, _("out of memory"));
	for (char *save = NULL, *word = strtok_r(words, ",", &save); word; word = strtok_r(NULL, ",", &save))
		if (names_add(protect, word, e) < 0)
			return -1;
	return 0;
}

static int read_settings(struct fix *fix, struct options *o, struct error *e)
{
	fix->max_fail = (struct amount){ .value = 1 };
	if (o->window && windows_parse(&fix->gate.windows, o->window, e) < 0)
		return -1;
	if (rings_parse(o->rings ? o->rings : RINGS_DEFAULT, &fix->rings, e) < 0 ||
		(o->max_fail && amount_parse(o->max_fail, &fix->max_fail, e) < 0))
		return -1;
	return add_protected(&fix->protect, o->protect, e) < 0 ? -1 : prepare_policy(&fix->policy, o, e);
}

int fix_begin(struct fix *fix)
{
	struct options *o = (struct options *)fix->options; /* completed by what the policy says */
	struct error e = { 0 };

	fix->stop.wake_fd = -1;
	fix->gate.hosts = &fix->hosts;
	fix->gate.end_ms = o->deadline_s ? clock_ms() + (int64_t)o->deadline_s * 1000 : 0;
	fix->stream = o->format_count == 1 && o->format[0] == report_format("ndjson") && output_is_stdout(o);
	fix->talk = fix->stream ? stderr : stdout;
	if ((o->output || o->format_count == 1) && !fix->stream)
		return complain_text(EXIT_USAGE, _("repairs print lines, or records by -F ndjson -o -"));
	if (o->apply && !store_is_kept(o))
		return complain_text(
			EXIT_USAGE, _("--store none keeps no journal, and without one no server is changed"));
	if (find_places(fix, &e) < 0 || read_settings(fix, o, &e) < 0)
		return complain(EXIT_USAGE, &e);
	if (!(fix->store = open_store(o, &e)))
		return complain(exit_of(&e), &e);
	return EXIT_OK;
}

int fix_access(struct fix *fix)
{
	const struct options *o = fix->options;
	const char *warning = NULL;
	struct error e = { 0 };

	if (access_prepare(&fix->access, o, &fix->hosts, &warning, &e) < 0)
		return complain(EXIT_USAGE, &e);
	if (warning)
		complain_text(0, "%s", warning);
	tell_insecure(o);
	tell_ignored(&fix->hosts);
	tell_nameless(access_nameless(&fix->access, &fix->hosts));
	return EXIT_OK;
}

int fix_job(struct fix *fix, struct error *e)
{
	const struct options *o = fix->options;

	if (remembered_read(&fix->remembered, fix->store, &fix->hosts, e) < 0 ||
		remembered_whole(&fix->remembered, e) < 0)
		return -1;
	fix->job = (struct remedy_job){
		.access = fix->access.fleet,
		.options = { .plan = &fix->plan,
			.audit = { .window_h = fix->policy.window_h,
				.vssadmin_timeout_s = o->vssadmin_timeout_s,
				.events = o->events,
				.policy = fix->policy,
				.last_good = remembered_of,
				.last_good_context = &fix->remembered },
			.protect = &fix->protect,
			.isolate_required = fix->policy.isolate_required,
			.restart_wait_s = o->restart_timeout_s,
			.reboot_wait_s = o->reboot_timeout_s,
			.verify_s = o->verify_timeout_s },
	};
	return 0;
}
