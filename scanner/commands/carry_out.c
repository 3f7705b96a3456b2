/* carry_out: see the header. */
#include "carry_out.h"
#include "change_entry.h"
#include "change_exit.h"
#include "change_folder.h"
#include "change_show.h"
#include "command.h"
#include "escape.h"
#include "interrupt.h"
#include "language.h"
#include "ndjson.h"
#include "private.h"
#include "progress.h"
#include "rollout.h"
#include "shell_word.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct carrying {
	const struct change *change;
	struct fix *fix;
	char id[CHANGE_ID_MAX];
	struct str folder;
	struct change_show show;
	_Atomic size_t in_hand;
	struct error trouble; /* the first piece of evidence, or record, that could not be written */
};

static void carrying_done(struct carrying *carrying)
{
	str_done(&carrying->folder);
}

/* ---- before ---- */

int journal_begin(struct journal **journal, const struct fix *fix)
{
	struct error e = { 0 };

	if (private_directory(str_text(&fix->directory), &e) == 0 &&
		(*journal = journal_open(str_text(&fix->journal_path), &e)))
		return EXIT_OK;
	return complain(exit_of(&e), &e);
}

int wait_for_gate(struct fix *fix)
{
	const char *closed = gate_closed(&fix->gate);

	if (!closed)
		return EXIT_OK;
	if (gate_count_open(&fix->gate) || !fix->options->wait_window)
		return complain_text(EXIT_REFUSED, _("nothing was changed: %s"), _(closed));
	complain_text(0, _("waiting for the change window"));
	interrupt_begin(&fix->stop);
	bool open = gate_wait(&fix->gate, &fix->stop);
	interrupt_end();
	if (!open)
		return 128 + interrupt_signal();
	closed = gate_closed(&fix->gate);
	return closed ? complain_text(EXIT_REFUSED, _("nothing was changed: %s"), _(closed)) : EXIT_OK;
}

/* ---- in workers ---- */

static void *repair_host(void *context, const struct host *host, struct deadline deadline)
{
	struct carrying *carrying = context;

	carrying->in_hand++;
	void *repair = remedy_job(&carrying->fix->job, host, deadline);
	carrying->in_hand--;
	return repair;
}

static void look_again(void *context, struct repair *repair, struct deadline deadline)
{
	struct carrying *carrying = context;

	carrying->in_hand++;
	remedy_job_again(&carrying->fix->job, repair, deadline);
	carrying->in_hand--;
}

/* ---- as it goes ---- */

static void note_trouble(struct carrying *carrying, const struct error *e)
{
	if (carrying->trouble.kind == ERROR_NONE)
		carrying->trouble = *e;
}

/* The journal knows already: evidence that cannot be kept is no reason to leave a fleet half way. */
static void keep(struct carrying *carrying, const struct repair *repair)
{
	const struct remedy_options *options = &carrying->fix->job.options;
	struct error e = { 0 };

	if (change_folder_keep(str_text(&carrying->folder), repair, options, &e) < 0)
		note_trouble(carrying, &e);
	if (!carrying->fix->stream || repair->unfinished)
		return;
	json_t *record = repair_record(repair, options);
	error_clear(&e);
	if (!record || ndjson_host(stdout, record, &e) < 0)
		note_trouble(carrying, &e);
	json_decref(record);
}

static const char *may_go_on(void *context)
{
	const struct carrying *carrying = context;
	return carrying->change->recovers ? gate_stopped(&carrying->fix->gate) : gate_closed(&carrying->fix->gate);
}

static void on_ring(void *context, unsigned ring, size_t hosts)
{
	struct carrying *carrying = context;
	change_show_ring(&carrying->show, ring, hosts);
}

static void on_repair(void *context, const struct repair *repair, unsigned ring)
{
	struct carrying *carrying = context;
	change_show_repair(&carrying->show, repair, ring);
	keep(carrying, repair);
}

static bool soak(void *context, unsigned ring, unsigned seconds)
{
	struct carrying *carrying = context;
	change_show_soak(&carrying->show, ring, seconds);
	return wait_unless_stopped(&carrying->fix->stop, seconds);
}

static void on_relapse(void *context, const struct repair *repair, unsigned ring)
{
	struct carrying *carrying = context;
	change_show_relapse(&carrying->show, repair, ring);
	keep(carrying, repair);
}

static void on_state(void *context, const struct fleet_state *state)
{
	struct carrying *carrying = context;
	change_show_state(&carrying->show, state);
}

static const char *held(void *context, const struct host *host)
{
	const struct carrying *carrying = context;
	return carrying->change->recovers ? NULL : gate_holds(&carrying->fix->gate, host);
}

/* Outside of its window a server is left to `resume`. One that was begun is looked after: services may stand still. */
static const char *left_to_resume(void *context, const struct host *host)
{
	const struct change *change = ((const struct carrying *)context)->change;

	if (change->past && change_past_of(change->past, host->name))
		return NULL;
	return held(context, host) ? N_("servers are left whose change window is closed") : NULL;
}

/* Servers whose services may stand still are looked after whatever became of others. */
static const char *why_unproved(const struct carrying *carrying)
{
	return carrying->change->recovers
		       ? NULL
		       : N_("no server of the last ring shows that the repair helps, so no more are begun");
}

static int roll_out(struct carrying *carrying, struct rollout_outcome *outcome, struct error *e)
{
	struct fix *fix = carrying->fix;
	const struct rollout rollout = {
		.plan = &fix->plan,
		.host = carrying->change->todo->host,
		.settled = carrying->change->settled,
		.job = repair_host,
		.again = look_again,
		.job_context = carrying,
		.rate = fix->options->rate,
		.host_timeout_s = fix->options->host_timeout_s,
		.stop = &fix->stop,
		.max_fail = carrying->change->max_fail,
		.failed = carrying->change->failed,
		.may_go_on = may_go_on,
		.held = left_to_resume,
		.why_unproved = why_unproved(carrying),
		.soak = soak,
		.on_ring = on_ring,
		.on_repair = on_repair,
		.on_relapse = on_relapse,
		.on_state = on_state,
		.context = carrying,
	};

	interrupt_begin_careful(&fix->stop, &carrying->in_hand);
	int rc = rollout_run(&rollout, outcome, e);
	interrupt_end();
	return rc;
}

/* ---- the journal ---- */

/* Hosts of the plan that are left out have a result too: nobody is going to look for one later. */
static int write_dropped(struct carrying *carrying, struct error *e)
{
	const struct todo *todo = carrying->change->todo;

	for (size_t i = 0; i < todo->dropped_count; i++) {
		const struct host host = { .name = todo->dropped[i].planned->name };
		struct repair repair = { .host = &host,
			.result = RESULT_DEFERRED,
			.reason = todo->dropped[i].reason,
			.restarted = UNSEEN,
			.ended = time(NULL) };
		memcpy(repair.message, todo->dropped[i].message, sizeof(todo->dropped[i].message));
		if (journal_append(carrying->change->journal, repair_record(&repair, &carrying->fix->job.options), e) <
			0)
			return -1;
	}
	return 0;
}

static int begin(struct carrying *carrying, struct error *e)
{
	const struct change *change = carrying->change;
	struct fix *fix = carrying->fix;
	struct remedy_options *options = &fix->job.options;

	if (change->past)
		memcpy(carrying->id, change->past->id, sizeof(carrying->id));
	else
		journal_next_change(change->journal, carrying->id);
	options->change = carrying->id;
	options->journal = change->journal;
	options->past = change->past;
	options->held = held;
	options->held_context = carrying;
	if (change_folder_make(
		    &carrying->folder, str_text(&fix->directory), carrying->id, !change->past, &fix->plan, e) < 0)
		return -1;
	json_t *entry = change->past ? change_entry_resume(fix, carrying->id, change->todo->count, change->max_fail)
				     : change_entry_start(fix, carrying->id, change->todo->count);
	if (journal_append(change->journal, entry, e) < 0 || change_folder_take(str_text(&carrying->folder), e) < 0)
		return -1;
	return write_dropped(carrying, e);
}

/* ---- the end ---- */

static void print_next(const struct carrying *carrying, const struct rollout_outcome *outcome)
{
	const struct fix *fix = carrying->fix;
	const char *store = fix->options->store;
	OWN_VALUE(str_done) struct str line = { 0 }, safe = { 0 };
	bool resumable = outcome->untouched || outcome->unfinished;

	if (!resumable && !outcome->failed)
		return;
	str_addf(&line, "%s vssfleet %s %s", _("Next:"), resumable ? "resume" : "journal", carrying->id);
	if (outcome->end == ROLLOUT_THRESHOLD)
		str_addf(&line, " --max-fail %zu", outcome->failed + 1);
	if (store) {
		str_add(&line, " --store ");
		shell_word(&line, store);
	}
	escape_terminal(&safe, str_text(&line));
	fprintf(fix->talk, "%s\n", str_text(&safe));
}

static int finish(struct carrying *carrying, const struct rollout_outcome *outcome)
{
	const struct change *change = carrying->change;
	struct fix *fix = carrying->fix;
	int code = change_exit(outcome, &fix->plan, change->left + change->todo->dropped_count, interrupt_signal());
	struct error e = { 0 };

	if (journal_append(change->journal, change_entry_end(carrying->id, outcome), &e) < 0)
		return complain(EXIT_INTERNAL, &e);
	if (change_folder_report(
		    str_text(&carrying->folder), str_text(&fix->journal_path), carrying->id, &fix->plan, &e) < 0)
		note_trouble(carrying, &e);
	if (!fix->options->quiet) {
		change_show_end(fix->talk, outcome);
		fprintf(fix->talk, _("Journal  change %s   Evidence %s/\n"), carrying->id, str_text(&carrying->folder));
		print_next(carrying, outcome);
	}
	if (fflush(fix->talk) != 0)
		return complain_text(EXIT_INTERNAL, _("the summary cannot be written"));
	if (carrying->trouble.kind == ERROR_NONE)
		return code;
	complain(0, &carrying->trouble);
	return code == EXIT_OK || code == EXIT_INCOMPLETE ? EXIT_INTERNAL : code;
}

int carry_out(struct change *change)
{
	struct fix *fix = change->fix;
	OWN_VALUE(carrying_done)
	struct carrying carrying = { .change = change,
		.fix = fix,
		.show = { .out = fix->talk, .quiet = fix->options->quiet, .live = progress_is_live(fix->options) } };
	OWN_VALUE(rollout_outcome_done) struct rollout_outcome outcome = { 0 };
	struct error e = { 0 };

	if (begin(&carrying, &e) < 0)
		return complain(e.has_code && e.code == EEXIST ? EXIT_REFUSED : EXIT_INTERNAL, &e);
	if (roll_out(&carrying, &outcome, &e) < 0) {
		complain(0, &e);
		return complain_text(
			EXIT_INTERNAL, _("change %s is not finished: vssfleet resume %s"), carrying.id, carrying.id);
	}
	return finish(&carrying, &outcome);
}
