#pragma once
/* facts: all that was learnt about one host, before anyone judges it. What was not learnt says so: UNSEEN for numbers,
 * NULL for texts, an UNKNOWN enumerator, seen == false for lists. A missing fact never improves a verdict.
 * All strings are UTF-8, owned by the facts. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "own.h"

enum { UNSEEN = -1 }; /* none of our numbers is negative */

/* ---- vssadmin list writers (DOMAIN sections 3-9) ---- */
enum vss_outcome {
	VSS_UNSEEN,  /* not asked, or the shell was refused: why is in the result's errors */
	VSS_WRITERS, /* all complete, exit 0 */
	VSS_PARTIAL, /* some incomplete */
	VSS_EMPTY,   /* the only one that proves that there are none */
	VSS_EMPTY_UNVERIFIED,
	VSS_FAILED,
	VSS_UNREADABLE,
	VSS_TIMEOUT,
	VSS_OUTCOMES
};
const char *vss_outcome_name(enum vss_outcome outcome); /* "writers", "empty_unverified" ...; NULL for VSS_UNSEEN */

struct writer {
	char *name;
	char id[37], instance_id[37];  /* lower case, without braces; "" if missing (then incomplete) */
	int state;                     /* VSS_WRITER_STATE, UNSEEN if unreadable */
	char *state_text, *last_error; /* as the host said; NULL if missing */
	bool complete;                 /* two GUIDs and a state */
	bool error_free;               /* its last error is the text of "no error": see vssadmin.h; false if unknown */
	const char *service;           /* hosting service by the table of known writers, or NULL (constant) */
	bool express;                  /* an express writer: registered without COM+ (constant table) */
};

struct vss_facts {
	enum vss_outcome outcome;
	int exit_code; /* UNSEEN if the host gave none */
	struct writer *writer;
	size_t count;
	bool error_free_known;   /* there were enough stable writers to know the text of "no error" */
	bool duplicate_instance; /* two writers with the same instance id: a fault (event 8206) */
	char *raw;               /* the decoded output, for evidence; NULL if there was none */
	unsigned codepage;       /* that the raw bytes were decoded from; 0 if none */
	char note[200]; /* why it is failed or unreadable: the unexplained line, the hr; "" if nothing to say */
};

/* ---- Services (DOMAIN section 16) ---- */
struct service {
	char *name;
	char *display_name; /* NULL from tasklist */
	char *state;        /* "Running" ... constant English; NULL from tasklist */
	char *start_mode;   /* "Auto" ... */
	char *service_type; /* "Share Process" ... */
	char *path;         /* PathName */
	int64_t pid;        /* 0: not running */
};

struct service_facts {
	bool seen; /* the list is whole: one enumeration that came to its end, or tasklist */
	struct service *service;
	size_t count;
};
const struct service *service_find(const struct service_facts *services, const char *name); /* without case; NULL */

enum sharing { SHARING_UNKNOWN, SHARING_SHARED, SHARING_ALONE, SHARING_STOPPED };
struct eventsystem_facts {
	enum sharing sharing;
	const struct service *service;      /* inside services; NULL if unknown */
	const struct service **shared_with; /* sorted by name */
	size_t shared_count;
	bool own_type; /* configured type= own */
	bool pending;  /* "Start Pending" and the like: changing state */
	/* Unix seconds by the host's clock; UNSEEN: not asked for, or unreadable. */
	int64_t started;       /* its process */
	int64_t hosts_started; /* the younger process of CryptSvc and Winmgmt, which host writers as long as they run */
};

/* ---- Events (DOMAIN sections 12-15) ---- */
struct event {
	int64_t time;      /* Unix seconds by the host's clock; UNSEEN if unreadable */
	int64_t record_id; /* UNSEEN if missing */
	unsigned id;
	uint32_t hr;    /* 0 if none was found */
	char clsid[37]; /* first GUID of the strings, lower case; "" */
	char *text;     /* the insertion strings, joined with "; " and bounded: for showing */
	bool live;      /* younger than the start of our probe: provoked by it (DOMAIN 1.10) */
	bool earlier;   /* within an earlier look of ours, which provoked it: no failure of its own either */
};

struct event_facts {
	bool seen;             /* the query ran and its answer was read to its end */
	bool truncated;        /* more matched than were fetched */
	unsigned window_h;     /* hours asked for */
	int64_t newest_before; /* record id: the newest of the log when our probe began; UNSEEN */
	int64_t covered_from; /* Unix seconds: the oldest record of the log if that is younger than the window, else the
				 window's start; UNSEEN if unknown */
	struct event *event;  /* newest first; only provider VSS of the Application log */
	size_t count;
};

/* ---- Environment and backup (DOMAIN section 17) ---- */
struct environment_facts {
	char *caption, *version, *build, *locale; /* Win32_OperatingSystem; locale as "0411" */
	int product_type;                         /* 1 client, 2 domain controller, 3 server; UNSEEN */
	int oem_codepage;                         /* UNSEEN */
	int64_t last_boot, server_time;           /* Unix seconds by the host's clock; UNSEEN */
	int clock_skew_s;                         /* host minus us, seconds, valid if skew_seen */
	bool skew_seen;
	int utc_offset_min;                /* of the host's local time now, minutes east; UNSEEN */
	char *manufacturer, *model, *uuid; /* uuid: SMBIOS, lower case: the identity of the machine; may be NULL */
	const char *hypervisor;            /* "vmware", "hyperv", "kvm", "none" ... constants; NULL unknown */
	int64_t memory;                    /* bytes; UNSEEN */
};

enum backup_running { BACKUP_RUNNING_UNKNOWN, BACKUP_RUNNING_NO, BACKUP_RUNNING_YES };
enum { BACKUP_TIMES_MAX = 48 }; /* Windows Server Backup offers each half hour */
struct backup_times {
	bool known; /* these are all, each on every day; false: others may be, and some of these not on this day */
	uint16_t minute[BACKUP_TIMES_MAX]; /* of the day, by the host's local time: each begins a backup */
	size_t count;                      /* 0 if known: none is scheduled */
};
struct backup_facts {
	bool seen;
	const char *product;       /* "wsb", a third-party product's name, "none"; NULL unknown (constants) */
	const char *schedule;      /* "daily", "weekly", "other", "disabled", "none"; NULL unknown (constants) */
	struct backup_times times; /* of Windows Server Backup */
	int64_t last_success, last_failure; /* Unix seconds; UNSEEN */
	uint32_t failure_hr;                /* of the last failure, as the backup logged it; 0 if it did not */
	enum backup_running running;        /* wbengine's or wbadmin's process exists */
};

/* ---- What earlier runs saw (the store's; borrowed, it outlives the facts) ---- */
struct good_writer {
	char id[37]; /* class, lower case */
	char *name;
};
struct look { /* by the host's clock */
	int64_t from, to;
};
struct last_good {
	int64_t time; /* Unix seconds, our clock: when all writers were last there and stable; UNSEEN: never */
	struct good_writer *writer; /* those that were there */
	size_t count;
	int64_t waiting_since; /* the first of the runs in a row that saw writers wait for a backup; UNSEEN: none */
	struct look *look;     /* when vssadmin was asked and the host logged the fault because of it */
	size_t look_count;
	size_t damaged; /* records of it that could not be read: they may have told more */
};
void last_good_done(struct last_good *good);

struct facts {
	const struct last_good *last_good; /* NULL: nothing is remembered */
	struct environment_facts environment;
	struct service_facts services;
	struct eventsystem_facts eventsystem;
	struct vss_facts vss;
	struct event_facts events;
	struct backup_facts backup;
};

void facts_init(struct facts *facts); /* everything unknown */
void facts_done(struct facts *facts);
void vss_facts_done(struct vss_facts *vss);
void service_facts_done(struct service_facts *services);
void event_facts_done(struct event_facts *events);
