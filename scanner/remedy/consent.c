/* consent: see the header. The rules are a list, and the first one that objects decides: first those that make a repair
 * needless, then those that forbid it, the most serious one first. What protects a backup or the truth of what we know
 * cannot be forced. */
#include "consent.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "message.h"
#include "reason.h"

struct question {
	const struct survey *look;
	const struct consent_options *options;
	const struct facts *facts;
	const struct eventsystem_facts *eventsystem;
	const struct judgement *judgement;
};

/* --- what is said --- */

__attribute__((format(printf, 4, 5))) static bool object(
	struct consent *c, enum repair_result result, const char *reason, const char *format, ...)
{
	OWN_VALUE(sentence_done) struct sentence text = { .tongue = ENGLISH };
	va_list args;

	va_start(args, format);
	str_addv(&text.text, format, args);
	va_end(args);
	c->result = result;
	c->reason = reason;
	message_put(c->message, sizeof(c->message), &text);
	return true;
}
#define SKIP(c, ...) object((c), RESULT_SKIPPED, __VA_ARGS__)
#define DEFER(c, ...) object((c), RESULT_DEFERRED, __VA_ARGS__)

/* --- what the request comes to --- */

static bool is_revert(const struct question *q)
{
	return q->options->action == ACTION_REVERT;
}

static bool is_reboot(const struct question *q)
{
	return q->options->action == ACTION_REBOOT;
}

static bool stops_services(const struct question *q)
{
	return q->options->action == ACTION_RESTART_GROUP || (!is_reboot(q) && q->options->restart);
}

static const char *configured_type(const struct question *q)
{
	return q->eventsystem->service ? q->eventsystem->service->service_type : NULL;
}

/* --- needless --- */

static bool has_no_record(const struct question *q, struct consent *c)
{
	return is_revert(q) && !q->options->revert_to &&
	       SKIP(c, "no_record",
		       "the journal records no earlier service type of EventSystem here: nothing was changed");
}

static bool cannot_be_asked(const struct question *q, struct consent *c)
{
	return (!q->look->result->connected || q->judgement->verdict == VERDICT_UNREACHABLE) &&
	       DEFER(c, "unchecked", "the server could not be asked: %s", q->judgement->reason);
}

/* Writers at work are writers that are there. */
static bool has_its_writers(const struct question *q)
{
	return q->judgement->verdict == VERDICT_HEALTHY || q->judgement->verdict == VERDICT_BUSY;
}

static bool is_isolated(const struct question *q, struct consent *c)
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

static bool is_configured(const struct question *q, struct consent *c)
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

static bool is_reverted(const struct question *q, struct consent *c)
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

/* --- forbidden --- */

static const struct writer *writer_at_work(const struct vss_facts *vss)
{
	for (size_t i = 0; i < vss->count; i++)
		if (reason_is_waiting(&vss->writer[i]))
			return &vss->writer[i];
	return NULL;
}

bool consent_is_backing_up(const struct survey *look)
{
	const struct facts *facts = &look->result->facts;

	return facts->backup.running == BACKUP_RUNNING_YES || writer_at_work(&facts->vss) ||
	       look->result->judgement.verdict == VERDICT_BUSY;
}

static bool is_backing_up(const struct question *q, struct consent *c)
{
	const struct writer *writer = writer_at_work(&q->facts->vss);

	if (!consent_is_backing_up(q->look))
		return false;
	if (q->facts->backup.running == BACKUP_RUNNING_YES || !writer)
		return DEFER(c, "backup", "a backup is running: try again when it has ended");
	return DEFER(c, "backup",
		"%s is in state [%d], in the middle of a snapshot: try again when the backup has ended",
		writer->name ? writer->name : "a writer", writer->state);
}

static bool is_disabled(const struct service *service)
{
	return service && service->start_mode && !strcasecmp(service->start_mode, "Disabled");
}

/* A service that runs but is disabled could be stopped and not be started again. */
static bool cannot_be_restarted(const struct question *q, struct consent *c)
{
	const struct service *service = q->eventsystem->service;

	if (is_reboot(q) || !service)
		return false;
	if (is_disabled(service))
		return DEFER(c, "disabled",
			"EventSystem is disabled: first enable it (sc.exe config EventSystem start= auto)");
	if (q->eventsystem->sharing == SHARING_STOPPED)
		return DEFER(c, "stopped", "EventSystem is stopped: first start it (sc.exe start EventSystem)");
	return q->eventsystem->pending &&
	       DEFER(c, "changing", "EventSystem is changing its state (%s): try again in a minute",
		       service->state ? service->state : "pending");
}

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

static bool has_another_cause(const struct question *q, struct consent *c)
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
static bool has_a_fault(const struct question *q, struct consent *c)
{
	bool isolates = q->options->action == ACTION_ISOLATE;

	return !is_revert(q) && q->judgement->verdict == VERDICT_VSS_FAULT && (isolates || !q->options->force) &&
	       DEFER(c, "cause", "%s: %s",
		       isolates ? "isolating EventSystem does not cure this fault"
				: "another fault than the one that this repairs (--force: all the same)",
		       q->judgement->reason);
}

/* Without the process and the type nothing could be compared afterwards, nor undone. */
static bool is_unchecked(const struct question *q, struct consent *c)
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

static bool is_not_called_for(const struct question *q, struct consent *c)
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

static bool has_unknown_stops(const struct question *q, struct consent *c)
{
	if (!stops_services(q) || q->look->state.stops_known)
		return false;
	if (!*q->look->extras.cause)
		return DEFER(c, "stops_unknown", "which services a restart of EventSystem stops is not known");
	return DEFER(c, "stops_unknown", "which services a restart of EventSystem stops is not known: %s",
		q->look->extras.cause);
}

static bool stops_what_cannot_come_back(const struct question *q, struct consent *c)
{
	OWN_VALUE(sentence_done) struct sentence named = { .tongue = ENGLISH };
	const struct names *stops = &q->look->state.stops;
	const char *found[NAMES_MAX] = { NULL };
	size_t count = 0;

	for (size_t i = 0; stops_services(q) && i < stops->count && count < COUNT(found); i++)
		if (is_disabled(service_find(&q->facts->services, stops->name[i])))
			found[count++] = stops->name[i];
	phrase_names(&named, found, count);
	return count && DEFER(c, "disabled",
				"a restart would stop %s, disabled while running, for good: first enable what is "
				"needed (sc.exe config NAME start= demand), or stop it",
				str_text(&named.text));
}

static size_t protected_stops(const struct question *q, const char *found[NAMES_MAX])
{
	const struct names *stops = &q->look->state.stops;
	size_t count = 0;

	for (size_t i = 0; i < stops->count && count < NAMES_MAX; i++)
		if (consent_protects(q->options->protect, stops->name[i]))
			found[count++] = stops->name[i];
	return count;
}

/* A reboot stops all that runs. */
static size_t protected_running(const struct question *q, const char *found[NAMES_MAX])
{
	const struct service_facts *services = &q->facts->services;
	size_t count = 0;

	for (size_t i = 0; i < services->count && count < NAMES_MAX; i++)
		if (services->service[i].pid && consent_protects(q->options->protect, services->service[i].name))
			found[count++] = services->service[i].name;
	return count;
}

static bool stops_a_role(const struct question *q, struct consent *c)
{
	OWN_VALUE(sentence_done) struct sentence named = { .tongue = ENGLISH };
	const char *found[NAMES_MAX] = { NULL };

	if ((!stops_services(q) && !is_reboot(q)) || q->options->allow & ALLOW_ROLE)
		return false;
	size_t count = is_reboot(q) ? protected_running(q, found) : protected_stops(q, found);
	phrase_names(&named, found, count);
	if (count)
		return DEFER(c, "role", "a %s would stop %s: --allow-role permits it, in a window for that role",
			is_reboot(q) ? "reboot" : "restart", str_text(&named.text));
	return is_reboot(q) && !q->facts->services.seen &&
	       DEFER(c, "role",
		       "the services could not be read, so whether a reboot stops a protected one is not known: "
		       "--allow-role permits it all the same");
}

static bool is_in_a_cluster(const struct question *q, struct consent *c)
{
	if ((!stops_services(q) && !is_reboot(q)) || is_revert(q) || q->options->allow & ALLOW_CLUSTER ||
		!consent_is_cluster_node(q->look))
		return false;
	return DEFER(c, "cluster", "the server is a node of the cluster %s: drain it, then use --allow-cluster",
		*q->look->cluster ? q->look->cluster : "(name not known)");
}

static bool waits_for_reboot(const struct question *q, struct consent *c)
{
	return (stops_services(q) || is_reboot(q)) && !is_revert(q) && q->look->pending_reboot == KNOWN_YES &&
	       !(q->options->allow & ALLOW_PENDING_REBOOT) &&
	       DEFER(c, "pending_reboot",
		       "Windows waits for a reboot to complete updates: let it, or use --allow-pending-reboot");
}

struct consent consent_of(const struct survey *look, const struct consent_options *options)
{
	static bool (*const rules[])(const struct question *, struct consent *) = { has_no_record, cannot_be_asked,
		is_isolated, is_configured, is_reverted, is_backing_up, cannot_be_restarted, has_another_cause,
		has_a_fault, is_unchecked, is_not_called_for, has_unknown_stops, stops_what_cannot_come_back,
		stops_a_role, is_in_a_cluster, waits_for_reboot };
	const struct facts *facts = &look->result->facts;
	struct question question = { look, options, facts, &facts->eventsystem, &look->result->judgement };
	struct consent c = { .result = RESULT_NONE };

	FOR_EACH(rule, rules)
		if ((*rule)(&question, &c))
			break;
	return c;
}
