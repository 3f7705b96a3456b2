/* facts: see the header. */
#include "facts.h"

#include <stdlib.h>
#include <strings.h>

const char *vss_outcome_name(enum vss_outcome outcome)
{
	static const char *const names[VSS_OUTCOMES] = {
		[VSS_WRITERS] = "writers",
		[VSS_PARTIAL] = "partial",
		[VSS_EMPTY] = "empty",
		[VSS_EMPTY_UNVERIFIED] = "empty_unverified",
		[VSS_FAILED] = "failed",
		[VSS_UNREADABLE] = "unreadable",
		[VSS_TIMEOUT] = "timeout",
	};
	return outcome < VSS_OUTCOMES ? names[outcome] : NULL;
}

const struct service *service_find(const struct service_facts *services, const char *name)
{
	for (size_t i = 0; i < services->count; i++)
		if (!strcasecmp(services->service[i].name, name))
			return &services->service[i];
	return NULL;
}

void facts_init(struct facts *facts)
{
	*facts = (struct facts){
		.environment = { .product_type = UNSEEN,
			.oem_codepage = UNSEEN,
			.last_boot = UNSEEN,
			.utc_offset_min = UNSEEN,
			.server_time = UNSEEN,
			.memory = UNSEEN },
		.eventsystem = { .started = UNSEEN, .hosts_started = UNSEEN },
		.vss = { .exit_code = UNSEEN },
		.events = { .newest_before = UNSEEN, .covered_from = UNSEEN },
		.backup = { .last_success = UNSEEN, .last_failure = UNSEEN },
	};
}

void vss_facts_done(struct vss_facts *vss)
{
	for (size_t i = 0; i < vss->count; i++) {
		free(vss->writer[i].name);
		free(vss->writer[i].state_text);
		free(vss->writer[i].last_error);
	}
	free(vss->writer);
	free(vss->raw);
	*vss = (struct vss_facts){ .exit_code = UNSEEN };
}

void service_facts_done(struct service_facts *services)
{
	for (size_t i = 0; i < services->count; i++) {
		struct service *s = &services->service[i];
		free(s->name);
		free(s->display_name);
		free(s->state);
		free(s->start_mode);
		free(s->service_type);
		free(s->path);
	}
	free(services->service);
	*services = (struct service_facts){ 0 };
}

void event_facts_done(struct event_facts *events)
{
	for (size_t i = 0; i < events->count; i++)
		free(events->event[i].text);
	free(events->event);
	*events = (struct event_facts){ .newest_before = UNSEEN, .covered_from = UNSEEN };
}

void last_good_done(struct last_good *good)
{
	for (size_t i = 0; i < good->count; i++)
		free(good->writer[i].name);
	free(good->writer);
	free(good->look);
	*good = (struct last_good){ .time = UNSEEN, .waiting_since = UNSEEN };
}

static void environment_done(struct environment_facts *environment)
{
	char *owned[] = { environment->caption, environment->version, environment->build, environment->locale,
		environment->manufacturer, environment->model, environment->uuid };
	FOR_EACH(text, owned)
		free(*text);
}

void facts_done(struct facts *facts)
{
	environment_done(&facts->environment);
	service_facts_done(&facts->services);
	free(facts->eventsystem.shared_with);
	vss_facts_done(&facts->vss);
	event_facts_done(&facts->events);
	facts_init(facts);
}
