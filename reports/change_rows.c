/* change_rows: see the header. */
#include "change_rows.h"

#include <stdlib.h>

#include "facts.h"
#include "language.h"
#include "record.h"

const char *change_state_name(unsigned state)
{
	if (state == CHANGE_NOT_BEGUN)
		return "not_begun";
	return state == CHANGE_UNFINISHED ? "unfinished" : repair_result_name((enum repair_result)state);
}

static unsigned standing_of(const struct past *past)
{
	const char *result = past ? json_string_value(json_object_get(past->result, "result")) : NULL;
	int known = result ? repair_result_of_name(result) : RESULT_NONE;

	if (!past)
		return CHANGE_NOT_BEGUN;
	return known > RESULT_NONE ? (unsigned)known : CHANGE_UNFINISHED;
}

/* A new reference, NULL if memory ran out. The state before: as it was when the host's first change was intended, else
 * as it was planned. */
static json_t *before_of(const struct past *past, const struct plan_host *planned)
{
	for (int act = 0; past && act < ACTS; act++) {
		json_t *before = json_object_get(past->intended[act], "before");
		if (before)
			return json_incref(before);
	}
	return planned ? state_json(&planned->before) : json_null();
}

static json_t *record_without_result(
	const struct change_report *change, const struct change_row *row, const struct plan_host *planned)
{
	bool begun = row->state == CHANGE_UNFINISHED;
	const char *message = begun ? "it was left in the middle: vssfleet resume looks what was done and goes on"
				    : "nothing was done to it";
	json_t *action = json_object_get(change->past->start, "action");

	return json_pack("{s:s, s:s, s:s, s:s, s:O, s:n, s:n, s:n, s:s, s:o, s:n, s:s, s:n, s:n}", "type",
		"change_result", "schema", RECORD_SCHEMA, "change", change->past->id, "host", row->host, "action",
		action ? action : json_null(), "result", "step", "code", "reason", change_state_name(row->state),
		"before", before_of(row->past, planned), "after", "message", message, "duration_ms", "ended");
}

static int add(struct change_rows *rows, const struct change_report *change, const char *host, const struct past *past,
	const struct plan_host *planned, struct error *e)
{
	struct change_row row = { .host = host, .past = past, .state = standing_of(past) };

	row.ring = planned ? (int64_t)planned->at.ring + 1 : UNSEEN;
	row.record =
		row.state < REPAIR_RESULTS ? json_incref(past->result) : record_without_result(change, &row, planned);
	if (!row.record)
		return error_set(e, ERROR_LOCAL, _("out of memory for a row"));
	rows->by_state[row.state]++;
	rows->row[rows->count++] = row;
	return 0;
}

/* planned: which of the hosts in the journal are in the plan. */
static int add_all(struct change_rows *rows, const struct change_report *change, bool *planned, struct error *e)
{
	const struct change_past *past = change->past;

	for (size_t i = 0; change->plan && i < change->plan->count; i++) {
		const struct plan_host *host = &change->plan->host[i];
		const struct past *of = change_past_of(past, host->name);
		if (of)
			planned[of - past->host] = true;
		if (add(rows, change, host->name, of, host, e) < 0)
			return -1;
	}
	for (size_t i = 0; i < past->count; i++)
		if (!planned[i] && add(rows, change, past->host[i].host, &past->host[i], NULL, e) < 0)
			return -1;
	return 0;
}

int change_rows_of(struct change_rows *rows, const struct change_report *change, struct error *e)
{
	size_t most = change->past->count + (change->plan ? change->plan->count : 0);
	OWN(own_free) bool *planned = calloc(change->past->count + 1, sizeof(*planned));

	rows->row = calloc(most + 1, sizeof(*rows->row));
	if (!rows->row || !planned)
		return error_set(e, ERROR_LOCAL, _("out of memory for %zu rows"), most);
	return add_all(rows, change, planned, e);
}

void change_rows_done(struct change_rows *rows)
{
	for (size_t i = 0; i < rows->count; i++)
		json_decref(rows->row[i].record);
	free(rows->row);
	*rows = (struct change_rows){ 0 };
}
