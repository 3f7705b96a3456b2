/* audit: see the header. */
#include "audit.h"

#include <string.h>
#include <time.h>

#include "events.h"
#include "fault.h"
#include "probes.h"
#include "reason.h"

static const struct probe {
	const char *name;
	int (*ask)(struct session *s, const struct audit_options *options, struct result *result, struct error *e);
} probes[] = {
	/* in this order; a failed probe is noted and the next one runs */
	{ "environment", probe_environment }, /* its first answer proves that we are let in */
	{ "services", probe_services },       /* one enumeration: process ids of two are not comparable */
	{ "vss", probe_vss },                 /* one shell: events, backup, writers, live events */
	{ "events", probe_events },           /* if the shell gave none */
	{ "processes", probe_processes },     /* if no writer is left and EventSystem is alone */
};

/* No further question will be answered: the way to the host is gone, the time is up, or we are to stop. */
static bool error_is_final(const struct error *e)
{
	switch (e->kind) {
	case ERROR_DNS:
	case ERROR_CONNECT:
	case ERROR_TLS:
	case ERROR_AUTH:
	case ERROR_ABORTED:
	case ERROR_LOCAL:
		return true;
	case ERROR_TIMEOUT: /* the host's own answer that it needs longer is none of ours */
		return !e->has_code || e->code != FAULT_OPERATION_TIMED_OUT;
	default:
		return false;
	}
}

/* Whoever refuses or fails a request in the terms of WS-Management has let us in first. */
static bool is_authenticated_answer(const struct error *e)
{
	return e->kind == ERROR_FAULT || e->kind == ERROR_DENIED || e->kind == ERROR_QUOTA ||
	       (e->kind == ERROR_TIMEOUT && !error_is_final(e));
}

/* Asks the probes in turn; false when nothing more can be asked. */
static bool ask_all(struct session *s, const struct audit_options *options, struct result *result)
{
	FOR_EACH(probe, probes) {
		struct error e = { 0 };
		if (probe->ask(s, options, result, &e) < 0) {
			result->connected |= is_authenticated_answer(&e);
			result_add_error(result, result->connected ? probe->name : "connect", &e);
			if (!result->connected || error_is_final(&e))
				return false;
		}
	}
	return true;
}

/* A service that is just starting or stopping is asked for once more, after all else (DOMAIN 22, row 38). */
static void ask_again_if_pending(struct session *s, const struct audit_options *options, struct result *result)
{
	struct error e = { 0 };

	if (result->facts.eventsystem.pending && probe_services(s, options, result, &e) < 0)
		result_add_error(result, "services", &e);
}

/* The failure that keeps us from a better verdict; NULL: none did, the facts themselves say what is the matter. */
static const struct probe_error *deciding_failure(const struct result *result)
{
	const struct facts *facts = &result->facts;
	const char *probe = facts->vss.outcome == VSS_UNSEEN ? "vss"
			    : !facts->services.seen          ? "services"
			    : !facts->events.seen            ? "events"
							     : NULL;

	if (!result->connected)
		return &result->errors[0];
	if (result->judgement.verdict != VERDICT_UNKNOWN || !probe || !result->error_count)
		return NULL;
	for (size_t i = 0; i < result->error_count; i++)
		if (!strcmp(result->errors[i].probe, probe))
			return &result->errors[i];
	return &result->errors[result->error_count - 1]; /* after which nothing more was asked */
}

static void judge(struct result *result, const struct policy *policy)
{
	if (result->connected)
		result->judgement = verdict_of(&result->facts, policy);
	else
		result->judgement = (struct judgement){ .verdict = VERDICT_UNREACHABLE };
	const struct probe_error *failure = deciding_failure(result);
	if (failure)
		reason_explain(&failure->error, &result->judgement);
}

static void note_leak(struct result *result)
{
	struct error e = { 0 };

	if (!result->leaked_shell)
		return;
	error_set(&e, ERROR_PROTOCOL, "the remote shell could not be closed; the server ends it within two minutes");
	error_during(&e, "shell delete");
	result_add_error(result, "shell", &e);
}

void audit_host(struct session *s, const struct audit_options *options, struct result *result)
{
	int64_t start = clock_ms();

	facts_init(&result->facts);
	if (options->last_good)
		result->facts.last_good = options->last_good(options->last_good_context, result->host);
	if (ask_all(s, options, result))
		ask_again_if_pending(s, options, result);
	note_leak(result);
	events_mark_earlier(&result->facts.events, result->facts.last_good);
	judge(result, &options->policy);
	result->transport = *session_stats(s);
	result->checked_at = time(NULL);
	result->duration_ms = (unsigned)(clock_ms() - start);
}

void audit_unreachable(struct result *result, const char *probe, const struct error *e)
{
	facts_init(&result->facts);
	result->connected = false;
	result_add_error(result, probe, e);
	judge(result, NULL);
	result->checked_at = time(NULL);
}
