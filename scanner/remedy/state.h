#pragma once
/* state: how EventSystem stands at one moment: what a repair writes down before it begins, compares with afterwards and
 * restores. From one look at the host. */

#include <jansson.h>

#include "digest.h"
#include "facts.h"
#include "names.h"

struct state {
	char *service_type; /* "Share Process", "Own Process": as configured; NULL: unknown */
	char *start_mode;   /* "Auto" ...; NULL: unknown */
	char *run_state;    /* "Running" ...; NULL: unknown */
	int64_t pid;        /* 0: not running; UNSEEN */
	int64_t last_boot;  /* Unix seconds by the host's clock; UNSEEN */
	struct names group; /* the other services in its process, sorted */
	/* What a restart stops, in this order, EventSystem among them: before each service the running ones that depend
	 * on it. It is started again in the opposite order. Empty: not known (see stops_known). */
	struct names stops;
	bool stops_known;
	struct names writers; /* names of those that are listed, sorted */
	bool writers_known;   /* the list was whole: vssadmin said all, or none */
};
void state_done(struct state *state);

/* From the facts; the stops are left unknown. -1: no memory, or more than NAMES_MAX share the process or are writers;
 * then all is unknown. */
int state_of(struct state *state, const struct facts *facts, struct error *e);
int state_copy(struct state *to, const struct state *from, struct error *e); /* to: empty before */

/* {"service_type","start_mode","state","pid","last_boot","group","stops","writers"}; what is unknown is null. Texts are
 * bounded (256 bytes). NULL: no memory. */
json_t *state_json(const struct state *state);
/* The opposite. ERROR_PARSE: a member is missing or not valid, a stop is not plain (name_is_plain); then all is
 * unknown. from may be hostile. */
int state_read(struct state *state, const json_t *from, struct error *e);

/* Two states with the same fingerprint need the same repair: type, start mode, process, group and stops. The last boot
 * is compared apart: a time has no rounding that two looks at the same boot always agree in. Writers do not count: they
 * come and go. -1: no memory; then fingerprint is "", which no plan holds. */
int state_fingerprint(const struct state *state, char fingerprint[DIGEST_DIGITS + 1]);
/* Within two minutes (Windows derives the time of its boot from a clock that is set meanwhile); false if either is
 * unknown. */
bool state_same_boot(const struct state *a, const struct state *b);
