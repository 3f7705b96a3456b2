/* consent_needless: there is nothing to do, or nobody to do it to. See consent_rules.h. */
#include "consent_rules.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

bool has_no_record(const struct question *q, struct consent *c)
{
	return is_revert(q) && !q->options->revert_to &&
	       SKIP(c, "no_record",
		       "the journal records no earlier service type of EventSystem here: nothing was changed");
}

bool cannot_be_asked(const struct question *q, struct consent *c)
{
	return (!q->look->result->connected || q->judgement->verdict == VERDICT_UNREACHABLE) &&
	       DEFER(c, "unchecked", "the server could not be asked: %s", q->judgement->reason);
}

/* Writers at work are writers that are there. */
static bool has_its_writers(const struct question *q)
{
	return q->judgement->verdict == VERDICT_HEALTHY || q->judgement->verdict == VERDICT_BUSY;
}

bool is_isolated(const struct question *q, struct consent *c)
{
	const struct eventsystem_facts *es = q->eventsystem;

	if (es->sharing != SHARING_ALONE || is_revert(q))
		return false;
	if (q->options->action == ACTION_ISOLATE && es->own_type)
		return has_its_writers(q) &&
		       SKIP(c, "isolated", "EventSystem is already isolated: type own, process %lld",
			       (long long)es->service->pid);
	return q->judgement->verdict == VERDICT_HEALTHY && !q->options->force &&
	       SKIP(c, "isolated", "the writers are there, and EventSystem is alone in process %lld: nothing to repair",
		       (long long)es->service->pid);
}

bool is_configured(const struct question *q, struct consent *c)
{
	return q->options->action == ACTION_ISOLATE && !q->options->restart && q->eventsystem->own_type &&
	       q->eventsystem->sharing == SHARING_SHARED &&
	       SKIP(c, "configured",
		       "the type of EventSystem is own already and takes effect at its next start: leave out "
		       "--no-restart");
}

/* Since Server 2019 Windows may run a service alone whose type is to share. */
static bool is_split_by_windows(const struct question *q)
{
	enum { BUILD_2019 = 17763, BUILD_DIGITS = 9 };
	const char *build = q->facts->environment.build;

	return build && strlen(build) <= BUILD_DIGITS && strtol(build, NULL, 10) >= BUILD_2019;
}

bool is_reverted(const struct question *q, struct consent *c)
{
	const char *type = configured_type(q), *wanted = q->options->revert_to;
	enum sharing sharing = q->eventsystem->sharing;

	if (!is_revert(q) || !type || strcasecmp(type, wanted))
		return false;
	bool fits = q->eventsystem->own_type
			    ? sharing == SHARING_ALONE
			    : sharing == SHARING_SHARED || (sharing == SHARING_ALONE && is_split_by_windows(q));
	return (fits || !q->options->restart) &&
	       SKIP(c, "reverted", "EventSystem is as it was recorded already: %s", wanted);
}
