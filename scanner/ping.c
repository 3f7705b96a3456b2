/* ping: see the header. */
#include "ping.h"
#include "shell.h"
#include "wmi.h"

#include <stdio.h>
#include <stdlib.h>

enum { CODEPAGE_UTF8 = 65001 };

const char *ping_leg_name(enum ping_leg leg)
{
	static const char *const names[LEGS] = { "dns", "connect", "tls", "identify", "auth", "wmi", "shell" };
	return names[leg];
}

enum ping_leg ping_failed(const struct ping *p)
{
	enum ping_leg leg = LEG_NAME;
	while (leg < LEGS && p->leg[leg] != LEG_FAILED)
		leg++;
	return leg;
}

bool ping_reachable(const struct ping *p)
{
	return p->error.kind == ERROR_NONE;
}

bool ping_clock_is_off(const struct ping *p)
{
	return p->greeting.dated && llabs(p->greeting.ahead_s) > CLOCK_LIMIT_S;
}

/* ---- how far we came ---- */

static void passed(struct ping *p, enum ping_leg last)
{
	for (enum ping_leg leg = LEG_NAME; leg <= last; leg++)
		p->leg[leg] = leg == LEG_TLS && !p->tls ? LEG_SKIPPED : LEG_OK;
}

static void failed(struct ping *p, enum ping_leg leg)
{
	p->leg[leg] = LEG_FAILED;
}

/* Windows was not met: the kind of the error says how far we came. */
static void not_met(struct ping *p)
{
	enum ping_leg leg = p->error.kind == ERROR_DNS       ? LEG_NAME
			    : p->error.kind == ERROR_CONNECT ? LEG_CONNECT
			    : p->error.kind == ERROR_TLS     ? LEG_TLS
							     : LEG_IDENTIFY;
	passed(p, leg);
	failed(p, leg);
}

/* ---- the way ---- */

static int check_product(const struct ping *p, struct error *e)
{
	if (greeting_is_windows(&p->greeting))
		return 0;
	return error_set(e, ERROR_PROTOCOL,
		"it is not Windows that answers on port %u but %s %s: take the host out of the inventory, or name "
		"WinRM's port",
		p->port, p->greeting.product.vendor, p->greeting.product.version);
}

static int read_wmi(struct ping *p, struct session *s, struct error *e)
{
	OWN(wmi_rows_free) struct wmi_rows *rows = wmi_query(s, "SELECT Caption FROM Win32_OperatingSystem", e);

	if (!rows)
		return -1;
	const char *caption = wmi_count(rows) ? wmi_text(rows, 0, "Caption") : NULL;
	if (!caption)
		return error_set(e, ERROR_FAULT,
			"WMI does not know its own operating system: winmgmt "
			"/verifyrepository there");
	snprintf(p->windows, sizeof(p->windows), "%s", caption);
	return 0;
}

static void run_shell(struct ping *p, struct session *s)
{
	OWN_VALUE(shell_output_done) struct shell_output output = { 0 };
	bool ran = shell_run(s, CODEPAGE_UTF8, "ver", &output, &p->leaked_shell, &p->shell) == 0;

	p->leg[LEG_SHELL] = ran ? LEG_OK : LEG_FAILED;
	if (p->shell.kind == ERROR_ABORTED)
		p->error = p->shell;
}

static void go_in(struct ping *p, struct session *s)
{
	struct identity identity;

	if (identify(s, &identity, &p->error) < 0) {
		failed(p, LEG_AUTH);
		return;
	}
	passed(p, LEG_AUTH);
	p->greeting.product = identity; /* says more now, or for the first time */
	if (check_product(p, &p->error) < 0)
		failed(p, LEG_IDENTIFY);
	else if (read_wmi(p, s, &p->error) < 0)
		failed(p, LEG_WMI);
	else {
		passed(p, LEG_WMI);
		run_shell(p, s);
	}
}

static void go(struct ping *p, const struct fleet_access *access, struct deadline deadline)
{
	struct connection connection = { 0 };

	if (reach(p->host, access, &connection, &p->error) < 0) {
		failed(p, LEG_AUTH);
		return;
	}
	p->port = connection.port;
	p->tls = connection.tls;
	if (greet(&connection, deadline, &p->greeting, &p->error) < 0 || check_product(p, &p->error) < 0) {
		not_met(p);
		return;
	}
	passed(p, LEG_IDENTIFY);
	OWN(session_free) struct session *s = session_open(&connection, deadline, &p->error);
	if (!s) {
		failed(p, LEG_AUTH);
		return;
	}
	go_in(p, s);
	p->transport = *session_stats(s);
}

void *ping_job(void *context, const struct host *host, struct deadline deadline)
{
	struct ping *p = calloc(1, sizeof(*p));
	int64_t start = clock_ms();

	if (!p)
		abort(); /* nothing can be said about the host any more, not even that */
	p->host = host;
	go(p, context, deadline);
	p->duration_ms = (unsigned)(clock_ms() - start);
	return p;
}
