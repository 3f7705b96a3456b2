/* ping_line: see the header. */
#include "ping_line.h"
#include "column.h"
#include "language.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { WORD_WIDTH = 4, CLOCK_ROOM = 200, ADDRESS_WIDTH = 21 }; /* of "255.255.255.255:65535" */

/* ---- a failure: cause and cure, remark, [kind code] ---- */

/* A cause may end with the name of its code in brackets, "[KRB_AP_ERR_SKEW]"; that goes with the kind then. */
static void add_cause(struct str *line, const struct error *e, const char *remark)
{
	size_t len = strlen(e->cause);
	const char *name = len && e->cause[len - 1] == ']' ? strrchr(e->cause, '[') : NULL;

	if (name)
		len = (size_t)(name - e->cause);
	while (len && e->cause[len - 1] == ' ')
		len--;
	str_addn(line, e->cause, len);
	str_add(line, remark);
	str_addf(line, " [%s", error_kind_name(e->kind));
	if (name)
		str_addf(line, " %s", name + 1);
	else if (e->has_code)
		str_addf(line, " %" PRId64 "]", e->code);
	else
		str_addc(line, ']');
}

static const char *describe_clock(const struct ping *p, char text[static CLOCK_ROOM])
{
	int64_t ahead = p->greeting.ahead_s;

	snprintf(text, CLOCK_ROOM,
		ahead < 0 ? _("the server's clock is %lld s behind this machine's")
			  : _("the server's clock is %lld s ahead of this machine's"),
		(long long)(ahead < 0 ? -ahead : ahead));
	return text;
}

/* What bears on a failed authentication, and the failure does not know. */
static void add_circumstances(struct str *remark, const struct ping *p)
{
	char clock[CLOCK_ROOM];

	if (ping_clock_is_off(p))
		str_addf(remark, "; %s", describe_clock(p, clock));
	if (p->greeting.offers[0] && (!p->error.has_code || p->error.code != 401)) /* a refusal names them itself */
		str_addf(remark, _("; it offers %s"), p->greeting.offers);
}

static void describe_failure(struct str *line, const struct ping *p)
{
	OWN_VALUE(str_done) struct str remark = { 0 };
	enum ping_leg leg = ping_failed(p);

	if (leg == LEG_AUTH)
		add_circumstances(&remark, p);
	str_addf(line, "%s: %s: ", p->host->name,
		leg == LEG_WMI ? _("reachable, but WMI cannot be read") : _("not reachable"));
	add_cause(line, &p->error, str_text(&remark));
}

/* ---- a host that is reachable ---- */

static void add_address(struct str *line, const struct ping *p)
{
	char text[80];
	const char *address = p->transport.address;

	snprintf(text, sizeof(text), strchr(address, ':') ? "[%s]:%u" : "%s:%u", address, p->port);
	str_addf(line, "  %-*s", ADDRESS_WIDTH, text);
}

static void add_authentication(struct str *line, const struct ping *p)
{
	const struct session_stats *t = &p->transport;

	str_addf(line, "  %s%s%s %s%s", t->auth, t->spn[0] ? " " : "", t->spn,
		p->tls      ? "tls"
		: t->sealed ? _("sealed")
			    : _("in clear"),
		t->server_authenticated ? "" : _(", server not authenticated"));
}

static void add_facts(struct str *line, const struct ping *p)
{
	static const char maker[] = "Microsoft ";
	bool made = !strncmp(p->windows, maker, strlen(maker));

	str_addf(line, "  %s", p->windows + (made ? strlen(maker) : 0));
	if (p->greeting.dated)
		str_addf(line, _("  clock %+lld s"), (long long)p->greeting.ahead_s);
	else
		str_add(line, _("  clock unknown"));
	str_addf(line, "  wmi%s  %u.%u s", p->leg[LEG_SHELL] == LEG_OK ? " shell" : "", p->duration_ms / 1000,
		p->duration_ms / 100 % 10);
}

static void add_warnings(struct str *line, const struct ping *p)
{
	char clock[CLOCK_ROOM];

	if (p->leg[LEG_SHELL] != LEG_OK) {
		str_add(line, _("  no shell, so vssadmin cannot be asked: "));
		add_cause(line, &p->shell, "");
	}
	if (ping_clock_is_off(p))
		str_addf(line, _("  %s: Kerberos fails at 300 s; w32tm /resync there, or check VMware Tools time sync"),
			describe_clock(p, clock));
	if (p->leaked_shell)
		str_add(line, _("  the shell could not be closed; the server ends it within two minutes"));
}

void ping_line(struct str *line, const struct ping *p, unsigned name_width)
{
	if (!ping_reachable(p)) {
		describe_failure(line, p);
		return;
	}
	bool warn = p->leg[LEG_SHELL] != LEG_OK || ping_clock_is_off(p) || p->leaked_shell;
	const char *word = warn ? _("warn") : _("ok");
	str_addf(line, "%s%*s %-*s", word, column_pad(word, WORD_WIDTH), "", (int)name_width, p->host->name);
	add_address(line, p);
	add_authentication(line, p);
	add_facts(line, p);
	add_warnings(line, p);
}
