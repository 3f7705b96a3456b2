/* reason: see the header. Names come from the host and are shown as they are: who writes a report escapes them. */
#include "reason.h"

#include <stdlib.h>
#include <string.h>

#include "phrase.h"
#include "text.h"

enum { UNSPLIT_BUILD = 15063 }; /* from Windows 10 1703 / Server 2019 on services are split by memory */

static void add_missing_writers(struct str *out, const struct facts *facts)
{
	str_add(out, facts->vss.outcome == VSS_EMPTY ? "No VSS writer is listed" : "Only express writers are listed");
}

static void on_affected(struct str *out, const struct facts *facts, const struct evidence *ev)
{
	add_missing_writers(out, facts);
	str_add(out, "; EventSystem shares ");
	phrase_sharing(out, &facts->eventsystem);
	phrase_events(out, facts, ev);
}

static const char *cause_text(const char *cause)
{
	static const struct {
		const char *cause, *text;
	} table[] = {
		{ "D2 event_class_lost",
			"the event class of VSS is not registered (KB 2009533), which type= own does not cure" },
		{ "D3 event_database", "the COM+ event database looks damaged" },
		{ "D4 eventsystem_stopped", "EventSystem is stopped" },
		{ "D4 eventsystem_disabled", "EventSystem is disabled" },
		{ "D4 comsysapp_disabled", "COMSysApp is disabled" },
		{ "D5 vss_disabled", "the service VSS is disabled" },
		{ "D6 safe_mode", "Windows runs in safe mode or setup" },
		{ "D7 ntds_stopped", "this domain controller runs without NTDS" },
		{ "D10 writer_registration", "the registration of writers in memory is inconsistent (12347): restart" },
	};
	FOR_EACH(row, table)
		if (!strcmp(row->cause, cause))
			return row->text;
	return cause;
}

static void on_missing(struct str *out, const struct facts *facts, const struct evidence *ev, const struct judgement *j)
{
	add_missing_writers(out, facts);
	if (j->cause)
		str_addf(out, ", and %s", cause_text(j->cause));
	else
		str_add(out, " to this account although EventSystem is alone in its process; look at the VSS event "
			     "class, the COM+ event "
			     "database, COM access rights and the writers' registration");
	phrase_events(out, facts, ev);
}

static bool is_failed(const struct writer *w)
{
	return w->state != UNSEEN && (w->state < 1 || w->state > 5);
}

static bool is_stuck(const struct writer *w)
{
	return w->state >= 2 && w->state <= 5;
}

static bool has_error(const struct writer *w)
{
	return w->state == 1 && w->last_error && !w->error_free;
}

/* By design all writers of a Server 2003 guest look so after a backup by its host. */
static bool is_2003_guest(const struct facts *facts)
{
	const char *version = facts->environment.version;

	for (size_t i = 0; i < facts->vss.count; i++)
		if (facts->vss.writer[i].state != 9)
			return false;
	return version && !strncmp(version, "5.2.", 4);
}

static void on_failed(struct str *out, const struct facts *facts, const struct evidence *ev)
{
	str_add(out, "A writer has failed: ");
	phrase_writers(out, &facts->vss, is_failed);
	if (is_2003_guest(facts))
		str_add(out, "; expected on Server 2003 after a backup by the virtualization host (KB 2952783)");
	else if (!ev->writer_errors)
		str_add(out, "; may be left from the last backup: no matching error event since the last start");
}

static void on_missing_some(struct str *out, const struct judgement *j)
{
	str_add(out, "Writers that every server has are not listed: ");
	for (size_t i = 0; i < j->missing_count; i++)
		str_addf(out, "%s%s", i ? ", " : "", j->missing[i]);
	if (!strcmp(j->cause, "vss_hosted_missing"))
		str_add(out, "; all of them run inside VSS, which did not start as it should");
	else if (j->missing_count == 1 && !strcmp(j->missing[0], "System Writer"))
		str_add(out, "; look at CAPI2 513, CryptSvc and the folders under Microsoft.NET\\Framework");
}

static void on_fault(struct str *out, const struct facts *facts, const struct evidence *ev, const struct judgement *j)
{
	if (!strcmp(j->cause, "writer_failed"))
		on_failed(out, facts, ev);
	else if (!strcmp(j->cause, "writer_stuck")) {
		str_add(out, "Writers wait although no backup runs, perhaps since an aborted one: ");
		phrase_writers(out, &facts->vss, is_stuck);
	} else if (j->missing_count)
		on_missing_some(out, j);
	else if (!strcmp(j->cause, "last_error")) {
		str_add(out, "A writer is stable but its last backup ended with an error: ");
		phrase_writers(out, &facts->vss, has_error);
	} else if (!strcmp(j->cause, "duplicate_instance"))
		str_add(out, "Two writers have the same instance id (event 8206)");
	else if (!strcmp(j->cause, "provider"))
		str_add(out, "A shadow copy provider failed since the last start (12292, 12293); the writers are fine");
	else
		str_add(out, "Writers are listed, but EventSystem is stopped: they will vanish");
}

static void add_count(struct str *out, const struct vss_facts *vss)
{
	str_addf(out, "%zu writers, all stable", vss->count);
}

/* Before 2019 a service that is alone without being configured so only waits for its neighbours to start. */
static void add_future(struct str *out, const struct facts *facts)
{
	const struct service *self = facts->eventsystem.service;
	const char *build = facts->environment.build;
	size_t stopped = 0;

	if (!self || !self->path || facts->eventsystem.own_type || !build || atoi(build) >= UNSPLIT_BUILD)
		return;
	for (size_t i = 0; i < facts->services.count; i++) {
		const struct service *s = &facts->services.service[i];
		if (s == self || s->pid || !s->path || strcasecmp(s->path, self->path) != 0)
			continue;
		str_add(out, stopped++ ? ", " : ", but stopped services belong to its group and may share it again: ");
		if (stopped <= PHRASE_NAMES)
			phrase_name(out, s->name);
	}
}

static void on_unknown(struct str *out, const struct facts *facts, const struct judgement *j)
{
	const struct vss_facts *vss = &facts->vss;

	if (j->writers == CHECKPOINT_UNKNOWN && vss->outcome == VSS_UNSEEN)
		str_add(out, "The writers could not be asked for");
	else if (j->writers == CHECKPOINT_UNKNOWN || vss->outcome == VSS_PARTIAL) {
		str_addf(out, "The writers could not be judged: vssadmin: %s", vss_outcome_name(vss->outcome));
		if (vss->exit_code > 0)
			str_addf(out, ", exit code %d", vss->exit_code);
		if (*vss->note)
			str_addf(out, ": %s", vss->note);
	} else if (j->eventsystem == CHECKPOINT_UNKNOWN)
		str_addf(out, "Whether EventSystem shares its process is unknown: %s",
			facts->eventsystem.pending   ? "the service is changing state"
			: !facts->services.seen      ? "the list of services is not known"
			: facts->eventsystem.service ? "its state and its process contradict each other"
						     : "it is missing from the list of services");
	else if (!vss->error_free_known)
		str_add(out, "Too few writers are stable to know what their last errors mean");
	else if (!facts->events.seen)
		str_add(out, "The writers are stable, but the events could not be read");
	else if (j->eventsystem == CHECKPOINT_MATCH)
		str_add(out, "EventSystem shares its process, and its configured type is not known");
	else
		str_add(out, "Writers wait for a backup, and whether one runs is not known");
}

static void on_shared_process(
	struct str *out, const struct facts *facts, const struct evidence *ev, const struct judgement *j)
{
	const char *pending = "type= own is configured, but EventSystem has not been restarted: it still shares ";

	if (j->verdict == VERDICT_FIX_PENDING) {
		str_add(out, pending);
		phrase_sharing(out, &facts->eventsystem);
		str_add(out, j->writers == CHECKPOINT_MATCH ? "; the VSS writers are still missing" : "");
		return;
	}
	add_count(out, &facts->vss);
	str_add(out, "; EventSystem shares ");
	phrase_sharing(out, &facts->eventsystem);
	phrase_events(out, facts, ev);
	if (j->verdict == VERDICT_AT_RISK)
		str_add(out, "; it will recur while the process is shared");
}

static void compose(struct str *out, const struct facts *facts, const struct evidence *ev, const struct judgement *j)
{
	switch (j->verdict) {
	case VERDICT_AFFECTED:
		on_affected(out, facts, ev);
		break;
	case VERDICT_WRITERS_MISSING:
		on_missing(out, facts, ev, j);
		break;
	case VERDICT_VSS_FAULT:
		on_fault(out, facts, ev, j);
		break;
	case VERDICT_FIX_PENDING:
	case VERDICT_AT_RISK:
	case VERDICT_SHARED:
		on_shared_process(out, facts, ev, j);
		break;
	case VERDICT_BUSY:
		str_add(out, "A backup is running: ");
		phrase_writers(out, &facts->vss, is_stuck);
		break;
	case VERDICT_HEALTHY:
		add_count(out, &facts->vss);
		str_addf(out, "; EventSystem is alone in process %lld", (long long)facts->eventsystem.service->pid);
		add_future(out, facts);
		break;
	default:
		on_unknown(out, facts, j);
	}
}

void reason_give(const struct facts *facts, const struct evidence *evidence, struct judgement *j)
{
	enum { ROOM = sizeof(j->reason) - sizeof("....") };
	OWN_VALUE(str_done) struct str out = STR(64 * 1024);

	compose(&out, facts, evidence, j);
	size_t len = out.len < ROOM ? out.len : ROOM;
	while (len && !utf8_valid(str_text(&out), len))
		len--;
	memcpy(j->reason, str_text(&out), len);
	bool ended = len && j->reason[len - 1] == '.'; /* by a text of the host's */
	strcpy(j->reason + len, out.len > len ? "..." : ended ? "" : ".");
}
