#pragma once
/* options: what a command line says. All options of all commands stand in one table (option_table.c), in groups; a
 * command names the groups that it takes. */

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include "report.h"

#define OPTION_NOT_GIVEN UINT_MAX
enum { SOURCES_MAX = 64, ARGUMENTS_MAX = 4096, FORMATS_MAX = 8 };

enum option_group { /* bits; in the order of --help */
	GROUP_TARGETS = 1,
	GROUP_ACCESS = 2,
	GROUP_PACE = 4,
	GROUP_OUTCOME = 8,
	GROUP_REPORT = 16,
	GROUP_STORE = 32,
	GROUP_TALK = 64,
	GROUP_HOSTS = 128,
	GROUP_SHOW = 256,
	GROUP_EXAMINE = 512,
	GROUP_RUN = 1024, /* which stored run */
	GROUP_RESUME = 2048,
	GROUP_STREAM = 4096,  /* records on stdout, of those of GROUP_REPORT */
	GROUP_REPAIR = 8192,  /* what a plan says */
	GROUP_CHANGE = 16384, /* how a change is carried out */
	GROUP_POLICY = 32768, /* what counts as a finding, of those of GROUP_OUTCOME */
	GROUP_CHECK = 65536,
	GROUP_CONFIG = 1 << 17,   /* where settings come from; every command takes it */
	GROUP_SETTINGS = 1 << 18, /* how they are shown */
	GROUP_WAIVER = 1 << 19,   /* what a waiver says */
	GROUP_SCHEDULE = 1 << 20,
	GROUP_DIFF = 2097152,
	GROUP_PIN = 4194304,
	GROUP_GC = 8388608,
	GROUP_MAIL = 1 << 24,
	GROUPS = 25,
};

enum progress_mode { PROGRESS_AUTO, PROGRESS_TTY, PROGRESS_PLAIN, PROGRESS_JSON, PROGRESS_NONE };
enum lang { LANG_OF_ENVIRONMENT, LANG_ENGLISH, LANG_JAPANESE };
enum scheme { SCHEME_AUTO, SCHEME_HTTPS, SCHEME_HTTP };

struct options {
	const char *argument[ARGUMENTS_MAX]; /* targets, or what the command says */
	size_t argument_count;
	const char *source[SOURCES_MAX];
	size_t source_count;
	const char *limit;

	const char *user, *password_file, *keytab, *cert, *key, *credentials, *credential;
	const char *ca_file, *pinned_key, *proxy, *trace_wire;
	unsigned scheme, auth, port; /* enum scheme, enum auth_method; port 0: the scheme's */
	unsigned cbt, tls_min;       /* 0: auto; 1: off. 0: TLS 1.2; 1: 1.3 */
	bool insecure_tls, insecure_plaintext, no_input;

	unsigned forks, rate;
	unsigned connect_timeout_s, operation_timeout_s, host_timeout_s, vssadmin_timeout_s,
		deadline_s; /* deadline 0: none */

	unsigned events;       /* enum event_source */
	unsigned since_s;      /* 0: not given; see prepare_policy() */
	unsigned min_coverage; /* percent */
	unsigned fail_on;      /* bits by enum verdict */
	bool isolate_required;
	const char *policy; /* file */
	const char *waivers;
	bool include_waived;

	const struct report_format *format[FORMATS_MAX];
	size_t format_count;
	const char *output; /* NULL: the default place */
	unsigned lang;      /* enum lang */
	unsigned csv_encoding;
	unsigned evidence; /* enum report_evidence */
	bool signoff;
	const char *csv_delimiter;
	bool csv_raw;
	unsigned prom_hosts;                    /* enum prom_hosts */
	const char *mail_to, *mail_from, *smtp; /* mail_to NULL: no mail */
	const char *smtp_user, *smtp_password_file, *smtp_ca_file;
	unsigned mail_policy, mail_heartbeat_s; /* enum mail_policy */
	bool syslog;

	const char *store, *run, *resume;

	unsigned progress, stats_every_s; /* enum progress_mode */
	bool quiet;

	bool fold, count; /* hosts */
	bool raw;         /* show */
	bool script;      /* examine */
	const char *vssadmin;

	unsigned max_age_s; /* check */
	const char *warning, *critical;

	unsigned diff_format; /* 0: lines, 1: CSV */
	bool exit_code;
	const char *as;                         /* runs pin */
	unsigned keep_hosts_s, keep_evidence_s; /* runs gc; 0: not given */

	/* fix, rollback, resume */
	bool apply, dry_run, no_restart, no_rollback, force, allow_role, allow_cluster, allow_pending_reboot,
		allow_users;
	const char *plan_out, *plan, *from_run;
	const char *rings, *max_fail; /* NULL: not given */
	unsigned soak_s, at_once;     /* OPTION_NOT_GIVEN */
	unsigned restart_timeout_s, verify_timeout_s, reboot_timeout_s;
	const char *window, *protect, *ticket;
	bool wait_window, yes;

	const char *config, *profile;
	bool sources_configured; /* source[] is of the configuration, not of the command line */
	bool origin;             /* config show */

	const char *waiver_hosts, *waiver_verdicts, *waiver_reason, *waiver_owner, *waiver_expires, *waiver_approved_by,
		*waiver_ticket;

	const char *on_calendar, *unit_directory; /* schedule */
	bool print;
};

/* Fills *o with defaults, then with the settings of the configuration (profile.h), then with what argv says. Ends the
 * program with EXIT_USAGE and one clear line if something is wrong, with 0 after --help. Then the language is the
 * one that they choose.
 * arguments: "[TARGET...]" or NULL for none; what: the text of --help. */
void options_parse(struct options *o, int argc, char **argv, unsigned groups, const char *arguments, const char *what);

/* Also told of a wrong command line, returns the exit code; who sets it has chosen the language. NULL: EXIT_USAGE. */
extern int (*options_refused)(const char *why);

/* Where the option's value comes from: "FILE:LINE", "VSSFLEET_NAME", "command line" or "built-in". After
 * options_parse(). */
struct option_row;
const char *options_origin(const struct option_row *row);
/* The command line itself gives it, not the configuration. */
bool options_said(const char *name);

struct report_options options_report(const struct options *o);
