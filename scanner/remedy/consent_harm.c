/* consent_harm: the repair would disturb a backup, a role or a cluster, or leave something stopped. See
 * consent_rules.h. */
#include "consent_rules.h"

#include <strings.h>

#include "backup_due.h"
#include "message.h"
#include "reason.h"

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

bool is_backing_up(const struct question *q, struct consent *c)
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

bool may_be_backing_up(const struct question *q, struct consent *c)
{
	return q->facts->backup.running == BACKUP_RUNNING_UNKNOWN &&
	       DEFER(c, "backup", "whether a backup is running is not known: try again when the services can be read");
}

/* What would still be at work when it begins; a type that is only configured disturbs nobody. */
bool backs_up_soon(const struct question *q, struct consent *c)
{
	struct backup_due due = backup_due_of(q->facts, q->look->host_time);

	if ((!stops_services(q) && !is_reboot(q)) || !backup_due_is_near(&due))
		return false;
	if (due.in_min < 0)
		return DEFER(c, "backup",
			"the backup of %02u:%02u (server time) has just begun: try again when it has ended", due.hour,
			due.minute);
	return DEFER(c, "backup",
		"a backup begins at %02u:%02u (server time), in %d minutes: try again when it has ended", due.hour,
		due.minute, due.in_min);
}

static bool is_disabled(const struct service *service)
{
	return service && service->start_mode && !strcasecmp(service->start_mode, "Disabled");
}

/* A service that runs but is disabled could be stopped and not be started again. */
bool cannot_be_restarted(const struct question *q, struct consent *c)
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

bool has_unknown_stops(const struct question *q, struct consent *c)
{
	if (!stops_services(q) || q->look->state.stops_known)
		return false;
	if (!*q->look->extras.cause)
		return DEFER(c, "stops_unknown", "which services a restart of EventSystem stops is not known");
	return DEFER(c, "stops_unknown", "which services a restart of EventSystem stops is not known: %s",
		q->look->extras.cause);
}

bool stops_what_cannot_come_back(const struct question *q, struct consent *c)
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

bool stops_a_role(const struct question *q, struct consent *c)
{
	OWN_VALUE(sentence_done) struct sentence named = { .tongue = ENGLISH };
	const char *found[NAMES_MAX] = { NULL };

	if ((!stops_services(q) && !is_reboot(q)) || q->options->allow & ALLOW_ROLE)
		return false;
	size_t count = is_reboot(q) ? protected_running(q, found) : protected_stops(q, found);
	phrase_names(&named, found, count);
	return count && DEFER(c, "role", "a %s would stop %s: --allow-role permits it, in a window for that role",
				is_reboot(q) ? "reboot" : "restart", str_text(&named.text));
}

bool is_in_a_cluster(const struct question *q, struct consent *c)
{
	if ((!stops_services(q) && !is_reboot(q)) || is_revert(q) || q->options->allow & ALLOW_CLUSTER ||
		!consent_is_cluster_node(q->look))
		return false;
	return DEFER(c, "cluster", "the server is a node of the cluster %s: drain it, then use --allow-cluster",
		*q->look->cluster ? q->look->cluster : "(name not known)");
}

bool waits_for_reboot(const struct question *q, struct consent *c)
{
	return (stops_services(q) || is_reboot(q)) && !is_revert(q) && q->look->pending_reboot == KNOWN_YES &&
	       !(q->options->allow & ALLOW_PENDING_REBOOT) &&
	       DEFER(c, "pending_reboot",
		       "Windows waits for a reboot to complete updates: let it, or use --allow-pending-reboot");
}

bool throws_out_users(const struct question *q, struct consent *c)
{
	int users = q->look->users;

	if (!is_reboot(q) || !users || q->options->allow & ALLOW_USERS)
		return false;
	if (users == UNSEEN)
		return DEFER(c, "users",
			"whether somebody is logged on could not be asked: --allow-users reboots it all the same");
	return DEFER(c, "users", "somebody is logged on, in %d session%s: --allow-users reboots it all the same", users,
		users == 1 ? "" : "s");
}
