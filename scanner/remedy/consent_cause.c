/* consent_cause: what was found is not what this repair cures. See consent_rules.h. */
#include "consent_rules.h"

#include <string.h>

#include "message.h"
#include "reason.h"

struct cure {
	const char *number; /* of DOMAIN section 10 */
	bool final;         /* no repair of ours helps: not to be forced */
	const char *text;
};
static const struct cure cures[] = {
	{ "D2 ", true, "restore TypeLib in the registry (KB 2009533), then restart EventSystem and VSS" },
	{ "D3 ", false, "repair the event subscriptions of COM+, then reboot" },
	{ "D4 ", true, "enable and start the service" },
	{ "D5 ", true, "set VSS to start manually (sc.exe config VSS start= demand)" },
	{ "D6 ", true, "start Windows normally" },
	{ "D7 ", true, "start NTDS" },
	{ "D8 ", false, "repair the machine-wide access rights of COM (dcomcnfg)" },
	{ "D9 ", false, "restart CryptSvc and Winmgmt, or the server (fix reboot --force)" },
	{ "D10 ", false, "restart the server (fix reboot --force)" },
};

static const struct cure *cure_of(const char *cause)
{
	static const struct cure unknown = { NULL, false,
		"look at the VSS event class, the COM+ event database and the access rights of COM" };

	FOR_EACH(cure, cures)
		if (cause && !strncmp(cause, cure->number, strlen(cure->number)))
			return cure;
	return &unknown;
}

bool has_another_cause(const struct question *q, struct consent *c)
{
	OWN_VALUE(sentence_done) struct sentence what = { .tongue = ENGLISH };
	const struct judgement *j = q->judgement;
	const struct cure *cure = cure_of(j->cause);

	if (is_revert(q) || j->verdict != VERDICT_WRITERS_MISSING || (q->options->force && !cure->final))
		return false;
	if (j->cause)
		reason_add_cause(&what, j->cause);
	else
		str_add(&what.text, "the writers are missing although EventSystem is alone in its process");
	return DEFER(c, "cause", "fix %s does not help against this cause: %s; instead: %s",
		action_name(q->options->action), str_text(&what.text), cure->text);
}

/* Isolating cures no fault of a writer, and could not be proved to have helped. */
bool has_a_fault(const struct question *q, struct consent *c)
{
	bool isolates = q->options->action == ACTION_ISOLATE;

	return !is_revert(q) && q->judgement->verdict == VERDICT_VSS_FAULT && (isolates || !q->options->force) &&
	       DEFER(c, "cause", "%s: %s",
		       isolates ? "isolating EventSystem does not cure this fault"
				: "another fault than the one that this repairs (--force: all the same)",
		       q->judgement->reason);
}

/* Without the process and the type nothing could be compared afterwards, nor undone. */
bool is_unchecked(const struct question *q, struct consent *c)
{
	if (!is_reboot(q) && (q->eventsystem->sharing == SHARING_UNKNOWN || !configured_type(q)))
		return DEFER(c, "unchecked", "type and process of EventSystem are not known: %s", q->judgement->reason);
	return !is_revert(q) && !q->options->force && q->judgement->verdict == VERDICT_UNKNOWN &&
	       DEFER(c, "unchecked", "the server could not be checked (--force: repair it all the same): %s",
		       q->judgement->reason);
}

static bool is_called_for(const struct question *q)
{
	enum action action = q->options->action;

	switch (q->judgement->verdict) {
	case VERDICT_AFFECTED:
	case VERDICT_AT_RISK:
		return true;
	case VERDICT_FIX_PENDING:
		return action != ACTION_RESTART_GROUP;
	case VERDICT_SHARED:
		return action == ACTION_ISOLATE && q->options->isolate_required;
	default:
		return false;
	}
}

bool is_not_called_for(const struct question *q, struct consent *c)
{
	if (is_revert(q) || q->options->force || is_called_for(q) || q->judgement->verdict == VERDICT_WRITERS_MISSING ||
		q->judgement->verdict == VERDICT_VSS_FAULT)
		return false;
	if (q->judgement->verdict == VERDICT_FIX_PENDING)
		return DEFER(c, "verdict",
			"the type of EventSystem is own already, it only has to be restarted: use fix "
			"isolate");
	if (q->judgement->verdict == VERDICT_SHARED && q->options->action == ACTION_ISOLATE)
		return DEFER(c, "verdict",
			"the writers are fine, and sharing the process is the default of Windows: "
			"--force or the policy isolate_required isolates it all the same");
	return DEFER(c, "verdict", "the writers are fine (%s): --force does it all the same",
		verdict_name(q->judgement->verdict));
}
