/* evidence: see the header. The ids alone are noise; what counts is the HRESULT and the class. */
#include "evidence.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const uint32_t class_not_running = 0x800401fb, /* CO_E_OBJNOTREG: the published case */
	class_not_registered = 0x80040154,            /* with VSSEvent: its type library is lost, KB 2009533 */
	shutdown_in_progress = 0x8007045b;            /* ERROR_SHUTDOWN_IN_PROGRESS */

static const char event_system[] = "4e14fba2-2e22-11d1-9964-00c04fbbb345";
static const char vss_event[] = "faf53cc4-bd73-4e36-83f1-2b23f46e513e";
/* Hyper-V's integration components on Azure: a provider that fails harmlessly (SW_PROV). */
static const char *const benign_provider[] = { "3e02620c-e180-44f3-b154-2473646e4cb8",
	"74600e39-7dc5-4567-a03b-f091d6c7b092" };

static bool of_class(const struct event *event, const char *clsid, const char *name)
{
	return !strcmp(event->clsid, clsid) || (event->text && strstr(event->text, name));
}

/* 13 names the class; some logs mask the CLSID but keep the name. */
static bool is_published_case(const struct event *event)
{
	return event->hr == class_not_running &&
	       (event->id == 8193 || (event->id == 13 && of_class(event, event_system, "CEventSystem")));
}

static bool since_boot(const struct facts *facts, const struct event *event, bool if_unknown)
{
	if (event->live)
		return true;
	if (facts->environment.last_boot == UNSEEN || event->time == UNSEEN)
		return if_unknown;
	return event->time >= facts->environment.last_boot;
}

static bool is_provider_fault(const struct event *event)
{
	if (event->id != 12292 && event->id != 12293)
		return false;
	FOR_EACH(clsid, benign_provider)
		if (of_class(event, *clsid, *clsid))
			return false;
	return true;
}

static bool is_writer_error(const struct event *event)
{
	return (event->id == 8193 && event->hr != shutdown_in_progress) || event->id == 8229 || event->id == 12301 ||
	       event->id == 12366;
}

bool evidence_matches(const struct evidence *evidence)
{
	return evidence->n8193 || evidence->n13 || evidence->live || evidence->earlier;
}

/* Causes that an event proves, whatever else is in the log. */
static const char *strong_cause(const struct event *event)
{
	switch (event->id) {
	case 34:
		return "D2 event_class_lost";
	case 22:
	case 8193:
		return event->hr == class_not_registered && of_class(event, vss_event, "VSSEvent")
			       ? "D2 event_class_lost"
			       : NULL;
	case 18:
	case 20:
		return "D6 safe_mode";
	case 26:
	case 27:
	case 29:
		return "D7 ntds_stopped";
	default:
		return NULL;
	}
}

static bool is_mode(const struct service *service, const char *mode)
{
	return service && service->start_mode && !strcasecmp(service->start_mode, mode);
}

static const char *service_cause(const struct facts *facts)
{
	const struct service *ntds = service_find(&facts->services, "NTDS");

	if (facts->eventsystem.sharing == SHARING_STOPPED)
		return is_mode(facts->eventsystem.service, "Disabled") ? "D4 eventsystem_disabled"
								       : "D4 eventsystem_stopped";
	if (is_mode(service_find(&facts->services, "COMSysApp"), "Disabled"))
		return "D4 comsysapp_disabled";
	if (is_mode(service_find(&facts->services, "VSS"), "Disabled"))
		return "D5 vss_disabled";
	if (facts->environment.product_type == 2 && ntds && ntds->state && !strcasecmp(ntds->state, "Stopped"))
		return "D7 ntds_stopped";
	return NULL;
}

/* A list from tasklist does not know what is disabled; then what the log says of it counts. */
static const char *disabled_cause(const struct facts *facts, unsigned id)
{
	const struct service *vss = service_find(&facts->services, "VSS"), *es = facts->eventsystem.service;

	if ((id == 19 || id == 38) && es && !es->start_mode)
		return "D4 eventsystem_disabled";
	return id == 39 && !(vss && vss->start_mode) ? "D5 vss_disabled" : NULL;
}

/* Causes that could as well be consequences of the published case, where its own events are in the log. */
static const char *weak_cause(const struct facts *facts, const struct event *event)
{
	switch (event->id) {
	case 21:
	case 12291:
	case 12302:
		return "D3 event_database";
	case 12347:
		return "D10 writer_registration";
	default:
		return disabled_cause(facts, event->id);
	}
}

/* The writers are missed when a backup asks for them (DOMAIN 22, row 70). */
static bool at_failed_backup(const struct facts *facts, const struct event *event)
{
	enum { NEAR_S = 600 };
	int64_t failure = facts->backup.last_failure;

	return !event->live && !event->earlier && event->time != UNSEEN && failure != UNSEEN &&
	       llabs(event->time - failure) <= NEAR_S;
}

/* Writers that subscribed to an EventSystem before this one, and will not again until their hosts are restarted. All
 * start together with Windows; what counts is a restart behind that. */
static bool is_newer_than_writers(const struct eventsystem_facts *es)
{
	enum { START_UP_S = 300 };

	return es->sharing == SHARING_ALONE && es->started != UNSEEN && es->hosts_started != UNSEEN &&
	       es->started > es->hosts_started + START_UP_S;
}

/* An event that is not known to be of this start may speak of what has been cured since: a hint, and no proof. */
static void take_cause(
	const struct facts *facts, const struct event *event, const char *cause, struct evidence *evidence)
{
	const char **to = since_boot(facts, event, false) ? &evidence->cause : &evidence->hint;

	if (!*to && since_boot(facts, event, true))
		*to = cause;
}

/* Nothing failed and nobody is left: what there is, this account may not see. Only where all else was asked. */
static bool is_hidden(const struct facts *facts, const struct evidence *evidence)
{
	const struct eventsystem_facts *es = &facts->eventsystem;

	return facts->vss.outcome == VSS_EMPTY && es->sharing == SHARING_ALONE && es->started != UNSEEN &&
	       es->hosts_started != UNSEEN && evidence->covered && !evidence_matches(evidence) &&
	       !evidence->writer_errors && !evidence->hint;
}

static void find_by_elimination(const struct facts *facts, struct evidence *evidence)
{
	const struct event_facts *events = &facts->events;

	if (is_newer_than_writers(&facts->eventsystem))
		evidence->cause = "D9 eventsystem_restarted";
	for (size_t i = 0; i < events->count && !evidence_matches(evidence); i++)
		take_cause(facts, &events->event[i], weak_cause(facts, &events->event[i]), evidence);
	if (!evidence->cause && is_hidden(facts, evidence))
		evidence->cause = "D8 not_visible";
}

static void weigh(const struct facts *facts, const struct event *event, struct evidence *evidence)
{
	bool noise = event->hr == shutdown_in_progress && (event->id == 8193 || event->id == 13);

	evidence->noise += noise;
	if (is_published_case(event)) {
		bool provoked = event->live || event->earlier;
		evidence->live += event->live;
		evidence->earlier += event->earlier;
		evidence->n8193 += !provoked && event->id == 8193;
		evidence->n13 += !provoked && event->id == 13;
		evidence->since_boot |= since_boot(facts, event, false);
		if (event->time > evidence->last)
			evidence->last = event->time;
		evidence->backup_failed |= at_failed_backup(facts, event);
	}
	if (!since_boot(facts, event, true))
		return;
	evidence->writer_errors |= is_writer_error(event);
	if (!evidence->provider_fault && is_provider_fault(event))
		evidence->provider_fault = event;
	take_cause(facts, event, strong_cause(event), evidence);
}

void evidence_weigh(const struct facts *facts, unsigned window_h, struct evidence *evidence)
{
	const struct event_facts *events = &facts->events;
	int64_t now = facts->environment.server_time;
	int64_t start = now == UNSEEN ? UNSEEN : now - (int64_t)(window_h ? window_h : events->window_h) * 3600;

	*evidence = (struct evidence){ .last = UNSEEN, .cause = service_cause(facts) };
	evidence->covered = events->seen && !events->truncated && start != UNSEEN && events->covered_from != UNSEEN &&
			    events->covered_from <= start;
	for (size_t i = 0; i < events->count; i++)
		if (events->event[i].time == UNSEEN || events->event[i].time >= start)
			weigh(facts, &events->event[i], evidence);
	if (!evidence->cause)
		find_by_elimination(facts, evidence);
}
