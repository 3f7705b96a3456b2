/* patient: the way to a host that is being repaired: lost and found again. */
#include <stdio.h>
#include <string.h>

#include "acts.h"
#include "console.h"

enum { RETRY_MS = 2000 };

bool patient_is_over(const struct patient *p)
{
	return deadline_left(p->deadline) == 0;
}

struct session *patient_session(struct patient *p, struct error *e)
{
	if (!p->session)
		p->session = p->options->open(p->options->open_context, p->host, p->deadline, e);
	return p->session;
}

void patient_drop_session(struct patient *p)
{
	session_free(p->session);
	p->session = NULL;
}

bool is_lost(const struct error *e)
{
	switch (e->kind) {
	case ERROR_DNS:
	case ERROR_CONNECT:
	case ERROR_TLS:
	case ERROR_AUTH: /* a domain controller that is just restarting */
	case ERROR_TIMEOUT:
	case ERROR_ABORTED:
	case ERROR_PROTOCOL: /* an answer that was cut */
	case ERROR_PARSE:
		return true;
	default:
		return false;
	}
}

/* What does not answer must not use up the time for what is to come. */
static int run_until(
	struct session *s, struct deadline part, const char *command, struct shell_output *output, struct error *e)
{
	struct deadline whole = session_deadline(s);

	if (part.at_ms < whole.at_ms)
		session_set_deadline(s, part);
	int rc = shell_run(s, CONSOLE_UTF8, command, output, NULL, e);
	session_set_deadline(s, whole);
	return rc;
}

int patient_ask(struct patient *p, const char *command, int64_t within_ms, struct shell_output *output, struct error *e)
{
	struct deadline part = deadline_in(within_ms, p->deadline.stop);
	int64_t until = part.at_ms;

	for (;;) {
		struct session *s = patient_session(p, e);
		shell_output_done(output);
		if (s && run_until(s, part, command, output, e) == 0)
			return 0;
		if (!is_lost(e) || clock_ms() + RETRY_MS >= until)
			return -1;
		patient_drop_session(p);
		if (!deadline_wait(p->deadline, RETRY_MS))
			return -1;
		error_clear(e);
	}
}

void patient_mark(const struct patient *p, enum act act, char mark[RESTART_MARK_MAX])
{
	snprintf(mark, RESTART_MARK_MAX, "vssfleet-%s-%s.%s", p->options->change, p->options->plan->token,
		act_name(act));
}
