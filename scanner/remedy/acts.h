#pragma once
/* acts: what changes a server, one at a time, each between its intent and its outcome in the journal. Inside of the
 * remedy. */

#include "remedy.h"
#include "restart_script.h"
#include "session.h"
#include "shell.h"

/* One host in the hands of a worker. */
struct patient {
	const struct remedy_options *options;
	const struct host *host;
	const struct plan_host *planned;
	const struct past *past; /* NULL: nothing was begun */
	struct repair *repair;
	struct session *session; /* NULL: none is open */
	struct deadline deadline;
	int64_t begun_ms;
	int64_t host_time, host_time_ms; /* what the host's clock showed (UNSEEN) when ours showed that */
	bool looked;                     /* this process has looked at the host and may go on */
	/* Looks again before a continued repair stops anything; false: it may not, the repair says why. */
	bool (*may_go_on)(struct patient *p);
	bool backing_up; /* at the last look */
	bool left[ACTS]; /* may have left its directory on the server */
};

/* Its time is over, or we were told to end at once: whatever fails now says nothing about the host. */
bool patient_is_over(const struct patient *p);
/* The session, opened anew if it was dropped. NULL with *e set. */
struct session *patient_session(struct patient *p, struct error *e);
void patient_drop_session(struct patient *p);
/* The way to the host is gone or was not to be had, not: the host refused. Asking again over a new session may help. */
bool is_lost(const struct error *e);
/* Runs a short command in a shell, again over a new session while the way is lost, until the given time is over. Only
 * for what may be asked twice. */
int patient_ask(
	struct patient *p, const char *command, int64_t within_ms, struct shell_output *output, struct error *e);
/* The directory of an act on the server. */
void patient_mark(const struct patient *p, enum act act, char mark[RESTART_MARK_MAX]);

struct act_outcome {
	bool known;            /* false: it was sent, and nobody can tell what became of it */
	bool done;             /* it has the effect that was wanted */
	bool observed;         /* the host showed it; nothing was sent */
	enum repair_step step; /* where it failed, unless done */
	bool has_code;
	int64_t code;
	char message[400]; /* "" if done as wanted */
	struct str output;
};
void act_outcome_done(struct act_outcome *outcome);

/* Each: what the journal knows, else what the host shows if it was intended before, else does it now, with an intent on
 * the disk before. 0 with the outcome, which is in the journal if it is known; -1 with *e set if the journal failed:
 * then nothing further may be done. outcome: the caller's, empty before. */
int act_configure(
	struct patient *p, enum act act, const char *service_type, struct act_outcome *outcome, struct error *e);
/* pid: of EventSystem now; 0: only start. */
int act_restart(struct patient *p, enum act act, const struct names *stops, int64_t pid, struct act_outcome *outcome,
	struct error *e);
int act_reboot(struct patient *p, struct act_outcome *outcome, struct error *e);
/* The journal knows of an intent. */
bool act_was_begun(const struct patient *p, enum act act);
/* Removes what the acts left on the server; a failure is not worth a word. */
void acts_clean(struct patient *p);

/* Inside of the acts. observe: fills *outcome and returns true if the host shows that it was done, or how it failed;
 * false: nothing was done. execute: sends it and finds out what became of it. */
struct act_way {
	enum act act;
	const char *command; /* as the journal shows it */
	bool (*observe)(struct patient *p, const void *order, struct act_outcome *outcome);
	void (*execute)(struct patient *p, const void *order, struct act_outcome *outcome);
	const void *order;
};
int act_perform(struct patient *p, const struct act_way *way, struct act_outcome *outcome, struct error *e);
void act_failed(struct act_outcome *outcome, enum repair_step step, const struct error *e);
