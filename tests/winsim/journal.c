/* journal: see journal.h. */

#include "journal.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>

enum { VIOLATIONS_KEPT = 5000 };

static atomic_long counters[COUNTERS];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static json_t *violations; /* array, guarded by lock */
static long violation_count;

static const char *const counter_names[COUNTERS] = {
	[COUNT_REQUESTS] = "requests",
	[COUNT_MUTATING] = "mutating_requests",
	[COUNT_SHELLS_CREATED] = "shells_created",
	[COUNT_COMMANDS] = "commands",
	[COUNT_PROCESSES] = "processes",
	[COUNT_AUTHENTICATION_FAILURES] = "authentication_failures",
	[COUNT_LEGS] = "legs",
	[COUNT_CONTEXTS] = "contexts",
	[COUNT_SEALED_REQUESTS] = "sealed_requests",
	[COUNT_NTLM_COMBINED] = "ntlm_combined",
	[COUNT_RETRIED] = "retried_sequences",
	[COUNT_BYTES_IN] = "bytes_in",
	[COUNT_BYTES_OUT] = "bytes_out",
	[COUNT_OPEN_SHELLS] = "open_shells",
	[COUNT_OPEN_ENUMERATIONS] = "open_enumerations",
	[COUNT_OPEN_SUBSCRIPTIONS] = "open_subscriptions",
	[COUNT_CONNECTIONS_OPEN] = "connections_open",
	[COUNT_PROCESSES_RUNNING] = "processes_running",
};

void journal_count(enum counter counter, long by)
{
	atomic_fetch_add_explicit(&counters[counter], by, memory_order_relaxed);
}

long journal_value(enum counter counter)
{
	return atomic_load_explicit(&counters[counter], memory_order_relaxed);
}

void journal_violation(const char *host, const char *rule, const char *format, ...)
{
	char detail[512];
	va_list args;

	va_start(args, format);
	vsnprintf(detail, sizeof(detail), format, args);
	va_end(args);
	pthread_mutex_lock(&lock);
	if (!violations)
		violations = json_array();
	if (violation_count++ < VIOLATIONS_KEPT)
		json_array_append_new(
			violations, json_pack("{s:s, s:s, s:s+}", "host", host, "rule", rule, "detail", detail, ""));
	pthread_mutex_unlock(&lock);
}

json_t *journal_json(void)
{
	json_t *journal = json_object();

	pthread_mutex_lock(&lock);
	json_object_set_new(journal, "violations", violations ? json_copy(violations) : json_array());
	json_object_set_new(journal, "violation_count", json_integer(violation_count));
	pthread_mutex_unlock(&lock);
	for (int i = 0; i < COUNTERS; i++)
		json_object_set_new(journal, counter_names[i], json_integer(journal_value((enum counter)i)));
	return journal;
}

void journal_quiet(void)
{
	pthread_mutex_lock(&lock);
	json_decref(violations);
	violations = NULL;
	violation_count = 0;
	pthread_mutex_unlock(&lock);
	for (int i = 0; i < COUNT_OPEN_SHELLS; i++)
		atomic_store(&counters[i], 0);
}
