#pragma once
/* waivers: findings that somebody answers for until a date. As a file for --waivers:
 *     [waiver "W-2026-014"]
 *     hosts = tyo:&sql, !sql-tyo-0001.corp.example
 *     verdicts = shared, at_risk
 *     reason = isolated with the next patch day
 *     owner = t.sato
 *     expires = 2026-12-31
 * and, if wanted, ticket, approved_by, created. A waived finding stays in every report; it only leaves --fail-on. What
 * was not checked cannot be waived: nobody can answer for what nobody knows. */

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "error.h"
#include "host.h"
#include "own.h"
#include "verdict.h"

enum {
	WAIVER_DAYS_MAX = 366,
	WAIVER_ID_MAX = 40, /* bytes: letters, digits, - _ . */
};

struct waiver {
	char *id;
	char *hosts;                                                                /* a pattern as --limit takes it */
	char *verdicts, *reason, *ticket, *owner, *approved_by, *created, *expires; /* as written; NULL: not given */
	unsigned allows;                                                            /* bits by enum verdict */
	int64_t last_day;    /* on which it holds; see waivers_day() */
	unsigned line;       /* where it begins */
	bool *covers;        /* by the host's position, after waivers_cover() */
	size_t used, lapsed; /* findings that it took, or would have taken had it not expired */
};

struct waivers {
	struct waiver *waiver;
	size_t count;
	int64_t today;       /* the day that decides for the whole run */
	struct hosts *hosts; /* borrowed, after waivers_cover() */
};

int64_t waivers_day(int64_t time); /* days since 1970-01-01, UTC, of a time in Unix seconds */

/* -1 with *e set (ERROR_LOCAL) with file and line: a slip of the pen must not hide a server. *waivers is to be freed in
 * any case. today: waivers_day(). */
int waivers_read(struct waivers *waivers, const char *file, int64_t today, struct error *e);
int waivers_read_stream(struct waivers *waivers, FILE *stream, const char *name, int64_t today, struct error *e);
void waivers_done(struct waivers *waivers);

struct waiver *waivers_find(const struct waivers *waivers, const char *id); /* NULL: there is none */

/* Which of the hosts each waiver is for; they stay the caller's and must not change while the waivers are used. */
int waivers_cover(struct waivers *waivers, struct hosts *hosts, struct error *e);

bool waiver_expired(const struct waivers *waivers, const struct waiver *waiver);
/* The waiver that holds for this finding, NULL if none does; counts it as used, or the expired ones as lapsed. */
const struct waiver *waivers_for(struct waivers *waivers, const char *host, enum verdict verdict);
/* Sets the record's member "waiver", if one holds. -1: no memory. */
int waivers_mark(struct waivers *waivers, json_t *record);

/* What a run's metadata says of the waivers that it went by: a list of {"id", "hosts" (the pattern), "covers" (how many
 * it selects), "verdicts", "reason", "ticket", "owner", "approved_by", "created", "expires"}. NULL: no memory. */
json_t *waivers_describe(const struct waivers *waivers);

/* Verdicts that can be waived: findings and what a policy may make one. */
bool waiver_allows(enum verdict verdict);
bool waiver_id_valid(const char *id);

/* Adds a section, or removes the one with that id and nothing else of the file (its comments stay); the file is
 * replaced as a whole or stays as it is. A file that is missing is made. -1 with *e set: the result would not be a
 * valid file, the id is there already, or is not there. */
int waivers_add(const char *file, const struct waiver *waiver, int64_t today, struct error *e);
int waivers_remove(const char *file, const char *id, int64_t today, struct error *e);
