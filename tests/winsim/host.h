#pragma once
/* host: one simulated Windows server and all that it remembers between requests. */

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "eventlog.h"
#include "files.h"
#include "options.h"
#include "repair.h"
#include "scenario.h"
#include "services.h"

enum { FRESH_EVENTS_MAX = 256, MESSAGE_IDS_KEPT = 16, ACTIONS_BYTES_MAX = 64 << 10 };

struct host {
	char *name;
	char netbios[16];
	const char *site; /* inventory group: "tyo" ... */
	uint32_t address; /* IPv4 in host byte order, 127.x.y.z */
	uint64_t seed;    /* what makes its GUIDs and PIDs its own */
	uint64_t machine; /* the same for its firmware, which a clone has in common with what it was made of */
	const struct options *options;
	atomic_uint requests;

	pthread_mutex_t lock;   /* guards all below */
	pthread_cond_t changed; /* by CLOCK_MONOTONIC: a process was killed, or is gone */
	const struct scenario *scenario;
	bool awake; /* what is below was set up at the first request */
	struct services services;
	uint32_t first_process; /* PID of EventSystem when the host was set up: the disturbed one */
	time_t boot;
	uint64_t reboot_at;       /* clock_ms() of a planned shutdown; 0: none */
	uint64_t back_at;         /* clock_ms() when a reboot ends; 0: the host is up */
	bool returns;             /* from the planned one */
	uint64_t unplugged_until; /* clock_ms() when its network is back; 0: it was never away */
	struct repair_state repair;
	struct files files;
	unsigned mutating;    /* changes that were asked for, refused ones included */
	struct str actions;   /* the same in words, a line each */
	uint64_t quota_until; /* clock_ms() until which the shells of others fill the quota; 0: not yet looked at */
	unsigned generation;  /* starts of the writers: their instance ids change */
	struct event fresh[FRESH_EVENTS_MAX]; /* logged since the start, oldest first */
	size_t fresh_count;
	unsigned answers;                       /* given so far, for troubles that pass */
	bool forgot;                            /* an authenticated connection, as TROUBLE_FORGETS does once */
	uint64_t broken_request;                /* hash of the request whose answer we broke on purpose; 0: none */
	uint64_t message_ids[MESSAGE_IDS_KEPT]; /* hashes of the last ones */
	unsigned message_id_next;
	struct process *processes;          /* process.c */
	struct shell *shells;               /* shell.c */
	struct enumeration *enumerations;   /* enumerate.c */
	struct subscription *subscriptions; /* subscription.c */
};

uint64_t clock_ms(void); /* monotonic */

/* name is copied. 0 or -1 without memory. */
int host_init(struct host *host, const char *name, const struct scenario *scenario, const struct options *options);
void host_done(struct host *host);

/* The lock is held for those below. */
void host_wake(struct host *host);                                    /* before anything else is asked */
void host_settle(struct host *host, uint64_t now);                    /* what time does by itself; part of the above */
void host_switch(struct host *host, const struct scenario *scenario); /* forgets all it was */
/* Plans to go down at clock_ms() at, and to come back; false: that is planned already. */
bool host_plan_reboot(struct host *host, uint64_t at, bool returns);
bool host_is_down(struct host *host); /* or out of reach */
/* Notes, for the journal too, that somebody asked for a change. */
void host_changed(struct host *host, const char *format, ...) __attribute__((format(printf, 2, 3)));
bool host_has_server_backup(const struct host *host);
bool host_is_repaired(const struct host *host); /* EventSystem runs in another process than the disturbed one */
void host_log(struct host *host, const struct event *event);
