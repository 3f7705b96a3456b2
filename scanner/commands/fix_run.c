/* fix_run: see the header. */
#include "fix_run.h"
#include "admin.h"
#include "carry_out.h"
#include "command.h"
#include "confirm.h"
#include "interrupt.h"
#include "language.h"
#include "plan_print.h"
#include "recorded.h"

#include <stdlib.h>
#include <string.h>

/* A profile's settings are for the planning: a plan that was read goes before them. */
static bool says_how_to_plan(const struct options *o)
{
	static const char *const settings[] = { "rings", "soak", "at-once" };

	FOR_EACH(name, settings)
		if (options_said(*name))
			return true;
	return o->no_restart || o->no_rollback || o->force || o->allow_role || o->allow_cluster ||
	       o->allow_pending_reboot || o->allow_users;
}

int fix_check(const struct options *o, size_t targets)
{
	if (o->apply && o->dry_run)
		return complain_text(EXIT_USAGE, _("--apply and --dry-run contradict each other"));
	if (o->plan && o->plan_out)
		return complain_text(EXIT_USAGE, _("--plan reads a plan, --plan-out writes one: not both"));
	if (o->plan && (targets || o->from_run || options_said("limit")))
		return complain_text(EXIT_USAGE, _("--plan carries out what was planned, on all servers of the plan: "
						   "targets, --from-run and --limit belong to the planning"));
	if (o->plan && says_how_to_plan(o))
		return complain_text(EXIT_USAGE, _("--plan carries out what was planned: --rings, --at-once, --soak, "
						   "--no-..., --force and --allow-... belong to the planning"));
	return o->apply ? admin_check() : EXIT_OK;
}

/* ---- whom to look at ---- */

static const struct host **all_hosts(const struct fix *fix, size_t *count, struct error *e)
{
	const struct host **list = calloc(fix->hosts.count + 1, sizeof(*list));

	*count = 0;
	if (!list)
		error_set(e, ERROR_LOCAL, _("out of memory"));
	for (size_t i = 0; list && i < fix->hosts.count; i++)
		if (!fix->undoes || recorded_type(fix->types, fix->hosts.host[i].name))
			list[(*count)++] = &fix->hosts.host[i];
	return list;
}

static int look(struct fix *fix, struct candidates *candidates, struct error *e)
{
	size_t count;
	OWN(own_free)
	const struct host **list = fix->options->plan ? plan_hosts(fix, &count, e) : all_hosts(fix, &count, e);

	return list ? candidates_look(candidates, fix, list, count, e) : -1;
}

/* ---- what it comes to ---- */

/* Hosts that would have to be repaired, as far as anybody knows, and are not. */
static size_t count_open(const struct candidates *candidates)
{
	size_t count = 0;

	for (size_t i = 0; i < candidates->count; i++)
		count += !candidates->candidate[i].looked || candidates->candidate[i].consent.result == RESULT_DEFERRED;
	return count;
}

static int planned_exit(size_t planned, size_t open)
{
	return !open ? EXIT_OK : planned ? EXIT_INCOMPLETE : EXIT_REFUSED;
}

static void show(const struct fix *fix, const struct candidates *candidates, const struct todo *todo)
{
	const struct options *o = fix->options;

	if (o->quiet)
		return;
	plan_print_hosts(fix);
	if (o->plan)
		plan_print_dropped(todo, fix->talk);
	else
		plan_print_rest(candidates, fix->talk);
	if (fix->plan.count)
		plan_print_terms(fix, o->plan ? NULL : candidates);
	else
		fputs(_("Plan     no host is to be repaired: nothing was changed.\n"), fix->talk);
	if (!o->apply && fix->plan.count)
		plan_print_next(fix);
	fflush(fix->talk);
}

/* ---- carrying it out ---- */

struct search {
	const char *sha256;
	char change[CHANGE_ID_MAX];
};

static int find_plan(void *context, const json_t *entry)
{
	struct search *search = context;
	const char *sha256 = json_string_value(json_object_get(entry, "plan_sha256"));
	const char *change = json_string_value(json_object_get(entry, "change"));

	if (!sha256 || !change || strcmp(sha256, search->sha256) != 0)
		return 0;
	snprintf(search->change, sizeof(search->change), "%s", change);
	return 1;
}

/* A plan is carried out once. */
static int refuse_twice(const struct fix *fix)
{
	struct search search = { .sha256 = fix->plan.sha256 };
	struct error e = { 0 };

	if (journal_each(str_text(&fix->journal_path), find_plan, &search, &e) < 0)
		return complain(EXIT_INTERNAL, &e);
	if (!*search.change)
		return EXIT_OK;
	return complain_text(EXIT_REFUSED,
		_("this plan was carried out as change %s; what is left of it: vssfleet resume %s"), search.change,
		search.change);
}

static int apply(struct fix *fix, struct journal *journal, const struct todo *todo, size_t open)
{
	struct change change = {
		.fix = fix, .journal = journal, .todo = todo, .max_fail = fix->plan.max_fail, .left = open
	};

	if (todo_is_another_plan(todo, &fix->plan))
		return complain_text(EXIT_REFUSED,
			_("nothing was changed: %zu of the plan's %zu hosts are not as planned; plan again"),
			todo_drifted(todo), fix->plan.count);
	if (!todo->count)
		return complain_text(EXIT_REFUSED,
			_("nothing was changed: no server of the plan may be changed now; try again when their backups "
			  "have ended"));
	if (fix->options->plan && fix->options->max_fail)
		change.max_fail = fix->max_fail;
	int code = confirm_change(fix->options, todo->count, fix->options->plan != NULL);
	fix->gate.chosen = todo->host;
	fix->gate.count = fix->plan.count;
	if (code == EXIT_OK)
		code = wait_for_gate(fix);
	if (code == EXIT_OK && plan_is_over(&fix->plan))
		return complain_text(EXIT_REFUSED,
			_("nothing was changed: the plan expired before the change window opened; plan again"));
	return code == EXIT_OK ? carry_out(&change) : code;
}

static int run(struct fix *fix, struct journal *journal)
{
	const struct options *o = fix->options;
	OWN_VALUE(candidates_done) struct candidates candidates = { 0 };
	OWN_VALUE(todo_done) struct todo todo = { 0 };
	struct error e = { 0 };

	if (fix_job(fix, &e) < 0 || look(fix, &candidates, &e) < 0)
		return complain(EXIT_INTERNAL, &e);
	if (interrupt_signal())
		return complain_text(128 + interrupt_signal(), _("interrupted: nothing was changed"));
	size_t open = o->plan ? 0 : count_open(&candidates);
	if ((o->plan                                         ? todo_of_plan(&todo, fix, &candidates, &e)
		    : planning_end(fix, &candidates, &e) < 0 ? -1
							     : todo_all(&todo, fix, &e)) < 0)
		return complain(EXIT_INTERNAL, &e);
	if (o->plan_out && fix->plan.count && plan_write(&fix->plan, o->plan_out, &e) < 0)
		return complain(EXIT_INTERNAL, &e);
	show(fix, &candidates, &todo);
	if (o->apply && fix->plan.count)
		return apply(fix, journal, &todo, open);
	return planned_exit(todo.count, open + todo.dropped_count);
}

int fix_run(struct fix *fix)
{
	const struct options *o = fix->options;
	OWN(journal_close) struct journal *journal = NULL;
	struct error e = { 0 };
	int code = EXIT_OK;

	if (o->apply && (code = journal_begin(&journal, fix)) != EXIT_OK)
		return code;
	if (o->apply && o->plan && (code = refuse_twice(fix)) != EXIT_OK)
		return code;
	if (o->apply && !o->wait_window && (code = wait_for_gate(fix)) != EXIT_OK)
		return code;
	if ((code = fix_access(fix)) != EXIT_OK)
		return code;
	if (!o->plan && planning_begin(fix, &e) < 0)
		return complain(EXIT_INTERNAL, &e);
	code = run(fix, journal);
	return access_end(&fix->access, &e) < 0 ? complain(EXIT_INTERNAL, &e) : code;
}
