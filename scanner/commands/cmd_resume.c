/* resume: continues a change: what became of the servers that were left in the middle, then those that were not begun.
 */
#include "admin.h"
#include "carry_out.h"
#include "change_exit.h"
#include "change_folder.h"
#include "change_targets.h"
#include "command.h"
#include "confirm.h"
#include "fix_run.h"
#include "hosts.h"
#include "language.h"
#include "preflight.h"
#include "rollout.h"
#include "settled.h"

#include <stdlib.h>
#include <string.h>

/* The hosts of the change's plan, by how they stand. */
struct rest {
	/* In the middle: something was intended, and nobody knows how it ended. Services may stand still there, or were
	 * not to be stopped yet. */
	size_t standing, configured;
	size_t untouched;    /* nothing was intended yet */
	size_t failed, left; /* ended: in failure; without a good end */
};

static bool is_good_end(const struct plan *plan, enum repair_result result)
{
	return (result_is_success(plan->action, result) && result != RESULT_FIXED_PARTIAL) ||
	       result == RESULT_SKIPPED || (result == RESULT_FIX_PENDING && !plan->restart);
}

/* A stop was intended: whatever holds the change, somebody has to look. */
static bool may_stand_still(const struct past *past)
{
	for (int act = 0; act < ACTS; act++)
		if (act != ACT_CONFIGURE && past->intended[act])
			return !past->result;
	return false;
}

static size_t count_waiting(const struct rest *rest)
{
	return rest->configured + rest->untouched;
}

static void count_host(struct rest *rest, const struct plan *plan, const struct past *past)
{
	const json_t *entry = past ? past->result : NULL;
	const char *name = json_string_value(json_object_get(entry, "result"));
	int result = name ? repair_result_of_name(name) : RESULT_NONE;

	if (!past)
		rest->untouched++;
	else if (!entry)
		may_stand_still(past) ? rest->standing++ : rest->configured++;
	else if (result_counts(
			 plan->action, (enum repair_result)result, json_string_value(json_object_get(entry, "reason"))))
		rest->failed++;
	else
		rest->left += !is_good_end(plan, (enum repair_result)result);
}

static struct rest count_rest(const struct plan *plan, const struct change_past *past)
{
	struct rest rest = { 0 };

	for (size_t i = 0; i < plan->count; i++)
		count_host(&rest, plan, change_past_of(past, plan->host[i].name));
	return rest;
}

/* The plan as the change began with it. */
static int read_plan(struct fix *fix, const struct change_past *past)
{
	OWN_VALUE(str_done) struct str file = { 0 };
	const char *sha256 = json_string_value(json_object_get(past->start, "plan_sha256"));
	struct error e = { 0 };

	change_folder_plan(&file, str_text(&fix->directory), past->id);
	if (plan_read(&fix->plan, str_text(&file), &e) < 0)
		return complain(EXIT_REFUSED, &e);
	if (!sha256 || strcmp(fix->plan.sha256, sha256) != 0)
		return complain_text(
			EXIT_REFUSED, _("%s is not the plan that change %s began with"), str_text(&file), past->id);
	return EXIT_OK;
}

/* standing: only hosts whose services may stand still. */
static int list_todo(struct todo *todo, struct fix *fix, const struct change_past *past, bool standing, struct error *e)
{
	const struct plan *plan = &fix->plan;
	size_t missing = 0;

	if (!(todo->host = calloc(plan->count + 1, sizeof(*todo->host))))
		return error_set(e, ERROR_LOCAL, _("out of memory"));
	for (size_t i = 0, place; i < plan->count; i++) {
		const struct past *host = change_past_of(past, plan->host[i].name);
		if ((host && host->result) || (standing && !(host && may_stand_still(host))))
			continue;
		int found = hosts_find(&fix->hosts, plan->host[i].name, &place, e);
		if (found < 0)
			return -1;
		missing += !found;
		todo->count += found != 0;
		todo->host[i] = found ? &fix->hosts.host[place] : NULL;
	}
	if (missing)
		return error_set(e, ERROR_LOCAL,
			_("change %s: %zu of its unfinished hosts are not in the inventory given now"), past->id,
			missing);
	return 0;
}

static int read_hosts(struct fix *fix, const struct change_past *past, struct error *e)
{
	OWN(own_free) const char **names = calloc(fix->plan.count + 1, sizeof(*names));

	if (!names)
		return error_set(e, ERROR_LOCAL, _("out of memory"));
	for (size_t i = 0; i < fix->plan.count; i++)
		names[i] = fix->plan.host[i].name;
	return change_targets(fix, past, names, fix->plan.count, e);
}

/* Whether services may be stopped where they were not yet: 0, or why not, as an exit code. Nobody waits for the window
 * while services stand still elsewhere. */
static int may_begin(const struct fix *fix, const struct rest *rest, struct amount max_fail)
{
	const char *closed = fix->options->wait_window && !rest->standing ? NULL : gate_closed(&fix->gate);
	size_t waiting = count_waiting(rest);

	if (!waiting)
		return EXIT_OK;
	if (rest->failed >= failures_allowed(max_fail, fix->plan.count))
		return complain_text(EXIT_FIX_STOPPED,
			_("%zu failures have reached --max-fail already: %zu servers are left as they are; raise it by "
			  "--max-fail %zu"),
			rest->failed, waiting, rest->failed + 1);
	if (closed)
		return complain_text(EXIT_REFUSED, _("%zu servers are left as they are: %s"), waiting, _(closed));
	return confirm_change(fix->options, waiting, true);
}

/* Looks after servers whose services may stand still, whatever else holds the change. */
static int carry_on(struct change *change, const struct change_past *past, const struct rest *rest, int held)
{
	struct fix *fix = change->fix;
	OWN_VALUE(todo_done) struct todo todo = { 0 };
	struct error e = { 0 };

	change->todo = &todo;
	change->recovers = held != EXIT_OK || !count_waiting(rest);
	if (list_todo(&todo, fix, past, held != EXIT_OK, &e) < 0)
		return complain(EXIT_USAGE, &e);
	if (held != EXIT_OK) {
		change->max_fail = (struct amount){ .value = (unsigned)(fix->plan.count + rest->failed + 1) };
		change->left += count_waiting(rest);
		return change_exit_held(held, carry_out(change));
	}
	if (!(change->settled = settled_of(fix, past, &e)))
		return complain(EXIT_USAGE, &e);
	fix->gate.chosen = todo.host;
	fix->gate.count = fix->plan.count;
	int code = count_waiting(rest) ? wait_for_gate(fix) : EXIT_OK;
	if (code == EXIT_OK)
		code = carry_out(change);
	settled_free(change->settled, fix->plan.count);
	return code;
}

static int go_on(struct fix *fix, struct journal *journal, const struct change_past *past, const struct rest *rest)
{
	struct change change = { .fix = fix,
		.journal = journal,
		.max_fail = fix->options->max_fail ? fix->max_fail : fix->plan.max_fail,
		.past = past,
		.failed = rest->failed,
		.left = rest->left };
	const char *stopped = gate_stopped(&fix->gate);

	if (stopped)
		return complain_text(EXIT_REFUSED, _("nothing was changed: %s"), _(stopped));
	int held = may_begin(fix, rest, change.max_fail);
	return held != EXIT_OK && !rest->standing ? held : carry_on(&change, past, rest, held);
}

/* An abort during the last soak leaves no server to be repaired, but some to be looked at. */
static bool has_ended(const struct change_past *past, const struct rest *rest)
{
	const char *end = json_string_value(json_object_get(past->end, "end"));

	return end && !rest->standing && !count_waiting(rest) &&
	       strcmp(end, rollout_end_name(ROLLOUT_INTERRUPTED)) != 0;
}

/* Says what the change came to, and ends as its last part did. */
static int tell_ended(const struct fix *fix, const struct change_past *past, const struct rest *rest)
{
	if (!rest->failed && !rest->left)
		fprintf(fix->talk, _("change %s has ended: no server is left to do\n"), past->id);
	else
		fprintf(fix->talk,
			_("change %s has ended: no server is left to do; %zu failed, %zu were left without the repair: "
			  "vssfleet journal %s\n"),
			past->id, rest->failed, rest->left, past->id);
	return rest->failed ? EXIT_FIX_FAILED : rest->left ? EXIT_INCOMPLETE : EXIT_OK;
}

static int resume(struct fix *fix, struct journal *journal, const struct change_past *past)
{
	struct error e = { 0 };
	int code = read_plan(fix, past);

	if (code != EXIT_OK)
		return code;
	struct rest rest = count_rest(&fix->plan, past);
	if (has_ended(past, &rest))
		return tell_ended(fix, past, &rest);
	fprintf(fix->talk, _("change %s: %zu in unknown state, %zu not begun, %zu failed before\n"), past->id,
		rest.standing + rest.configured, rest.untouched, rest.failed);
	fflush(fix->talk);
	if (read_hosts(fix, past, &e) < 0)
		return complain(EXIT_USAGE, &e);
	if ((code = fix_access(fix)) != EXIT_OK)
		return code;
	if (fix_job(fix, &e) < 0)
		return complain(EXIT_INTERNAL, &e);
	code = go_on(fix, journal, past, &rest);
	return access_end(&fix->access, &e) < 0 ? complain(EXIT_INTERNAL, &e) : code;
}

int cmd_resume(int argc, char **argv)
{
	struct options o;
	OWN_VALUE(fix_done) struct fix fix = { .options = &o, .word = program_words + 1, .words = argc };
	OWN_VALUE(change_past_done) struct change_past past = { 0 };
	OWN(journal_close) struct journal *journal = NULL;
	int code;

	options_parse(&o, argc, argv,
		GROUP_TARGETS | GROUP_ACCESS | GROUP_PACE | GROUP_POLICY | GROUP_STREAM | GROUP_STORE | GROUP_TALK |
			GROUP_CHANGE,
		"CHANGE",
		_("Continues a change that was stopped, interrupted or killed: servers that were left in the middle "
		  "are looked at first, and nothing that was done is done again."));
	if (options_said("limit"))
		return complain_text(
			EXIT_USAGE, _("resume continues all servers of a change: --limit has no place there"));
	if ((code = admin_check()) != EXIT_OK || (code = fix_begin(&fix)) != EXIT_OK)
		return code;
	if ((code = journal_begin(&journal, &fix)) != EXIT_OK || (code = change_recall(&fix, &o, &past)) != EXIT_OK)
		return code;
	return resume(&fix, journal, &past);
}
