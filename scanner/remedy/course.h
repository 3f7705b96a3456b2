#pragma once
/* course: the parts of a repair's course (remedy.c has their order): looking, acting, proving. Each leaves in the
 * repair how it ended; RESULT_NONE: it goes on. Inside of the remedy. */

#include "acts.h"

/* How it ends. */
void course_end(struct repair *repair, enum repair_result result, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void course_end_failed(struct repair *repair, const struct act_outcome *outcome);
void course_end_without_journal(
	struct repair *repair, const struct error *e); /* what cannot be written down is not done */

/* Looking. */
void course_look(struct patient *p, struct survey *survey);
int64_t course_host_now(const struct patient *p); /* by the host's clock; UNSEEN */
/* The state after, and the audit for the evidence; the survey gives both away. */
void course_keep_after(struct repair *repair, struct survey *survey);
struct consent course_consent(const struct patient *p, const struct survey *survey);
const char *course_held(const struct patient *p); /* why it must wait; NULL: it need not */
/* Looks once more before a repair that was begun stops anything. False: it waits, the repair says why; a host that is
 * held is not looked at. True: go on, if the survey is one of a host that was reached. */
bool course_look_again(struct patient *p, struct survey *survey);

/* Acting: true if it had its effect. */
bool course_configure(struct patient *p, enum act act, const char *type);
bool course_needs_configuring(const struct patient *p);
bool course_restart(struct patient *p);
bool course_reboot(struct patient *p);
/* Starts what a restart left stopped, once. Leaves the result alone. */
bool course_restore(struct patient *p);

/* Proving. */
void course_conclude(struct patient *p); /* after a restart: fixed, in part, failed, rolled back */
/* Once more, after a soak, without changing anything. */
struct verification course_prove_again(struct patient *p);
/* A restart that did not go through: whatever it left stopped is started, unless a script of the server still waits for
 * a service to stop. A new process is as good as if all had gone well, if it can be proved; else the failure stands. */
void course_recover(struct patient *p);
/* An earlier process had begun to roll back: nothing else may come between that and its end. */
void course_continue_undoing(struct patient *p);
