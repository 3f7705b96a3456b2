#pragma once
/* consent_rules: the rules of consent. Each says in *c what stands against the repair, and true; or false. Inside of
 * consent. */

#include <stdarg.h>

#include "consent.h"

struct question {
	const struct survey *look;
	const struct consent_options *options;
	const struct facts *facts;
	const struct eventsystem_facts *eventsystem;
	const struct judgement *judgement;
};

bool consent_object(struct consent *c, enum repair_result result, const char *reason, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
#define SKIP(c, ...) consent_object((c), RESULT_SKIPPED, __VA_ARGS__)
#define DEFER(c, ...) consent_object((c), RESULT_DEFERRED, __VA_ARGS__)

/* What the request comes to. */
bool is_revert(const struct question *q);
bool is_reboot(const struct question *q);
bool stops_services(const struct question *q);
const char *configured_type(const struct question *q); /* NULL: not known */

/* Needless (consent_needless.c). */
bool has_no_record(const struct question *q, struct consent *c);
bool cannot_be_asked(const struct question *q, struct consent *c);
bool is_isolated(const struct question *q, struct consent *c);
bool is_configured(const struct question *q, struct consent *c);
bool is_reverted(const struct question *q, struct consent *c);

/* No cure for what was found (consent_cause.c). */
bool has_another_cause(const struct question *q, struct consent *c);
bool has_a_fault(const struct question *q, struct consent *c);
bool is_unchecked(const struct question *q, struct consent *c);
bool is_not_called_for(const struct question *q, struct consent *c);

/* It would disturb (consent_harm.c). */
bool is_backing_up(const struct question *q, struct consent *c);
bool may_be_backing_up(const struct question *q, struct consent *c);
bool backs_up_soon(const struct question *q, struct consent *c);
bool cannot_be_restarted(const struct question *q, struct consent *c);
bool has_unknown_stops(const struct question *q, struct consent *c);
bool stops_what_cannot_come_back(const struct question *q, struct consent *c);
bool stops_a_role(const struct question *q, struct consent *c);
bool is_in_a_cluster(const struct question *q, struct consent *c);
bool waits_for_reboot(const struct question *q, struct consent *c);
bool throws_out_users(const struct question *q, struct consent *c);
