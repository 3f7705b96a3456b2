/* record: see the header. */
#include "record.h"

#include <assert.h>
#include <string.h>

#include "digest.h"
#include "text.h"
#include "value.h"

static const uint32_t CO_E_OBJNOTREG = 0x800401fb; /* what 8193 and 13 say in the published case */

static json_t *text(const char *s)
{
	return value_text(s, RECORD_TEXT_MAX);
}

static json_t *host_of(const struct result *r)
{
	const struct host *host = r->host;
	const char *spoken_to = *r->transport.address ? r->transport.address : NULL;

	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "name", text(host->name), "address",
		text(host->address ? host->address : spoken_to), "port", r->port ? json_integer(r->port) : json_null(),
		"groups", value_texts(host->groups, host->group_count, RECORD_TEXT_MAX), "source", text(host->source),
		"id", text(r->facts.environment.uuid));
}

static json_t *checkpoints_of(const struct judgement *j)
{
	return json_pack("{s:s, s:s, s:s, s:s}", "writers", checkpoint_name(j->writers), "environment",
		checkpoint_name(j->environment), "events", checkpoint_name(j->events), "eventsystem",
		checkpoint_name(j->eventsystem));
}

static json_t *os_of(const struct environment_facts *env)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "caption", text(env->caption), "version", text(env->version),
		"build", text(env->build), "product_type", value_number(env->product_type), "locale", text(env->locale),
		"oem_codepage", value_number(env->oem_codepage));
}

static json_t *platform_of(const struct environment_facts *env)
{
	return json_pack("{s:o, s:o, s:s?, s:o}", "manufacturer", text(env->manufacturer), "model", text(env->model),
		"hypervisor", env->hypervisor, "memory", value_number(env->memory));
}

static json_t *writer_of(const struct writer *w)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:s?}", "name", text(w->name), "id",
		text(*w->id ? w->id : NULL), "instance_id", text(*w->instance_id ? w->instance_id : NULL), "state",
		value_number(w->state), "state_text", text(w->state_text), "last_error", text(w->last_error), "service",
		w->service);
}

/* A list only where the output was read as a whole: a cut or unreadable one proves no number of writers. */
static json_t *writers_of(const struct vss_facts *vss)
{
	if (vss->outcome != VSS_WRITERS && vss->outcome != VSS_PARTIAL && vss->outcome != VSS_EMPTY)
		return json_null();
	json_t *list = json_array();
	for (size_t i = 0; i < vss->count && i < RECORD_LIST_MAX; i++)
		value_add(&list, writer_of(&vss->writer[i]));
	return list;
}

static json_t *missing_of(const struct judgement *j)
{
	return j->missing_known ? value_texts((char *const *)j->missing, j->missing_count, RECORD_TEXT_MAX)
				: json_null();
}

static json_t *sha256_of(const char *raw)
{
	char hex[DIGEST_DIGITS + 1];

	if (!raw)
		return json_null();
	return digest_of(hex, raw, strlen(raw)) ? json_string(hex) : NULL;
}

static json_t *vss_of(const struct vss_facts *vss, const struct judgement *j)
{
	return json_pack("{s:s?, s:o, s:o, s:o, s:o}", "outcome", vss_outcome_name(vss->outcome), "exit",
		value_number(vss->exit_code), "writers", writers_of(vss), "missing", missing_of(j), "raw_sha256",
		sha256_of(vss->raw));
}

static json_t *shared_with_of(const struct eventsystem_facts *es)
{
	if (es->sharing != SHARING_SHARED && es->sharing != SHARING_ALONE)
		return json_null();
	json_t *list = json_array();
	for (size_t i = 0; i < es->shared_count && i < RECORD_LIST_MAX; i++)
		value_add(&list, text(es->shared_with[i]->name));
	return list;
}

static json_t *eventsystem_of(const struct eventsystem_facts *es)
{
	static const struct service unknown = { .pid = UNSEEN };
	const struct service *service = es->service ? es->service : &unknown;

	return json_pack("{s:o, s:o, s:o, s:o, s:o}", "state", text(service->state), "pid", value_number(service->pid),
		"service_type", text(service->service_type), "shared_with", shared_with_of(es), "started",
		value_time(es->started));
}

static bool is_matching(const struct event *event)
{
	return (event->id == 8193 || event->id == 13) && event->hr == CO_E_OBJNOTREG;
}

static json_t *hresults_of(const struct event_facts *events)
{
	json_t *counts = json_object();
	char hr[16];

	for (size_t i = 0; i < events->count; i++) {
		const struct event *event = &events->event[i];
		if (event->live || event->earlier || !event->hr)
			continue;
		snprintf(hr, sizeof(hr), "0x%08x", (unsigned)event->hr);
		json_int_t seen = json_integer_value(json_object_get(counts, hr));
		if (json_object_set_new(counts, hr, json_integer(seen + 1)) < 0) {
			json_decref(counts);
			return NULL;
		}
	}
	return counts;
}

static json_t *events_of(const struct event_facts *events)
{
	int64_t last = UNSEEN, unexpected = 0, com = 0;
	bool live = false;

	if (!events->seen)
		return json_pack("{s:n, s:n, s:{s:n, s:n}, s:n, s:n, s:n}", "window_hours", "covered_from", "matching",
			"8193", "13", "hresults", "last", "live");
	for (size_t i = 0; i < events->count; i++) {
		const struct event *e = &events->event[i];
		if (!is_matching(e))
			continue;
		live = live || e->live;
		if (e->live || e->earlier)
			continue;
		*(e->id == 13 ? &com : &unexpected) += 1;
		last = e->time > last ? e->time : last;
	}
	return json_pack("{s:i, s:o, s:{s:I, s:I}, s:o, s:o, s:b}", "window_hours", (int)events->window_h,
		"covered_from", value_time(events->covered_from), "matching", "8193", (json_int_t)unexpected, "13",
		(json_int_t)com, "hresults", hresults_of(events), "last", value_time(last), "live", live);
}

static json_t *backup_of(const struct backup_facts *backup)
{
	return json_pack("{s:s?, s:s?, s:o, s:o}", "product", backup->product, "schedule", backup->schedule,
		"last_success", value_time(backup->last_success), "last_failure", value_time(backup->last_failure));
}

static json_t *error_of(const struct probe_error *failed)
{
	const struct error *e = &failed->error;
	enum error_kind kind = e->kind == ERROR_LOCAL ? ERROR_ABORTED : e->kind;
	OWN_VALUE(str_done) struct str message = { 0 };

	str_addf(&message, "%s%s%s", e->operation ? e->operation : "", e->operation ? ": " : "", e->cause);
	return json_pack("{s:s, s:s, s:o, s:o}", "probe", failed->probe, "kind", error_kind_name(kind), "code",
		e->has_code ? json_integer(e->code) : json_null(), "message",
		value_text(str_text(&message), 2 * sizeof(e->cause)));
}

/* A list that was cut is a fact about the host that must not be lost. */
static void note_cut(json_t **errors, const char *probe, const char *what, size_t count)
{
	if (count > RECORD_LIST_MAX)
		value_add(errors, json_pack("{s:s, s:s, s:n, s:o}", "probe", probe, "kind",
					  error_kind_name(ERROR_PARSE), "code", "message",
					  json_sprintf("%zu %s listed, the first %d are recorded", count, what,
						  RECORD_LIST_MAX)));
}

static json_t *errors_of(const struct result *r)
{
	json_t *list = json_array();

	for (size_t i = 0; i < r->error_count; i++)
		value_add(&list, error_of(&r->errors[i]));
	note_cut(&list, "vss", "writers", r->facts.vss.count);
	note_cut(&list, "services", "services in EventSystem's process", r->facts.eventsystem.shared_count);
	return list;
}

static json_t *transport_of(const struct result *r)
{
	const struct session_stats *t = &r->transport;
	const struct environment_facts *env = &r->facts.environment;

	return json_pack("{s:s?, s:s?, s:o, s:o, s:I, s:I, s:I, s:I, s:o}", "scheme", t->scheme, "auth", t->auth,
		"sealed", r->connected ? json_boolean(t->sealed) : json_null(), "server_authenticated",
		r->connected ? json_boolean(t->server_authenticated) : json_null(), "requests", (json_int_t)t->requests,
		"bytes_in", (json_int_t)t->bytes_in, "bytes_out", (json_int_t)t->bytes_out, "retries",
		(json_int_t)t->retries, "clock_skew_s", env->skew_seen ? json_integer(env->clock_skew_s) : json_null());
}

json_t *record_of(const char *run, const struct result *r)
{
	const struct judgement *j = &r->judgement;
	const struct facts *facts = &r->facts;

	assert(r->host);
	return json_pack(
		"{s:s, s:s, s:s, s:o, s:s, s:s?, s:s?, s:o, s:o, s:o, s:o, s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:o, "
		"s:o, s:o, s:n, s:n, s:n}",
		"type", "host", "schema", RECORD_SCHEMA, "run", run, "host", host_of(r), "verdict",
		verdict_name(j->verdict), "confidence", confidence_name(j->confidence), "cause", j->cause, "reason",
		value_text(*j->reason ? j->reason : NULL, sizeof(j->reason)), "reason_ja",
		value_text(*j->reason_ja ? j->reason_ja : NULL, sizeof(j->reason_ja)), "checkpoints", checkpoints_of(j),
		"checked_at", value_time(r->checked_at), "duration_ms", (json_int_t)r->duration_ms, "os",
		os_of(&facts->environment), "platform", platform_of(&facts->environment), "vss", vss_of(&facts->vss, j),
		"eventsystem", eventsystem_of(&facts->eventsystem), "events", events_of(&facts->events), "backup",
		backup_of(&facts->backup), "errors", errors_of(r), "fallbacks",
		value_texts((char *const *)r->fallbacks, r->fallback_count, RECORD_TEXT_MAX), "transport",
		transport_of(r), "waiver", "remedied", "since");
}

json_t *record_never_begun(const char *run, const char *name)
{
	struct host host = { .name = (char *)name };
	struct result result = { .host = &host, .checked_at = UNSEEN, .judgement = { .verdict = VERDICT_UNREACHABLE } };
	struct error e = { 0 };

	facts_init(&result.facts);
	snprintf(result.judgement.reason, sizeof(result.judgement.reason), "the run ended before this host was begun");
	snprintf(result.judgement.reason_ja, sizeof(result.judgement.reason_ja),
		"このホストに着手する前に実行が終わりました");
	error_set(&e, ERROR_ABORTED, "%s", result.judgement.reason);
	result.errors[result.error_count++] = (struct probe_error){ "connect", e };
	json_t *record = record_of(run, &result);
	json_object_set_new(record, "duration_ms", json_null());
	return record;
}
