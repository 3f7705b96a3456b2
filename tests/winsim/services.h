#pragma once
/* services: the Service Control Manager of one host: which services there are, in which process each one runs, and
 * what starting, stopping and reconfiguring does to that. The caller holds the host's lock. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "scenario.h"

/* One row of the lists in services_2012r2.c and services_2019.c, as Win32_Service shows it. */
struct service_row {
	const char *name, *display, *path;
	const char *start;   /* "Auto", "Manual", "Disabled" */
	const char *account; /* NULL: none */
	const char *state;   /* "Running", "Stopped" */
	const char *type;    /* "Own Process", "Share Process", "Unknown" (per user) */
	bool accepts_stop;
	unsigned exit_code;
	const char *error_control;
};
extern const struct service_row services_2012r2[], services_2019[];
extern const size_t services_2012r2_count, services_2019_count;

extern const struct service_row services_of_roles[]; /* what roles add to either */
extern const size_t services_of_roles_count;

enum service_type { TYPE_AS_LISTED, TYPE_OWN = 0x10, TYPE_SHARE = 0x20 };

enum service_state { STATE_STOPPED, STATE_START_PENDING, STATE_STOP_PENDING, STATE_RUNNING };

/* Values of Win32_Service methods (DOMAIN: return codes). */
enum service_result {
	SERVICE_OK = 0,
	SERVICE_DENIED = 2,
	SERVICE_DEPENDENTS_RUNNING = 3,
	SERVICE_INVALID_CONTROL = 4,
	SERVICE_CANNOT_ACCEPT = 5,
	SERVICE_NOT_ACTIVE = 6,
	SERVICE_TIMEOUT = 7,
	SERVICE_ALREADY_RUNNING = 10,
	SERVICE_DEPENDENCY_FAILED = 13,
	SERVICE_DISABLED = 14,
	SERVICE_INVALID_PARAMETER = 21,
};

enum { ALWAYS_FAILS = 1000000 };

struct service {
	const struct service_row *row;
	const char *start;      /* as configured now */
	enum service_type type; /* as configured now; TYPE_AS_LISTED for types that are neither own nor share */
	uint32_t pid;           /* 0: stopped */
	enum service_state state;
	uint64_t due;                      /* clock_ms() when a pending state ends; 0: never */
	time_t process_began;              /* 0: with Windows */
	bool ran;                          /* at some time since the set-up */
	uint32_t asked_by;                 /* the detached process that asked it to stop; 0: another */
	unsigned stops, stop_ms, start_ms; /* how often it stopped; what that takes, simulated */

	/* What is the matter with it; see repair.c. */
	enum service_result config_error, stop_error, start_error;
	unsigned start_failures; /* how many starts end in start_error */
	const char *late;        /* a dependent that starts when this one is about to be stopped, once; NULL: none */
};

struct services {
	struct service *service; /* in the order of the names */
	size_t count;
	enum windows windows;
	bool grouped;      /* too little memory for a process of each */
	size_t pending;    /* services in a pending state that ends */
	double time_scale; /* simulated seconds a second */
	uint32_t next_pid;
	uint64_t seed;
};

/* 0, or -1 without memory. services_done() accepts a zeroed value. */
int services_init(struct services *services, const struct scenario *scenario, uint64_t seed);
void services_done(struct services *services);

struct service *services_find(const struct services *services, const char *name); /* without case; NULL */
const char *service_type_text(const struct service *service);                     /* "Own Process" ... */
bool service_shares_process(const struct services *services, const struct service *service);

/* now: clock_ms() of whoever asks. Both only begin: the state is pending afterwards. asked_by: see struct service. */
enum service_result service_stop(struct services *services, struct service *service, uint64_t now, uint32_t asked_by);
enum service_result service_start(struct services *services, struct service *service, uint64_t now);
enum service_result service_set_type(struct service *service, enum service_type type); /* effective at the next start */
void services_settle(struct services *services, uint64_t now); /* ends pending states whose time has come */
const char *service_state_text(const struct service *service); /* "Stop Pending" ... */
unsigned service_exit_code(const struct service *service);
uint32_t services_new_pid(struct services *services);

/* Dependents of a service, one level: fills at most room entries, returns how many there are. */
size_t service_dependents(
	const struct services *services, const struct service *of, struct service **into, size_t room);
/* All of them, direct or not, in the order in which they have to be stopped. */
size_t service_all_dependents(
	const struct services *services, const struct service *of, struct service **into, size_t room);
/* Name of the i-th service that this one depends on, or NULL. */
const char *service_antecedent(const struct services *services, const struct service *of, size_t i);

void services_reboot(struct services *services); /* all types effective, all processes new */
