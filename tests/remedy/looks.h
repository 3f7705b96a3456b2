#pragma once
/* looks: surveys of a host that never was, written for tests in short. */

#include "survey.h"

/* A look at a reachable server, as a table says it; everything that is not said is as on a healthy server. */
struct glance {
	enum verdict verdict;
	const char *cause;
	const char *type;     /* of EventSystem; NULL: "Own Process"; "": unknown */
	const char *mode;     /* NULL: "Auto" */
	const char *state;    /* NULL: "Running" */
	int pid;              /* 0: 1025, and none if it is stopped */
	const char *shares;   /* names in its process; NULL: nobody */
	const char *also;     /* others that run: names; a - before one: it does not, a ~: it is starting, a = behind
				 it: its start mode */
	const char *stops;    /* what a restart stops, NULL: COMSysApp SENS EventSystem; "?": not known */
	enum vss_outcome vss; /* VSS_UNSEEN: VSS_WRITERS */
	const char *writers;  /* name:state, comma between; NULL: the six of every server */
	const char *missing;  /* of the judgement; commas between */
	bool missing_unknown;
	const char *events; /* hr@time, a * behind it: live; NULL: none */
	int backup_in;      /* minutes until the daily backup begins, at LOOK_NOW; 0: none is known */
	bool no_events, truncated, no_services, backup_runs, unreachable;
	int64_t covered_from; /* 0: UNSEEN */
	int64_t last_boot;    /* 0: BOOT, UNSEEN */
	int product_type;     /* 0: 3 */
	const char *domain, *build, *cluster;
	enum known pending_reboot;
	int users;
	enum checkpoint checkpoint; /* writers */
};

enum { LOOK_BOOT = 1795000000, LOOK_NOW = 1795176000, LOOK_PID = 1025 };

void look_make(struct survey *look, const struct glance *glance);
void look_done(struct survey *look);
/* Names with blanks between. */
void look_names(struct names *names, const char *text);
