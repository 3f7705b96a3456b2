/* option_table: all options of all commands, one row each. */
#include "option_table.h"
#include "language.h"
#include "own.h"
#include "rings.h"
#include "verdict.h"

#include <string.h>

static void add_source(struct parse *p, struct options *o, char *argument)
{
	if (o->source_count == SOURCES_MAX)
		option_refuse(p, _("--inventory: more than %d"), SOURCES_MAX);
	o->source[o->source_count++] = argument;
}

static void add_formats(struct parse *p, struct options *o, char *argument)
{
	char *list = strdupa(argument); /* the command line itself stays whole: see start_frugally() */
	o->format_count = 0;
	for (char *save = NULL, *word = strtok_r(list, ",", &save); word; word = strtok_r(NULL, ",", &save)) {
		const struct report_format *format = report_format(word);
		if (!format)
			option_refuse(p, _("--format %s: unknown; there are %s"), word, report_format_names());
		if (o->format_count == FORMATS_MAX)
			option_refuse(p, _("--format: more than %d"), FORMATS_MAX);
		o->format[o->format_count++] = format;
	}
	if (!o->format_count)
		option_refuse(p, _("--format: the list is empty"));
}

static void set_fail_on(struct parse *p, struct options *o, char *argument)
{
	char *list = strdupa(argument);
	const char *names[VERDICTS + 1] = { NULL };
	for (int v = 0; v < VERDICTS; v++)
		names[v] = verdict_name((enum verdict)v);
	o->fail_on = 0;
	if (!strcmp(list, "none"))
		return;
	for (char *save = NULL, *word = strtok_r(list, ",", &save); word; word = strtok_r(NULL, ",", &save))
		o->fail_on |= 1u << option_choice(p, "--fail-on", word, names);
}

static void refuse_password(struct parse *p, struct options *o, char *argument)
{
	(void)o, (void)argument;
	option_refuse(p, _("--password does not exist: others on this machine could read it from the process list; "
			   "use --password-file, $CREDENTIALS_DIRECTORY or the prompt"));
}

static const char *const schemes[] = { "auto", "https", "http", NULL };
static const char *const methods[] = { "auto", "kerberos", "negotiate", "ntlm", "basic", "certificate", NULL };
static const char *const bindings[] = { "auto", "off", NULL };
static const char *const versions[] = { "1.2", "1.3", NULL };
static const char *const event_ways[] = { "auto", "wevtutil", "wmi", "subscribe", NULL }; /* enum event_source */
static const char *const languages[] = { "auto", "en", "ja", NULL };                      /* enum lang */
static const char *const encodings[] = { "auto", "utf-8", "utf-8-bom", "cp932", NULL };   /* enum csv_encoding */
static const char *const delimiters[] = { ",", ";", "|", "\t", NULL };
static const char *const progress_modes[] = { "auto", "tty", "plain", "json", "none", NULL };

static const char *const evidence[] = { "problem", "none", "all", NULL };   /* enum report_evidence */
static const char *const prom_hosts[] = { "problem", "all", "none", NULL }; /* enum prom_hosts */

static const char *const mail_policies[] = { "changes", "problems", "always", NULL }; /* enum mail_policy */

static const char *const diff_formats[] = { "text", "csv", NULL };

static void set_delimiter(struct parse *p, struct options *o, char *argument)
{
	o->csv_delimiter = delimiters[option_choice(p, "--csv-delimiter", argument, delimiters)];
}

const char *const option_group_titles[GROUPS] = {
	[0] = N_("Targets (a TARGET is a name, or one with ranges: srv[001-120].corp.example):"),
	[1] = N_("Access (a host's own variables in the inventory come first):"),
	[2] = N_("Pace:"),
	[3] = N_("Outcome:"),
	[4] = N_("Report:"),
	[5] = N_("Store:"),
	[6] = N_("Talk (on stderr):"),
	[13] = N_("Repair:"),
	[14] = N_("Change:"),
	[17] = N_("Configuration:"),
	[19] = N_("Waiver:"),
	[20] = N_("Schedule:"),
	[21] = N_("Comparison:"),
	[22] = N_("Name:"),
	[23] = N_("Retention:"),
	[24] = N_("Mail:"),
};

#define AT(field) offsetof(struct options, field)
enum { DAY = 86400 };

// clang-format off
const struct option_row option_table[] = {
	{ GROUP_EXAMINE, "script", 0, NULL, N_("Print the .cmd that collects on a server what is judged here"), OPTION_FLAG, AT(script) },
	{ GROUP_EXAMINE, "vssadmin", 0, "FILE|-", N_("A saved output of `vssadmin list writers`, in any encoding the console wrote"), OPTION_TEXT, AT(vssadmin) },

	{ GROUP_TARGETS, "inventory", 'i', "SOURCE", N_("Host list: plain, Ansible INI, or - for stdin; may be repeated"), OPTION_OTHER, .other = add_source },
	{ GROUP_TARGETS, "limit", 'l', "PATTERN", N_("Only these: names, globs, groups; a:b either, a:&b both, a:!b not"), OPTION_TEXT, AT(limit) },
	{ GROUP_HOSTS, "fold", 0, NULL, N_("One short line: srv-[001-120]"), OPTION_FLAG, AT(fold) },
	{ GROUP_HOSTS, "count", 0, NULL, N_("Only their number"), OPTION_FLAG, AT(count) },

	{ GROUP_ACCESS, "user", 'u', "USER", N_("Account on the servers"), OPTION_TEXT, AT(user) },
	{ GROUP_ACCESS, "password-file", 0, "FILE", N_("Its password, mode 0600. Else $CREDENTIALS_DIRECTORY/vssfleet.password, VSSFLEET_PASSWORD, a prompt"), OPTION_TEXT, AT(password_file) },
	{ GROUP_ACCESS, "password", 0, "", NULL, OPTION_OTHER, .other = refuse_password },
	{ GROUP_ACCESS, "auth", 0, "METHOD", N_("auto (default: Kerberos where there is a ticket, else NTLM), kerberos, negotiate, ntlm, basic, certificate"), OPTION_CHOICE, AT(auth), .choice = methods },
	{ GROUP_ACCESS, "keytab", 0, "FILE", N_("Kerberos keys of the account instead of a password, mode 0600"), OPTION_TEXT, AT(keytab) },
	{ GROUP_ACCESS, "cert", 0, "FILE", N_("Client certificate (PEM) for a local account of the servers"), OPTION_TEXT, AT(cert) },
	{ GROUP_ACCESS, "key", 0, "FILE", N_("Its key, mode 0600; --password-file holds the passphrase if it has one"), OPTION_TEXT, AT(key) },
	{ GROUP_ACCESS, "credentials", 0, "FILE", N_("Accounts by name, for hosts with vssfleet_credential"), OPTION_TEXT, AT(credentials) },
	{ GROUP_ACCESS, "credential", 0, "NAME", N_("The one of them for all other hosts"), OPTION_TEXT, AT(credential) },
	{ GROUP_ACCESS, "scheme", 0, "SCHEME", N_("auto (default: http with Kerberos and NTLM, which seal their messages, else https), https, http"), OPTION_CHOICE, AT(scheme), .choice = schemes },
	{ GROUP_ACCESS, "port", 0, "PORT", N_("Default 5986 for https, 5985 for http"), OPTION_NUMBER, AT(port), 1, 65535 },
	{ GROUP_ACCESS, "ca-file", 0, "FILE", N_("Certificates to trust (PEM) instead of the system's"), OPTION_TEXT, AT(ca_file) },
	{ GROUP_ACCESS, "pinned-key", 0, "HASH", N_("The server's public key, sha256//BASE64, instead of CA and name"), OPTION_TEXT, AT(pinned_key) },
	{ GROUP_ACCESS, "tls-min", 0, "VERSION", N_("1.2 (default) or 1.3"), OPTION_CHOICE, AT(tls_min), .choice = versions },
	{ GROUP_ACCESS, "cbt", 0, "MODE", N_("Channel bindings over HTTPS: auto (default), off for a proxy that breaks TLS open"), OPTION_CHOICE, AT(cbt), .choice = bindings },
	{ GROUP_ACCESS, "proxy", 0, "URL", N_("HTTP proxy; the environment's is not used"), OPTION_TEXT, AT(proxy) },
	{ GROUP_ACCESS, "insecure-tls", 0, NULL, N_("Do not check certificates; Basic is refused then"), OPTION_FLAG, AT(insecure_tls) },
	{ GROUP_ACCESS, "insecure-plaintext", 0, NULL, N_("Allow Basic over http: password and answers in clear"), OPTION_FLAG, AT(insecure_plaintext) },
	{ GROUP_ACCESS, "trace-wire", 0, "FILE", N_("Writes the conversations there, decrypted, without secrets"), OPTION_TEXT, AT(trace_wire) },
	{ GROUP_ACCESS, "no-input", 0, NULL, N_("Never prompt"), OPTION_FLAG, AT(no_input) },

	{ GROUP_PACE, "forks", 'f', "N", N_("Hosts at once (64)"), OPTION_NUMBER, AT(forks), 1, 10000 },
	{ GROUP_PACE, "rate", 0, "N", N_("New connections a second (200; 0: unbounded)"), OPTION_NUMBER, AT(rate), 0, 100000 },
	{ GROUP_PACE, "timeout", 0, "TIME", N_("To connect (30s)"), OPTION_SECONDS, AT(connect_timeout_s), 1, 3600 },
	{ GROUP_PACE, "operation-timeout", 0, "TIME", N_("After which a server answers even if it has nothing to say (60s)"), OPTION_SECONDS, AT(operation_timeout_s), 1, 3600 },
	{ GROUP_PACE, "vssadmin-timeout", 0, "TIME", N_("For vssadmin on one server (2m)"), OPTION_SECONDS, AT(vssadmin_timeout_s), 1, DAY },
	{ GROUP_PACE, "host-timeout", 0, "TIME", N_("For everything about one host (5m; to repair it 30m)"), OPTION_SECONDS, AT(host_timeout_s), 1, DAY },
	{ GROUP_PACE, "deadline", 0, "TIME", N_("For the whole run (none)"), OPTION_SECONDS, AT(deadline_s), 1, 7 * DAY },

	{ GROUP_PACE, "events", 0, "WAY", N_("How to read event logs: auto (default), wevtutil, wmi, subscribe (needs no shell)"), OPTION_CHOICE, AT(events), .choice = event_ways },
	{ GROUP_OUTCOME | GROUP_POLICY, "since", 0, "TIME", N_("How far back events count (7d)"), OPTION_SECONDS, AT(since_s), 3600, 365 * DAY },
	{ GROUP_OUTCOME | GROUP_POLICY, "policy", 0, "FILE", N_("Expected writers by role, isolate_required, event_window"), OPTION_TEXT, AT(policy) },
	{ GROUP_OUTCOME | GROUP_POLICY, "isolate-required", 0, NULL, N_("Policy: a shared svchost is a finding too"), OPTION_FLAG, AT(isolate_required) },
	{ GROUP_OUTCOME, "fail-on", 0, "LIST", N_("Verdicts that make the exit code 3 (affected,writers_missing,vss_fault,fix_pending,at_risk), or none"), OPTION_OTHER, .other = set_fail_on },
	{ GROUP_OUTCOME, "min-coverage", 0, "PERCENT", N_("Servers that must have been checked, or the exit code is 4 (100)"), OPTION_NUMBER, AT(min_coverage), 0, 100 },
	{ GROUP_OUTCOME | GROUP_REPAIR | GROUP_WAIVER, "waivers", 0, "FILE", N_("Findings that somebody answers for until a date (waivers.conf beside the configuration)"), OPTION_TEXT, AT(waivers) },

	{ GROUP_OUTCOME, "syslog", 0, NULL, N_("Tell the log of this machine (journald, or syslog) each change of verdict, and the run"), OPTION_FLAG, AT(syslog) },

	{ GROUP_REPORT | GROUP_STREAM, "format", 'F', "LIST", N_("html, csv, ndjson, json, junit, prom, zabbix-lld, zabbix-sender (html,csv,ndjson)"), OPTION_OTHER, .other = add_formats },
	{ GROUP_REPORT | GROUP_STREAM, "output", 'o', "DIR|FILE|-", N_("Where to; - is stdout, for one format"), OPTION_TEXT, AT(output) },
	{ GROUP_REPORT, "evidence", 0, "WHICH", N_("Servers whose evidence the HTML holds: problem (default), none, all (up to 2,000)"), OPTION_CHOICE, AT(evidence), .choice = evidence },
	{ GROUP_REPORT, "signoff", 0, NULL, N_("The printed HTML has room for who checked and who approved it"), OPTION_FLAG, AT(signoff) },
	{ GROUP_REPORT | GROUP_DIFF, "csv-encoding", 0, "ENC", N_("utf-8, utf-8-bom, cp932 (auto: BOM in files, none on stdout)"), OPTION_CHOICE, AT(csv_encoding), .choice = encodings },
	{ GROUP_REPORT | GROUP_DIFF, "csv-delimiter", 0, "CHAR", N_("\",\" or \";\" for Excel in most of Europe"), OPTION_OTHER, .other = set_delimiter },
	{ GROUP_REPORT | GROUP_DIFF, "csv-raw", 0, NULL, N_("No guard against formulas in spreadsheets"), OPTION_FLAG, AT(csv_raw) },
	{ GROUP_REPORT, "prom-hosts", 0, "WHICH", N_("Servers with samples of their own: problem (default), all, none"), OPTION_CHOICE, AT(prom_hosts), .choice = prom_hosts },
	{ GROUP_MAIL, "mail-to", 0, "LIST", N_("Also send the numbers and what needs a look to these addresses"), OPTION_TEXT, AT(mail_to) },
	{ GROUP_MAIL, "mail-from", 0, "ADDRESS", N_("The sender (vssfleet@ this machine)"), OPTION_TEXT, AT(mail_from) },
	{ GROUP_MAIL, "smtp", 0, "URL", N_("The mail server: smtp://HOST[:PORT] or smtps:// (smtp://localhost)"), OPTION_TEXT, AT(smtp) },
	{ GROUP_MAIL, "smtp-user", 0, "USER", N_("Account at the mail server, which then has to offer TLS"), OPTION_TEXT, AT(smtp_user) },
	{ GROUP_MAIL, "smtp-password-file", 0, "FILE", N_("Its password, mode 0600. Else $CREDENTIALS_DIRECTORY/vssfleet.smtp-password"), OPTION_TEXT, AT(smtp_password_file) },
	{ GROUP_MAIL, "smtp-ca-file", 0, "FILE", N_("Certificates to trust for the mail server (PEM) instead of the system's"), OPTION_TEXT, AT(smtp_ca_file) },
	{ GROUP_MAIL, "mail-policy", 0, "WHEN", N_("A scan mails: changes (default: if anything changed since the last mail), problems (if there are any), always"), OPTION_CHOICE, AT(mail_policy), .choice = mail_policies },
	{ GROUP_MAIL, "mail-heartbeat", 0, "TIME", N_("But after so long without a mail in any case (7d)"), OPTION_SECONDS, AT(mail_heartbeat_s), 3600, 365 * DAY },

	{ GROUP_STORE, "store", 0, "FILE", N_("Where runs are kept; none: not at all ($XDG_STATE_HOME/vssfleet/store.db; root: /var/lib/vssfleet)"), OPTION_TEXT, AT(store) },
	{ GROUP_RUN, "run", 0, "RUN", N_("The run, by its id or the beginning of it (the newest)"), OPTION_TEXT, AT(run) },
	{ GROUP_RESUME, "resume", 0, "RUN", N_("Continue an interrupted run: only servers without a result are asked"), OPTION_TEXT, AT(resume) },

	{ GROUP_TALK, "progress", 0, "MODE", N_("auto, tty, plain, json, none"), OPTION_CHOICE, AT(progress), .choice = progress_modes },
	{ GROUP_TALK, "stats-every", 0, "TIME", N_("Between plain progress lines (30s)"), OPTION_SECONDS, AT(stats_every_s), 1, DAY },
	{ GROUP_TALK | GROUP_EXAMINE, "quiet", 'q', NULL, N_("No progress, no summary"), OPTION_FLAG, AT(quiet) },

	{ GROUP_REPAIR, "from-run", 0, "RUN", N_("The servers of a stored run, or of the latest; with it --limit also takes verdict:NAME and cause:TEXT"), OPTION_TEXT, AT(from_run) },
	{ GROUP_REPAIR, "plan-out", 0, "FILE", N_("Keep the plan, to be read and approved"), OPTION_TEXT, AT(plan_out) },
	{ GROUP_REPAIR, "plan", 0, "FILE", N_("Carry out exactly this plan (with --apply)"), OPTION_TEXT, AT(plan) },
	{ GROUP_REPAIR, "apply", 0, NULL, N_("Change the servers; without it nothing is changed"), OPTION_FLAG, AT(apply) },
	{ GROUP_REPAIR, "dry-run", 0, NULL, N_("Only plan: the default"), OPTION_FLAG, AT(dry_run) },
	{ GROUP_REPAIR, "rings", 0, "LIST", N_("How many servers after each other, or percent of them; the last ring takes the rest (1,5,10%,100%)"), OPTION_TEXT, AT(rings) },
	{ GROUP_REPAIR, "at-once", 0, "N", N_("At most so many of a ring at the same time, after 1, 2, 4 ... (20)"), OPTION_NUMBER, AT(at_once), 1, AT_ONCE_MAX },
	{ GROUP_REPAIR, "soak", 0, "TIME", N_("Behind each ring, before its servers are looked at again (2m; 0: not at all)"), OPTION_SECONDS, AT(soak_s), 0, DAY },
	{ GROUP_REPAIR, "no-restart", 0, NULL, N_("Only configure the service: it takes effect at its next start"), OPTION_FLAG, AT(no_restart) },
	{ GROUP_REPAIR, "no-rollback", 0, NULL, N_("Leave a server as it is when it could not be verified"), OPTION_FLAG, AT(no_rollback) },
	{ GROUP_REPAIR, "force", 0, NULL, N_("Also where the verdict does not ask for it (shared, unknown)"), OPTION_FLAG, AT(force) },
	{ GROUP_REPAIR, "allow-role", 0, NULL, N_("Also where a protected service would be stopped (DFSR, DHCPServer, NTDS ...)"), OPTION_FLAG, AT(allow_role) },
	{ GROUP_REPAIR, "allow-cluster", 0, NULL, N_("Also nodes of failover clusters, one at a time"), OPTION_FLAG, AT(allow_cluster) },
	{ GROUP_REPAIR, "allow-pending-reboot", 0, NULL, N_("Also where Windows waits for a reboot"), OPTION_FLAG, AT(allow_pending_reboot) },
	{ GROUP_REPAIR, "allow-users", 0, NULL, N_("Also reboots where somebody is logged on"), OPTION_FLAG, AT(allow_users) },
	{ GROUP_REPAIR, "include-waived", 0, NULL, N_("Also where a waiver says that the finding is accepted"), OPTION_FLAG, AT(include_waived) },
	{ GROUP_REPAIR | GROUP_CHANGE, "protect", 0, "LIST", N_("More services that a restart must not stop (NAME,NAME*)"), OPTION_TEXT, AT(protect) },
	{ GROUP_CHANGE, "max-fail", 0, "N|P%", N_("Stop after so many failures; unreachable counts as one (1)"), OPTION_TEXT, AT(max_fail) },
	{ GROUP_CHANGE, "window", 0, "[GROUP=]HH:MM-HH:MM,...", N_("Change servers, or those of a group, only then, local time"), OPTION_TEXT, AT(window) },
	{ GROUP_CHANGE, "wait-window", 0, NULL, N_("Wait for the change window instead of refusing"), OPTION_FLAG, AT(wait_window) },
	{ GROUP_CHANGE, "restart-timeout", 0, "TIME", N_("For services to stop and start on one server (2m)"), OPTION_SECONDS, AT(restart_timeout_s), 10, DAY },
	{ GROUP_CHANGE, "verify-timeout", 0, "TIME", N_("For the writers to be back: three looks within (2m)"), OPTION_SECONDS, AT(verify_timeout_s), 1, DAY },
	{ GROUP_CHANGE, "reboot-timeout", 0, "TIME", N_("For a server to be back from its reboot (20m)"), OPTION_SECONDS, AT(reboot_timeout_s), 60, DAY },
	{ GROUP_CHANGE, "ticket", 0, "TEXT", N_("The change's number, for the journal"), OPTION_TEXT, AT(ticket) },
	{ GROUP_CHANGE, "yes", 'y', NULL, N_("Do not ask; more than one server need --plan"), OPTION_FLAG, AT(yes) },

	{ GROUP_CHECK, "max-age", 0, "TIME", N_("An older run is UNKNOWN (26h)"), OPTION_SECONDS, AT(max_age_s), 60, 365 * DAY },
	{ GROUP_CHECK, "warning", 0, "LIST", N_("NAME=RANGE,...: ranges of plugins (10, 95:, @1:5) for verdicts, hosts, not_checked, coverage (vss_fault=0,fix_pending=0,at_risk=0,not_checked=0,coverage=95:). A server that was not checked is at least WARNING in any case"), OPTION_TEXT, AT(warning) },
	{ GROUP_CHECK, "critical", 0, "LIST", N_("The same for CRITICAL (affected=0,writers_missing=0); NAME=~: takes one away"), OPTION_TEXT, AT(critical) },

	{ GROUP_DIFF, "format", 'F', "FORMAT", N_("text (default) or csv, the columns of changes.csv"), OPTION_CHOICE, AT(diff_format), .choice = diff_formats },
	{ GROUP_DIFF, "exit-code", 0, NULL, N_("Exit with 1 if anything changed"), OPTION_FLAG, AT(exit_code) },
	{ GROUP_PIN, "as", 0, "NAME", N_("The name: baseline-2026Q4"), OPTION_TEXT, AT(as) },
	{ GROUP_GC, "keep-hosts", 0, "TIME", N_("What runs said of their hosts (400d)"), OPTION_SECONDS, AT(keep_hosts_s), DAY, 36500u * DAY },
	{ GROUP_GC, "keep-evidence", 0, "TIME", N_("What they said it by (90d)"), OPTION_SECONDS, AT(keep_evidence_s), DAY, 36500u * DAY },
	{ GROUP_GC, "dry-run", 0, NULL, N_("Only say what would go"), OPTION_FLAG, AT(dry_run) },

	{ GROUP_SHOW, "raw", 0, NULL, N_("Only what vssadmin printed there"), OPTION_FLAG, AT(raw) },

	{ GROUP_CONFIG, "config", 'c', "FILE", N_("Settings that come before those of ~/.config/vssfleet/config and /etc/vssfleet/vssfleet.conf"), OPTION_TEXT, AT(config) },
	{ GROUP_CONFIG, "profile", 0, "NAME", N_("The settings of [profile \"NAME\"], before the general ones"), OPTION_TEXT, AT(profile) },
	{ GROUP_CONFIG, "lang", 0, "LANG", N_("Language of what is said here, and the first one of the HTML: en, ja, auto (as LC_ALL, LC_MESSAGES, LANG have it)"), OPTION_CHOICE, AT(lang), .choice = languages },
	{ GROUP_SETTINGS, "origin", 0, NULL, N_("Also where each setting comes from"), OPTION_FLAG, AT(origin) },

	{ GROUP_WAIVER, "hosts", 0, "PATTERN", N_("The servers, as --limit takes them"), OPTION_TEXT, AT(waiver_hosts) },
	{ GROUP_WAIVER, "verdicts", 0, "LIST", N_("The findings that are accepted there"), OPTION_TEXT, AT(waiver_verdicts) },
	{ GROUP_WAIVER, "reason", 0, "TEXT", N_("Why"), OPTION_TEXT, AT(waiver_reason) },
	{ GROUP_WAIVER, "owner", 0, "NAME", N_("Who answers for it"), OPTION_TEXT, AT(waiver_owner) },
	{ GROUP_WAIVER, "expires", 0, "DATE", N_("The last day on which it holds (UTC), at most 366 days from now: 2026-12-31"), OPTION_TEXT, AT(waiver_expires) },
	{ GROUP_WAIVER, "ticket", 0, "TEXT", N_("Where it was discussed"), OPTION_TEXT, AT(waiver_ticket) },
	{ GROUP_WAIVER, "approved-by", 0, "NAME", N_("Who allowed it"), OPTION_TEXT, AT(waiver_approved_by) },

	{ GROUP_SCHEDULE, "on-calendar", 0, "WHEN", N_("As systemd.time(7) takes it (*-*-* 21:45: after the backup window)"), OPTION_TEXT, AT(on_calendar) },
	{ GROUP_SCHEDULE, "unit-directory", 0, "DIR", N_("Where drop-ins are kept (/etc/systemd/system)"), OPTION_TEXT, AT(unit_directory) },
	{ GROUP_SCHEDULE, "print", 0, NULL, N_("Only show what would be written"), OPTION_FLAG, AT(print) },
};
// clang-format on
const size_t option_count = COUNT(option_table);

bool option_is_setting(const struct option_row *row)
{
	static const unsigned groups = GROUP_TARGETS | GROUP_ACCESS | GROUP_PACE | GROUP_OUTCOME | GROUP_REPORT |
				       GROUP_STORE | GROUP_TALK | GROUP_CHECK | GROUP_MAIL;
	static const char *const others[] = { "rings", "at-once", "soak", "protect", "max-fail", "window",
		"wait-window", "lang", "keep-hosts", "keep-evidence" };

	if (row->group & groups)
		return row->help != NULL;
	FOR_EACH(name, others)
		if (!strcmp(row->name, *name))
			return true;
	return false;
}

const struct option_row *option_setting(const char *name)
{
	for (size_t i = 0; i < option_count; i++)
		if (!strcmp(option_table[i].name, name) && option_is_setting(&option_table[i]))
			return &option_table[i];
	return NULL;
}
