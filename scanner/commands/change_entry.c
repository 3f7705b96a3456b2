/* change_entry: see the header. No secret can be in here: argv has none. */
#include "change_entry.h"
#include "value.h"

#include <pwd.h>
#include <stdlib.h>
#include <unistd.h>

enum { TEXT_MAX = 1024, WORDS_MAX = 256 };

static json_t *who(const struct options *o)
{
	char host[256] = "";
	const struct passwd *user = getpwuid(getuid()); /* no worker runs yet */
	const char *sudo = getuid() == 0 ? getenv("SUDO_USER") : NULL;

	gethostname(host, sizeof(host) - 1);
	return json_pack("{s:I, s:o, s:o, s:o, s:o}", "uid", (json_int_t)getuid(), "user",
		value_text(user ? user->pw_name : NULL, TEXT_MAX), "sudo", value_text(sudo, TEXT_MAX), "host",
		value_text(host, TEXT_MAX), "principal", value_text(o->user, TEXT_MAX));
}

static json_t *words(const struct fix *fix)
{
	json_t *list = json_array();

	for (int i = 0; i < fix->words && i < WORDS_MAX; i++)
		value_add(&list, value_text(fix->word[i], TEXT_MAX));
	return list;
}

static json_t *amount(struct amount amount)
{
	return json_sprintf("%u%s", amount.value, amount.percent ? "%" : "");
}

json_t *change_entry_start(const struct fix *fix, const char *change, size_t hosts)
{
	const struct options *o = fix->options;
	const struct plan *plan = &fix->plan;

	return json_pack("{s:s, s:s, s:s, s:s, s:I, s:o, s:o, s:o, s:O, s:s?, s:s?, s:o, s:s}", "type", "change_start",
		"change", change, "action", action_name(plan->action), "plan_sha256", plan->sha256, "hosts",
		(json_int_t)hosts, "who", who(o), "ticket", value_text(o->ticket, TEXT_MAX), "argv", words(fix),
		"sources", fix->sources, "run", plan->run, "undoes", plan->undoes, "max_fail", amount(plan->max_fail),
		"version", VSSFLEET_VERSION);
}

json_t *change_entry_resume(const struct fix *fix, const char *change, size_t hosts, struct amount max_fail)
{
	return json_pack("{s:s, s:s, s:I, s:o, s:o, s:o, s:o}", "type", "change_resume", "change", change, "hosts",
		(json_int_t)hosts, "who", who(fix->options), "ticket", value_text(fix->options->ticket, TEXT_MAX),
		"argv", words(fix), "max_fail", amount(max_fail));
}

json_t *change_entry_end(const char *change, const struct rollout_outcome *outcome)
{
	json_t *results = json_object();

	for (int r = RESULT_FIXED; r < REPAIR_RESULTS; r++)
		json_object_set_new(results, repair_result_name((enum repair_result)r),
			json_integer((json_int_t)outcome->by_result[r]));
	return json_pack("{s:s, s:s, s:s, s:s?, s:o, s:I, s:I, s:I}", "type", "change_end", "change", change, "end",
		rollout_end_name(outcome->end), "why", outcome->why, "results", results, "untouched",
		(json_int_t)outcome->untouched, "unfinished", (json_int_t)outcome->unfinished, "failed",
		(json_int_t)outcome->failed);
}
