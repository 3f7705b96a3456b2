#pragma once
/* html_host: one record as a row of the report's table shows it. */

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "verdict.h"

/* Everything is borrowed from the record; NULL or UNSEEN is unknown. */
struct shown_host {
	const char *name, *address;
	json_t *groups; /* array of strings */
	enum verdict verdict;
	bool gone;                      /* proved: it lists no writer, whatever the verdict */
	const char *os;                 /* without "Microsoft Windows" */
	int64_t found, expected;        /* writers */
	int64_t unexpected, com;        /* events 8193 and 13 of the fault */
	int64_t pid, others;            /* EventSystem's process and how many share it */
	int64_t backup, checked, since; /* Unix seconds; backup: the last success; since: it has this verdict */
	const char *hypervisor;
	const char *reason;             /* NULL where the verdict says it all */
	const char *reason_ja;          /* NULL in records of older versions */
	const char *fault;              /* the record's cause: "D4 eventsystem_stopped", "writer_failed" */
	const char *service;            /* of the first writer that has failed */
	const struct html_cause *cause; /* why it was not checked; NULL if it was */
	const json_t *waiver;           /* of the record; NULL if it has none */
	const char *change;             /* that repaired it; NULL if it is not watched */
	int64_t repaired, back;         /* Unix seconds; back: when it was first found as before */
	bool regressed;
	bool unsealed, unproved; /* an answer came over such a connection */
};

/* False if the record lacks a name or has a verdict of another version. */
bool html_host(struct shown_host *host, json_t *record);
bool html_is_plain(enum verdict verdict); /* busy, shared, healthy: no problem and no evidence on the page */
bool html_is_unchecked(enum verdict verdict);

/* What keeps a host from being checked, finer than the error kinds where the message tells more. */
struct html_cause {
	const char *kind;    /* of the record's error; label "k.KIND" */
	const char *sign;    /* label "n.SIGN", cure "d.KIND.SIGN"; NULL: the kind says it all, cure "d.KIND" */
	const char *probe;   /* only from this one; NULL: any */
	const char *mark[4]; /* any of these in the message; none: all messages */
};
extern const struct html_cause html_causes[];
extern const size_t html_cause_count;
const struct html_cause *html_cause_of(json_t *record, enum verdict verdict);
