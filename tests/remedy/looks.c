/* looks: see the header. */
#include "looks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "services.h"
#include "writers.h"

static char *word(const char *text)
{
	return text && *text ? strdup(text) : NULL;
}

void look_names(struct names *names, const char *text)
{
	char *copy = strdup(text), *rest = NULL;
	struct error e = { 0 };

	for (char *name = strtok_r(copy, " ", &rest); name; name = strtok_r(NULL, " ", &rest))
		names_add(names, name, &e);
	free(copy);
}

static void add_service(struct service_facts *list, const char *name, const char *state, const char *mode,
	const char *type, int64_t pid)
{
	list->service = realloc(list->service, (list->count + 1) * sizeof(*list->service));
	list->service[list->count++] = (struct service){ .name = strdup(name),
		.state = word(state),
		.start_mode = word(mode),
		.service_type = word(type),
		.pid = pid };
}

/* name, -name, ~name, each with =Mode behind it. */
static void add_others(struct service_facts *list, const char *text)
{
	char *copy = strdup(text), *rest = NULL;
	int64_t pid = 3000;

	for (char *name = strtok_r(copy, " ", &rest); name; name = strtok_r(NULL, " ", &rest)) {
		char *mode = strchr(name, '=');
		bool stopped = *name == '-', starting = *name == '~';
		if (mode)
			*mode++ = '\0';
		add_service(list, name + (stopped || starting),
			stopped    ? "Stopped"
			: starting ? "Start Pending"
				   : "Running",
			mode ? mode : "Auto", NULL, stopped ? 0 : pid++);
	}
	free(copy);
}

static void add_services(struct facts *facts, const struct glance *g)
{
	struct service_facts *list = &facts->services;
	const char *state = g->state ? g->state : "Running";
	int64_t pid = strcmp(state, "Stopped") ? (g->pid ? g->pid : LOOK_PID) : 0;
	char *shares = strdup(g->shares ? g->shares : ""), *rest = NULL;
	struct error e = { 0 };

	if (!g->no_services) {
		list->seen = true;
		add_service(
			list, "EventSystem", state, g->mode ? g->mode : "Auto", g->type ? g->type : "Own Process", pid);
		for (char *name = strtok_r(shares, " ", &rest); name; name = strtok_r(NULL, " ", &rest))
			add_service(list, name, "Running", "Auto", NULL, pid);
		add_others(list, g->also ? g->also : "COMSysApp SENS CryptSvc Winmgmt");
	}
	eventsystem_group(list, &facts->eventsystem, &e);
	free(shares);
}

static const char six[] = "System Writer:1,ASR Writer:1,Registry Writer:1,WMI Writer:1,COM+ REGDB Writer:1,"
			  "Shadow Copy Optimization Writer:1";

static void add_writers(struct vss_facts *vss, const struct glance *g)
{
	char *copy = strdup(g->writers ? g->writers : six), *rest = NULL;

	vss->outcome = g->vss ? g->vss : VSS_WRITERS;
	for (char *name = strtok_r(copy, ",", &rest); name; name = strtok_r(NULL, ",", &rest)) {
		char *state = strchr(name, ':');
		*state++ = '\0';
		vss->writer = realloc(vss->writer, (vss->count + 1) * sizeof(*vss->writer));
		vss->writer[vss->count++] =
			(struct writer){ .name = strdup(name), .state = atoi(state), .complete = true };
	}
	free(copy);
}

static void add_events(struct event_facts *events, const struct glance *g)
{
	char *copy = strdup(g->events ? g->events : ""), *rest = NULL;

	events->seen = !g->no_events;
	events->truncated = g->truncated;
	events->covered_from = g->covered_from ? g->covered_from : UNSEEN;
	for (char *text = strtok_r(copy, " ", &rest); text; text = strtok_r(NULL, " ", &rest)) {
		char *end;
		uint32_t hr = (uint32_t)strtoul(text, &end, 16);
		int64_t time = strtoll(end + 1, &end, 10);
		events->event = realloc(events->event, (events->count + 1) * sizeof(*events->event));
		events->event[events->count++] =
			(struct event){ .id = 8193, .hr = hr, .time = time, .live = *end == '*' };
	}
	free(copy);
}

/* Of a host in London. */
static void add_backup(struct survey *look, const struct glance *g)
{
	enum { MINUTE_S = 60, DAY_MIN = 24 * 60 };
	struct facts *facts = &look->result->facts;

	facts->backup.running = g->backup_runs   ? BACKUP_RUNNING_YES
				: g->no_services ? BACKUP_RUNNING_UNKNOWN
						 : BACKUP_RUNNING_NO;
	if (!g->backup_in)
		return;
	look->host_time = LOOK_NOW;
	facts->environment.utc_offset_min = 0;
	facts->backup.product = "wsb";
	facts->backup.times = (struct backup_times){ .known = true, .count = 1 };
	facts->backup.times.minute[0] = (uint16_t)((LOOK_NOW / MINUTE_S + g->backup_in) % DAY_MIN);
}

/* The names live as long as the test: they stand for constants and for those of a policy. */
static void add_missing(struct judgement *j, const char *text)
{
	static char room[16][400];
	static size_t turn;
	char *copy = room[turn++ % COUNT(room)], *rest = NULL;

	snprintf(copy, sizeof(room[0]), "%s", text);
	for (char *name = strtok_r(copy, ",", &rest); name; name = strtok_r(NULL, ",", &rest))
		j->missing[j->missing_count++] = name;
}

void look_make(struct survey *look, const struct glance *g)
{
	struct result *result = calloc(1, sizeof(*result));
	struct judgement *j = &result->judgement;
	struct error e = { 0 };

	*look = (struct survey){
		.result = result, .host_time = UNSEEN, .pending_reboot = g->pending_reboot, .users = g->users
	};
	facts_init(&result->facts);
	result->connected = !g->unreachable;
	*j = (struct judgement){ .verdict = g->unreachable ? VERDICT_UNREACHABLE : g->verdict,
		.cause = g->cause,
		.writers = g->checkpoint,
		.missing_known = !g->missing_unknown };
	snprintf(j->reason, sizeof(j->reason), "Thus says the judgement.");
	if (!g->unreachable) {
		struct environment_facts *env = &result->facts.environment;
		env->product_type = g->product_type ? g->product_type : 3;
		env->build = word(g->build);
		env->last_boot = g->last_boot ? g->last_boot : LOOK_BOOT;
		add_backup(look, g);
		add_services(&result->facts, g);
		add_writers(&result->facts.vss, g);
		add_events(&result->facts.events, g);
		add_missing(j, g->missing ? g->missing : "");
	}
	snprintf(look->cluster, sizeof(look->cluster), "%s", g->cluster ? g->cluster : "");
	snprintf(look->domain, sizeof(look->domain), "%s", g->domain ? g->domain : "");
	state_of(&look->state, &result->facts, &e);
	look->state.stops_known = !g->stops || strcmp(g->stops, "?") != 0;
	if (look->state.stops_known)
		look_names(&look->state.stops, g->stops ? g->stops : "COMSysApp SENS EventSystem");
}

void look_done(struct survey *look)
{
	result_free(look->result);
	state_done(&look->state);
}
