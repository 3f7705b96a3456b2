/* change_targets: see the header. */
#include "change_targets.h"
#include "command.h"
#include "language.h"
#include "targets.h"

int change_recall(struct fix *fix, struct options *o, struct change_past *past)
{
	struct error e = { 0 };

	if (o->argument_count != 1)
		return complain_text(EXIT_USAGE, _("%s takes one change; `vssfleet journal` lists them"), fix->word[0]);
	if (!fix->journal_path.len)
		return complain_text(EXIT_USAGE, _("--store none: there is no journal"));
	o->argument_count = 0; /* it is no host */
	if (journal_change(str_text(&fix->journal_path), o->argument[0], past, &e) < 0)
		return complain(exit_of(&e), &e);
	int action = action_of_name(json_string_value(json_object_get(past->start, "action")));
	if (action < 0)
		return complain_text(EXIT_INTERNAL, _("change %s is of another version of this program"), past->id);
	fix->action = (enum action)action;
	return EXIT_OK;
}

int change_targets(
	struct fix *fix, const struct change_past *past, const char *const *names, size_t count, struct error *e)
{
	const struct options *o = fix->options;
	json_t *recorded = json_object_get(past->start, "sources");

	if (targets_again(&fix->hosts, o, recorded, names, count, e) < 0)
		return -1;
	fix->sources = targets_named(o) ? targets_sources(o, &fix->hosts) : json_incref(recorded);
	return fix->sources ? 0 : error_set(e, ERROR_LOCAL, _("out of memory"));
}
