/* html_past: see the header. */
#include "html_past.h"

#include <stdlib.h>
#include <string.h>

#include "history.h"
#include "lineage.h"

struct past_host {
	char state[PAST_STATES];
};

void html_past_done(struct html_past *past)
{
	free(past->run);
	free(past->host);
	json_decref(past->index);
	*past = (struct html_past){ 0 };
}

struct reading {
	struct html_past *past;
	const struct run_info *this;
	bool passed;
};

/* Runs come newest first. */
static int note_run(void *context, const struct run_info *info)
{
	struct reading *r = context;
	struct html_past *past = r->past;
	bool this = !strcmp(info->id, r->this->id);

	r->passed = r->passed || this;
	if (!r->passed || (!this && !lineage_same(r->this->meta, info->meta)))
		return 0;
	past->run[past->count] = (struct past_run){ .at = info->started,
		.complete = !strcmp(info->state, "complete"),
		.total = info->total,
		.verdict[VERDICT_UNREACHABLE] = info->total - info->done };
	memcpy(past->run[past->count].id, info->id, sizeof(info->id));
	return ++past->count == PAST_TREND;
}

static struct past_host *known(const struct html_past *past, const char *name)
{
	const json_t *at = json_object_get(past->index, name);

	return at ? &past->host[json_integer_value(at)] : NULL;
}

static struct past_host *host_named(struct html_past *past, const char *name)
{
	struct past_host *host = known(past, name), *grown;
	size_t n = past->host_count;

	if (host)
		return host;
	if ((n & (n - 1)) == 0) {
		if (!(grown = realloc(past->host, (n ? 2 * n : 1) * sizeof(*grown))))
			return NULL;
		past->host = grown;
	}
	if (json_object_set_new(past->index, name, json_integer((json_int_t)n)) < 0)
		return NULL;
	past->host_count++;
	memset(past->host[n].state, '-', PAST_STATES - 1);
	return &past->host[n];
}

struct looking {
	struct html_past *past;
	size_t run;
	bool failed; /* out of memory */
};

static int note_verdict(void *context, const char *name, int verdict)
{
	struct looking *l = context;

	if (verdict < 0 || verdict >= VERDICTS)
		return 1;
	l->past->run[l->run].verdict[verdict]++;
	if (l->run >= PAST_STATES)
		return 0;
	struct past_host *host = host_named(l->past, name);
	l->failed = !host;
	if (host)
		host->state[l->run - 1] = (char)('0' + verdict);
	return l->failed;
}

int html_past_read(struct html_past *past, struct store *store, const struct run_info *run, struct error *e)
{
	struct reading r = { .past = past, .this = run };

	past->run = calloc(PAST_TREND, sizeof(*past->run));
	if (!past->run || !(past->index = json_object()))
		return error_set(e, ERROR_LOCAL, "out of memory");
	if (store_runs(store, note_run, &r, e) < 0)
		return -1;
	for (size_t i = 1; i < past->count; i++) {
		struct looking l = { past, i, false };
		if (history_verdicts(store, past->run[i].id, note_verdict, &l, e) < 0)
			return -1;
		if (l.failed)
			return error_set(e, ERROR_LOCAL, "out of memory");
	}
	return 0;
}

void past_states(const struct html_past *past, const char *name, char states[PAST_STATES])
{
	const struct past_host *host = known(past, name);
	size_t count = past->count ? past->count - 1 : 0;

	if (count > PAST_STATES - 1)
		count = PAST_STATES - 1;
	memset(states, '-', count);
	if (host)
		memcpy(states, host->state, count);
	states[count] = '\0';
}
