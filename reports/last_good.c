/* last_good: what earlier runs saw of a host's writers: see store.h. Results of the host are looked at from the newest
 * on, each by the index of its run; most often the first one answers. */
#include <stdlib.h>
#include <string.h>

#include "facts.h"
#include "language.h"
#include "sql.h"
#include "store.h"
#include "store_file.h"
#include "value.h"
#include "verdict.h"

enum { LOOK_MARGIN_S = 2, /* its ends are rounded */ REMEMBERED_S = 30 * 86400, WAITING_FIRST = 2, WAITING_LAST = 5 };

static bool is_good(int verdict)
{
	return verdict == VERDICT_HEALTHY || verdict == VERDICT_SHARED || verdict == VERDICT_AT_RISK;
}

/* Nothing was learnt about the writers then. */
static bool says_nothing(int verdict)
{
	return verdict == VERDICT_UNKNOWN || verdict == VERDICT_UNREACHABLE;
}

static json_t *writers_of(json_t *record)
{
	return json_object_get(json_object_get(record, "vss"), "writers");
}

static int64_t time_of(json_t *record)
{
	const char *text = json_string_value(json_object_get(record, "checked_at"));
	time_t seconds;

	return text && time_read(text, &seconds) ? seconds : UNSEEN;
}

static bool any_waits(json_t *record)
{
	size_t i;
	json_t *writer;

	json_array_foreach(writers_of(record), i, writer)
	{
		json_int_t state = json_integer_value(json_object_get(writer, "state"));
		if (state >= WAITING_FIRST && state <= WAITING_LAST)
			return true;
	}
	return false;
}

static bool is_listed(const struct last_good *good, const char *id)
{
	for (size_t i = 0; i < good->count; i++)
		if (!strcmp(good->writer[i].id, id))
			return true;
	return false;
}

/* One of each class: there may be several instances, but they come and go. */
static int take_writers(struct last_good *good, json_t *record, struct error *e)
{
	json_t *list = writers_of(record), *writer;
	size_t i;

	good->writer = calloc(json_array_size(list) + 1, sizeof(*good->writer));
	if (!good->writer)
		return error_set(e, ERROR_LOCAL, _("out of memory"));
	json_array_foreach(list, i, writer)
	{
		const char *id = json_string_value(json_object_get(writer, "id"));
		const char *name = json_string_value(json_object_get(writer, "name"));
		struct good_writer *w = &good->writer[good->count];
		if (!id || strlen(id) >= sizeof(w->id) || is_listed(good, id))
			continue;
		if (!(w->name = strdup(name ? name : id)))
			return error_set(e, ERROR_LOCAL, _("out of memory"));
		strcpy(w->id, id);
		good->count++;
	}
	good->time = time_of(record);
	return 0;
}

/* Takes one result into *good, the newest first. 1: there is nothing more to learn from older ones. */
static int take(struct last_good *good, int verdict, json_t *record, bool *row_of_waiting, struct error *e)
{
	*row_of_waiting = *row_of_waiting && any_waits(record);
	if (*row_of_waiting)
		good->waiting_since = time_of(record);
	if (is_good(verdict))
		return take_writers(good, record, e) < 0 ? -1 : 1;
	return 0;
}

/* When a look was, on the clock of the host. */
static struct look look_of(json_t *record)
{
	int64_t ahead = json_integer_value(json_object_get(json_object_get(record, "transport"), "clock_skew_s"));
	int64_t end = time_of(record) + ahead,
		length = json_integer_value(json_object_get(record, "duration_ms")) / 1000;

	return (struct look){ end - length - LOOK_MARGIN_S, end + LOOK_MARGIN_S };
}

/* Only records of hosts that were not well are opened, and of those only what has such an event. */
static int take_looks(struct store *store, const char *host, int64_t since, struct last_good *good, struct error *e)
{
	static const char provoking[] =
		"SELECT record FROM run CROSS JOIN host_result ON host_result.run = run.seq "
		"WHERE started >= ?1 AND name = ?2 AND verdict NOT IN (?3, ?4, ?5) AND instr(record, '\"live\":true')";
	OWN(sqlite3_finalize) sqlite3_stmt *s = sql_prepare(store->db, provoking, e);
	int rc;

	if (!s)
		return -1;
	sqlite3_bind_int64(s, 1, since);
	sqlite3_bind_text(s, 2, host, -1, SQLITE_STATIC);
	sqlite3_bind_int(s, 3, VERDICT_HEALTHY);
	sqlite3_bind_int(s, 4, VERDICT_SHARED);
	sqlite3_bind_int(s, 5, VERDICT_UNREACHABLE);
	while ((rc = sqlite3_step(s)) == SQLITE_ROW) {
		struct look *grown = realloc(good->look, (good->look_count + 1) * sizeof(*grown));
		json_t *record = json_loads((const char *)sqlite3_column_text(s, 0), 0, NULL);
		if (grown)
			good->look = grown;
		if (grown && record && time_of(record) != UNSEEN) /* of a damaged one no look excuses an event */
			good->look[good->look_count++] = look_of(record);
		json_decref(record);
		if (!grown)
			return error_set(e, ERROR_LOCAL, _("out of memory"));
	}
	return rc == SQLITE_DONE ? 0 : sql_fail(store->db, e);
}

int store_last_good(struct store *store, const char *host, int64_t now, struct last_good *good, struct error *e)
{
	static const char results[] =
		"SELECT verdict, record FROM run CROSS JOIN host_result ON host_result.run = run.seq "
		"WHERE started >= ?1 AND name = ?2 ORDER BY run.seq DESC";
	OWN(sqlite3_finalize) sqlite3_stmt *s = sql_prepare(store->db, results, e);
	bool waiting = true;
	int rc = SQLITE_DONE, more = 0;

	*good = (struct last_good){ .time = UNSEEN, .waiting_since = UNSEEN };
	if (!s)
		return -1;
	sqlite3_bind_int64(s, 1, now - REMEMBERED_S);
	sqlite3_bind_text(s, 2, host, -1, SQLITE_STATIC);
	while (!more && (rc = sqlite3_step(s)) == SQLITE_ROW) {
		int verdict = sqlite3_column_int(s, 0);
		if (says_nothing(verdict) || (!waiting && !is_good(verdict)))
			continue;
		json_t *record = json_loads((const char *)sqlite3_column_text(s, 1), 0, NULL);
		good->damaged += !record;
		if (!record) /* an older set is missed rather than none */
			continue;
		more = take(good, verdict, record, &waiting, e);
		json_decref(record);
	}
	if (more >= 0 && rc != SQLITE_ROW && rc != SQLITE_DONE)
		more = sql_fail(store->db, e);
	if (more >= 0 && take_looks(store, host, now - REMEMBERED_S, good, e) == 0)
		return 0;
	last_good_done(good);
	return -1;
}
