/* progress: see the header. */
#include "progress.h"
#include "column.h"
#include "escape.h"
#include "label.h"
#include "language.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { REDRAW_MS = 250 };

static bool dumb_terminal(void)
{
	const char *term = getenv("TERM");
	return !isatty(STDERR_FILENO) || !term || !strcmp(term, "dumb");
}

static enum progress_mode mode_of(const struct options *o)
{
	enum progress_mode asked = o->quiet ? PROGRESS_NONE : (enum progress_mode)o->progress;

	if (asked != PROGRESS_AUTO)
		return asked;
	return dumb_terminal() ? PROGRESS_PLAIN : PROGRESS_TTY;
}

bool progress_is_live(const struct options *o)
{
	return mode_of(o) == PROGRESS_TTY;
}

void progress_begin(
	struct progress *p, const char *what, unsigned forks, const struct options *o, size_t total, size_t earlier)
{
	*p = (struct progress){
		.what = what,
		.mode = mode_of(o),
		.stats_every_s = o->stats_every_s,
		.total = total,
		.earlier = earlier,
		.started_ms = clock_ms(),
		.shown_ms = clock_ms(),
	};
	if (p->mode == PROGRESS_PLAIN)
		fprintf(stderr, _("%s of %zu hosts begins, %u at once\n"), _(what), total - earlier, forks);
}

static void erase(struct progress *p)
{
	if (p->drawn)
		fputs("\r\033[K", stderr);
	p->drawn = false;
}

static size_t gone(const struct progress *p)
{
	return p->verdict[VERDICT_AFFECTED] + p->verdict[VERDICT_WRITERS_MISSING];
}

static size_t unchecked(const struct progress *p)
{
	return p->verdict[VERDICT_UNKNOWN] + p->verdict[VERDICT_UNREACHABLE];
}

/* scan 612/1000 61 % · 12 gone · 31 not checked · 64 in flight · 38/s · 0:10 left · slowest sql-osa-0117 92 s */
static void describe(const struct progress *p, const struct fleet_state *state, struct str *line)
{
	size_t done = p->earlier + state->done;
	double elapsed = (double)(clock_ms() - p->started_ms) / 1000,
	       rate = elapsed > 0 ? (double)state->done / elapsed : 0;

	str_addf(line, _("%s %zu/%zu %zu %% - %zu gone - %zu not checked - %zu in flight - %.0f/s"), _(p->what), done,
		p->total, p->total ? done * 100 / p->total : 100, gone(p), unchecked(p), state->begun - state->done,
		rate);
	if (rate > 0) {
		unsigned left = (unsigned)((double)(p->total - done) / rate);
		str_addf(line, _(" - %u:%02u left"), left / 60, left % 60);
	}
	if (state->slowest && state->slowest_s >= 5)
		str_addf(line, _(" - slowest %s %u s"), state->slowest->name, state->slowest_s);
}

static void draw(struct progress *p, const struct fleet_state *state)
{
	OWN_VALUE(str_done) struct str line = { 0 };
	struct winsize window = { 0 };
	ioctl(STDERR_FILENO, TIOCGWINSZ, &window);
	describe(p, state, &line);
	erase(p);
	fprintf(stderr, "%.*s", (int)column_fit(str_text(&line), window.ws_col ? window.ws_col - 1u : 79),
		str_text(&line));
	fflush(stderr);
	p->drawn = true;
}

static void write_json(const struct progress *p, const struct fleet_state *state)
{
	fprintf(stderr,
		"{\"type\":\"progress\",\"done\":%zu,\"total\":%zu,\"in_flight\":%zu,\"gone\":%zu,\"not_checked\":%zu}"
		"\n",
		p->earlier + state->done, p->total, state->begun - state->done, gone(p), unchecked(p));
}

void progress_tick(struct progress *p, const struct fleet_state *state)
{
	int64_t now = clock_ms();
	int64_t pause = p->mode == PROGRESS_TTY ? REDRAW_MS : (int64_t)p->stats_every_s * 1000;
	if (p->mode == PROGRESS_NONE || now - p->shown_ms < pause)
		return;
	p->shown_ms = now;
	if (p->mode == PROGRESS_TTY)
		draw(p, state);
	else if (p->mode == PROGRESS_JSON)
		write_json(p, state);
	else {
		OWN_VALUE(str_done) struct str line = { 0 };
		describe(p, state, &line);
		fprintf(stderr, "%s\n", str_text(&line));
	}
}

/* Findings scroll above the line, and so does what could not be checked, with its cause. */
void progress_result(struct progress *p, const struct result *result)
{
	const struct judgement *j = &result->judgement;
	p->verdict[j->verdict]++;
	if (p->mode != PROGRESS_TTY || j->verdict > VERDICT_AT_RISK)
		return;
	OWN_VALUE(str_done) struct str safe = { 0 };
	escape_terminal(&safe, language_chosen() == JAPANESE && *j->reason_ja ? j->reason_ja : j->reason);
	erase(p);
	fprintf(stderr, "%s: %s: %s\n", result->host->name, label_of(verdict_name(j->verdict)), str_text(&safe));
}

void progress_end(struct progress *p)
{
	erase(p);
	fflush(stderr);
}
