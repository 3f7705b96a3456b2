/* rollback: gives the servers of a change back the service type that they had before it. */
#include "change_targets.h"
#include "command.h"
#include "fix_run.h"
#include "inventory.h"
#include "language.h"
#include "planning.h"
#include "preflight.h"
#include "recorded.h"

#include <stdlib.h>
#include <string.h>

static size_t count_unfinished(const struct change_past *past)
{
	size_t count = 0;

	for (size_t i = 0; i < past->count; i++)
		count += !past->host[i].result;
	return count;
}

static int find_hosts(struct fix *fix, const struct change_past *past)
{
	OWN(own_free) const char **names = calloc(json_object_size(fix->types) + 1, sizeof(*names));
	const char *name;
	json_t *type;
	size_t count = 0;
	struct error e = { 0 };

	if (!names)
		return complain_text(EXIT_INTERNAL, _("out of memory"));
	json_object_foreach(fix->types, name, type) names[count++] = name;
	if (change_targets(fix, past, names, count, &e) < 0 ||
		(fix->options->limit && !fix->options->plan &&
			inventory_limit(&fix->hosts, fix->options->limit, &e) < 0))
		return complain(EXIT_USAGE, &e);
	return EXIT_OK;
}

/* What the change did, and to whom. */
static int recall(struct fix *fix, struct options *o)
{
	OWN_VALUE(change_past_done) struct change_past past = { 0 };
	struct error e = { 0 };
	int code = change_recall(fix, o, &past);

	if (code != EXIT_OK)
		return code;
	if (count_unfinished(&past))
		return complain_text(EXIT_REFUSED,
			_("change %s left %zu servers in the middle of their repair: first vssfleet resume %s"),
			past.id, count_unfinished(&past), past.id);
	if (!(fix->types = recorded_types(str_text(&fix->journal_path), past.id, &e)))
		return complain(EXIT_INTERNAL, &e);
	if (!json_object_size(fix->types))
		return complain_text(
			EXIT_REFUSED, _("change %s left no service type behind that could be undone"), past.id);
	fix->action = ACTION_REVERT;
	if (!(fix->undoes = strdup(past.id)))
		return complain_text(EXIT_INTERNAL, _("out of memory"));
	return find_hosts(fix, &past);
}

int cmd_rollback(int argc, char **argv)
{
	struct options o;
	OWN_VALUE(fix_done) struct fix fix = { .options = &o, .word = program_words + 1, .words = argc };
	int code;

	options_parse(&o, argc, argv, GROUPS_OF_FIX, "CHANGE",
		_("Undoes a change: the servers that it left changed get back the service type that the journal "
		  "recorded "
		  "of each. Without --apply nothing is changed: the plan is shown."));
	start_frugally(o.forks);
	if (o.from_run)
		return complain_text(EXIT_USAGE, _("--from-run belongs to fix: the change knows its servers"));
	if ((code = fix_check(&o, 0)) != EXIT_OK || (code = fix_begin(&fix)) != EXIT_OK ||
		(code = recall(&fix, &o)) != EXIT_OK)
		return code;
	if (o.plan && (code = plan_accept(&fix)) != EXIT_OK)
		return code;
	return fix_run(&fix);
}
