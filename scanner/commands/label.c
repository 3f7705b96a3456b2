/* label: see the header. */
#include "label.h"
#include "language.h"
#include "own.h"

#include <string.h>

static const char *const tokens[] = {
	/* verdicts */
	NC_("token", "affected"),
	NC_("token", "writers_missing"),
	NC_("token", "vss_fault"),
	NC_("token", "fix_pending"),
	NC_("token", "at_risk"),
	NC_("token", "busy"),
	NC_("token", "shared"),
	NC_("token", "healthy"),
	NC_("token", "unknown"),
	NC_("token", "unreachable"),
	/* how sure */
	NC_("token", "confirmed"),
	NC_("token", "probable"),
	/* kinds of errors */
	NC_("token", "dns"),
	NC_("token", "connect"),
	NC_("token", "tls"),
	NC_("token", "auth"),
	NC_("token", "denied"),
	NC_("token", "timeout"),
	NC_("token", "fault"),
	NC_("token", "quota"),
	NC_("token", "parse"),
	NC_("token", "protocol"),
	NC_("token", "aborted"),
	/* legs of a ping that are no kind */
	NC_("token", "identify"),
	NC_("token", "wmi"),
	NC_("token", "shell"),
	/* results of repairs */
	NC_("token", "fixed"),
	NC_("token", "fixed_partial"),
	NC_("token", "fix_failed"),
	NC_("token", "rolled_back"),
	NC_("token", "deferred"),
	NC_("token", "skipped"),
	NC_("token", "regressed"),
	/* states of runs, and ends of changes */
	NC_("token", "complete"),
	NC_("token", "partial"),
	NC_("token", "running"),
	NC_("token", "threshold"),
	NC_("token", "stopped"),
	NC_("token", "interrupted"),
	/* checkpoints */
	NC_("token", "match"),
	NC_("token", "no_match"),
};

const char *label_of(const char *token)
{
	FOR_EACH(known, tokens)
		if (!strcmp(strchr(*known, '\004') + 1, token))
			return in_context(*known);
	return token;
}

const char *reason_of(const json_t *record)
{
	const char *japanese = json_string_value(json_object_get(record, "reason_ja"));

	return language_chosen() == JAPANESE && japanese ? japanese
							 : json_string_value(json_object_get(record, "reason"));
}
