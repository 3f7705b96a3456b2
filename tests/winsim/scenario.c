/* scenario: the catalogue. Healthy is what is left when nothing is the matter, so a row names only what differs. */

#include "scenario.h"

#include <string.h>

#include "own.h"

#define ALSO_HONEST "unknown|unreachable"

#define AFFECTED .writers = WRITERS_GONE, .events = EVENTS_PUBLISHED

// clang-format off
static const struct scenario scenarios[] = {
	/* Writers present, and nothing to do. */
	{ "healthy-2019-en", "healthy", .windows = WINDOWS_2019, .weight = 400, .sample = true },
	{ "healthy-2022-de", "healthy", .windows = WINDOWS_2022, .language = LANGUAGE_DE, .weight = 60, .sample = true },
	{ "healthy-2019-pl", "healthy", .windows = WINDOWS_2019, .language = LANGUAGE_PL, .weight = 20 },
	{ "healthy-2016-isolated-fr", "healthy", .windows = WINDOWS_2016, .language = LANGUAGE_FR,
	  .eventsystem = EVENTSYSTEM_OWN, .weight = 50, .sample = true },
	{ "healthy-2019-sql", "healthy", .windows = WINDOWS_2019, .sql_server = true, .weight = 40 },
	{ "shared-2012r2-en", "shared", .weight = 110 },
	{ "shared-2012r2-ja", "shared", .language = LANGUAGE_JA, .weight = 110, .sample = true },
	{ "shared-2016", "shared", .windows = WINDOWS_2016, .weight = 110 },
	{ "third-party", "healthy", .windows = WINDOWS_2019, .writers = WRITERS_THIRD_PARTY, .weight = 3 },
	{ "many-writers", "healthy", .windows = WINDOWS_2019, .writers = WRITERS_MANY, .weight = 2 },
	{ "chopped-output", "shared", .language = LANGUAGE_JA, .trouble = TROUBLE_CHOPPED_OUTPUT, .weight = 2 },
	{ "busy", "busy", .windows = WINDOWS_2019, .writers = WRITERS_IN_BACKUP, .weight = 6, .sample = true },

	/* The published fault and its relatives. */
	{ "affected-2012r2-ja", "affected", .language = LANGUAGE_JA, .writers = WRITERS_GONE, .events = EVENTS_PUBLISHED,
	  .fixed_pid = 816, .weight = 12, .sample = true },
	{ "affected-2012r2-en", "affected", .writers = WRITERS_GONE, .events = EVENTS_PUBLISHED, .weight = 7 },
	{ "affected-2012r2-ja-cp932", "affected", .language = LANGUAGE_JA, .writers = WRITERS_GONE,
	  .events = EVENTS_PUBLISHED, .ignores_codepage = true, .weight = 2 },
	{ "affected-2016-hyperv", "affected", .windows = WINDOWS_2016, .platform = PLATFORM_HYPERV,
	  .writers = WRITERS_GONE, .events = EVENTS_PUBLISHED, .weight = 2 },
	{ "affected-probable", "affected", .writers = WRITERS_GONE, .events = EVENTS_ROLLED_OVER, .weight = 2 },
	{ "affected-express", "affected", .writers = WRITERS_EXPRESS_ONLY, .events = EVENTS_PUBLISHED, .weight = 1 },
	{ "affected-stubborn", "affected", .writers = WRITERS_GONE_FOR_GOOD, .events = EVENTS_PUBLISHED },
	{ "affected-partly-back", "affected", .writers = WRITERS_COME_BACK_PARTLY, .events = EVENTS_PUBLISHED },
	{ "affected-2019-grouped", "affected", .windows = WINDOWS_2019, .writers = WRITERS_GONE,
	  .events = EVENTS_PUBLISHED, .little_memory = true },
	{ "affected-before-boot", "affected", .writers = WRITERS_GONE, .events = EVENTS_BEFORE_BOOT },
	{ "affected-only-8193", "affected", .writers = WRITERS_GONE, .events = EVENTS_ONLY_8193 },
	{ "affected-only-13", "affected", .writers = WRITERS_GONE, .events = EVENTS_ONLY_13 },
	{ "affected-reboots", "affected", .writers = WRITERS_GONE, .events = EVENTS_REBOOTS },
	{ "affected-log-cleared", "affected", .writers = WRITERS_GONE, .events = EVENTS_CLEARED },
	{ "shared-ja-cp932", "shared", .language = LANGUAGE_JA, .ignores_codepage = true, .weight = 3 },
	{ "fix-pending", "fix_pending", .eventsystem = EVENTSYSTEM_OWN_PENDING, .weight = 4, .fix = 5, .sample = true },
	{ "fix-pending-gone", "fix_pending", .language = LANGUAGE_JA, .writers = WRITERS_GONE,
	  .events = EVENTS_PUBLISHED, .eventsystem = EVENTSYSTEM_OWN_PENDING, .weight = 1, .fix = 5 },
	{ "at-risk", "at_risk", .events = EVENTS_PUBLISHED, .weight = 5, .sample = true },

	/* The published fault on servers that behave in their own ways when they are repaired. */
	{ "fix-plain", "affected", AFFECTED, .fix = 200 },
	{ "fix-plain-ja", "affected", AFFECTED, .language = LANGUAGE_JA, .fix = 200 },
	{ "fix-2016", "affected", AFFECTED, .windows = WINDOWS_2016, .fix = 120 },
	{ "fix-2016-ja", "affected", AFFECTED, .windows = WINDOWS_2016, .language = LANGUAGE_JA, .fix = 60 },
	{ "fix-2019-grouped", "affected", AFFECTED, .windows = WINDOWS_2019, .little_memory = true, .fix = 100 },
	{ "fix-dfsr", "affected", AFFECTED, .edition = EDITION_DOMAIN_CONTROLLER,
	  .roles = ROLE_DFSR | ROLE_DHCP | ROLE_NTDS, .fix = 15 },
	{ "fix-wins", "affected", AFFECTED, .roles = ROLE_WINS, .fix = 5 },
	{ "fix-sql-dependent", "affected", AFFECTED, .windows = WINDOWS_2016, .sql_server = true, .roles = ROLE_AGENT,
	  .fix = 10 },
	{ "fix-cluster", "affected", AFFECTED, .windows = WINDOWS_2016, .roles = ROLE_CLUSTER, .fix = 10 },
	{ "fix-stubborn", "affected", .writers = WRITERS_GONE_FOR_GOOD, .events = EVENTS_PUBLISHED, .fix = 10 },
	{ "fix-partly", "affected", .writers = WRITERS_COME_BACK_PARTLY, .events = EVENTS_PUBLISHED, .fix = 10 },
	{ "fix-relapse", "affected", AFFECTED, .repair = REPAIR_RELAPSES, .fix = 5 },
	{ "fix-denied", "affected", AFFECTED, .repair = REPAIR_CONFIG_DENIED, .fix = 10 },
	{ "fix-stop-denied", "affected", AFFECTED, .repair = REPAIR_STOP_DENIED, .fix = 5 },
	{ "fix-create-denied", "affected", AFFECTED, .repair = REPAIR_CREATE_DENIED, .fix = 5 },
	{ "fix-change-87", "affected", AFFECTED, .repair = REPAIR_CONFIG_INVALID, .fix = 5 },
	{ "fix-slow-stop", "affected", AFFECTED, .repair = REPAIR_SLOW_STOP, .fix = 10 },
	{ "fix-hanging-stop", "affected", AFFECTED, .repair = REPAIR_HANGING_STOP, .fix = 5 },
	{ "fix-dependent-hangs", "affected", AFFECTED, .repair = REPAIR_DEPENDENT_HANGS },
	{ "fix-start-fails", "affected", AFFECTED, .repair = REPAIR_START_FAILS, .fix = 5 },
	{ "fix-start-never", "affected", AFFECTED, .repair = REPAIR_START_NEVER, .fix = 5 },
	{ "fix-start-disabled", "affected", AFFECTED, .repair = REPAIR_START_DISABLED },
	{ "fix-late-dependent", "affected", AFFECTED, .repair = REPAIR_LATE_DEPENDENT, .fix = 5 },
	{ "fix-dies", "affected", AFFECTED, .repair = REPAIR_DIES, .fix = 10 },
	{ "fix-cut-shell", "affected", AFFECTED, .repair = REPAIR_CUT_SHELL, .fix = 5 },
	{ "fix-script-killed", "affected", AFFECTED, .repair = REPAIR_SCRIPT_KILLED, .fix = 5 },
	{ "fix-busy", "busy", .writers = WRITERS_IN_BACKUP, .events = EVENTS_PUBLISHED, .fix = 10 },
	{ "fix-backup-soon", "affected", AFFECTED, .backup = BACKUP_SOON },
	{ "fix-backup-starts", "affected|busy", AFFECTED, .repair = REPAIR_BACKUP_STARTS, .fix = 5 },
	{ "fix-backup-meets", "affected", .writers = WRITERS_GONE_FOR_GOOD, .events = EVENTS_PUBLISHED,
	  .repair = REPAIR_BACKUP_MEETS },
	{ "fix-isolated", "healthy", .windows = WINDOWS_2016, .eventsystem = EVENTSYSTEM_OWN, .fix = 50 },
	{ "fix-isolated-ja", "healthy", .language = LANGUAGE_JA, .eventsystem = EVENTSYSTEM_OWN, .fix = 30 },
	{ "fix-shell-disabled", "unknown", AFFECTED, .trouble = TROUBLE_SHELL_DISABLED, .fix = 5 },
	{ "fix-reboot-pending", "affected", AFFECTED, .repair = REPAIR_REBOOT_PENDING, .fix = 10 },
	{ "fix-reboot-required", "affected", AFFECTED, .repair = REPAIR_REBOOT_REQUIRED, .fix = 5 },
	{ "fix-users", "affected", AFFECTED, .users = true },
	{ "fix-never-returns", "affected", AFFECTED, .repair = REPAIR_NEVER_RETURNS },
	{ "fix-slow-boot", "affected", AFFECTED, .repair = REPAIR_SLOW_BOOT, .fix = 5 },

	/* No writers, but for another reason; faults of single writers. */
	{ "writers-missing-stopped", "writers_missing", .writers = WRITERS_GONE, .events = EVENTS_STOPPED,
	  .eventsystem = EVENTSYSTEM_STOPPED, .weight = 2, .sample = true },
	{ "writers-missing-isolated", "writers_missing", .windows = WINDOWS_2016, .writers = WRITERS_GONE_FOR_GOOD,
	  .eventsystem = EVENTSYSTEM_OWN, .weight = 1 },
	{ "writers-missing-split", "writers_missing", .windows = WINDOWS_2019, .writers = WRITERS_GONE_FOR_GOOD,
	  .weight = 1 },
	{ "writers-missing-typelib", "writers_missing", .writers = WRITERS_GONE_FOR_GOOD, .events = EVENTS_TYPELIB,
	  .weight = 1 },
	{ "vss-fault-failed", "vss_fault", .windows = WINDOWS_2019, .sql_server = true, .writers = WRITERS_ONE_FAILED,
	  .weight = 4, .sample = true },
	{ "vss-fault-retryable", "vss_fault", .windows = WINDOWS_2019, .sql_server = true,
	  .writers = WRITERS_ONE_RETRYABLE, .weight = 3 },
	{ "partial", "vss_fault", .writers = WRITERS_NO_SYSTEM, .weight = 2 },

	{ "writers-missing-disabled", "writers_missing", .writers = WRITERS_GONE, .events = EVENTS_STOPPED,
	  .eventsystem = EVENTSYSTEM_DISABLED },
	{ "writers-missing-restarted", "writers_missing", .windows = WINDOWS_2016, .writers = WRITERS_GONE_FOR_GOOD,
	  .eventsystem = EVENTSYSTEM_OWN_RESTARTED },
	{ "vss-fault-stale", "vss_fault", .windows = WINDOWS_2019, .sql_server = true, .writers = WRITERS_ONE_STALE },
	{ "left-waiting-veeam", "busy|vss_fault", .windows = WINDOWS_2019, .writers = WRITERS_LEFT_WAITING,
	  .backup = BACKUP_VEEAM },
	{ "left-waiting", "vss_fault", .windows = WINDOWS_2019, .writers = WRITERS_LEFT_WAITING },
	{ "vsock", "vss_fault", .edition = EDITION_DOMAIN_CONTROLLER, .writers = WRITERS_NO_SYSTEM,
	  .events = EVENTS_NOTHING_BACKED_UP },
	{ "guest-2003", "vss_fault", .edition = EDITION_2003, .platform = PLATFORM_HYPERV,
	  .writers = WRITERS_ALL_FAILED },
	{ "vss-hosted-missing", "vss_fault", .writers = WRITERS_NONE_OF_VSS },
	{ "provider-fault", "vss_fault", .windows = WINDOWS_2019, .events = EVENTS_PROVIDER },

	/* What looks like a fault and is none. */
	{ "client-81", "shared", .edition = EDITION_CLIENT, .platform = PLATFORM_PHYSICAL },
	{ "neighbours-stopped", "healthy", .eventsystem = EVENTSYSTEM_LEFT_ALONE },
	{ "backup-weekly", "shared", .backup = BACKUP_WEEKLY },
	{ "backup-disabled", "shared", .backup = BACKUP_TASK_DISABLED },
	{ "backup-none", "shared", .backup = BACKUP_NONE },
	{ "backup-veeam", "healthy", .windows = WINDOWS_2019, .backup = BACKUP_VEEAM },
	{ "two-adam", "healthy", .windows = WINDOWS_2019, .writers = WRITERS_TWO_ADAM },
	{ "reboots", "shared", .events = EVENTS_REBOOTS },
	{ "callback-denied", "shared", .events = EVENTS_CALLBACK },
	{ "stale-profile", "shared", .windows = WINDOWS_2016, .events = EVENTS_STALE_PROFILE },
	{ "azure", "healthy", .windows = WINDOWS_2019, .platform = PLATFORM_HYPERV, .events = EVENTS_SW_PROV },

	/* vssadmin cannot be judged. */
	{ "vssadmin-missing", "unknown", .windows = WINDOWS_2019, .vssadmin = VSSADMIN_MISSING },
	{ "vssadmin-denied", "unknown", .windows = WINDOWS_2019, .vssadmin = VSSADMIN_DENIED, .weight = 3, .sample = true },
	{ "vssadmin-unexpected", "unknown", .language = LANGUAGE_JA, .vssadmin = VSSADMIN_UNEXPECTED_ERROR,
	  .events = EVENTS_PUBLISHED, .weight = 2 },
	{ "vssadmin-catastrophic", "unknown", .vssadmin = VSSADMIN_CATASTROPHIC, .events = EVENTS_INCONSISTENT },
	{ "vssadmin-hang", "unknown", .vssadmin = VSSADMIN_HANGS, .weight = 1 },
	{ "vssadmin-empty", "unknown", .vssadmin = VSSADMIN_SILENT, .weight = 1 },
	{ "preamble-empty", "unknown", .windows = WINDOWS_2022, .language = LANGUAGE_DE,
	  .vssadmin = VSSADMIN_PREAMBLE_ONLY, .weight = 1 },
	{ "cut-output", "unknown", .windows = WINDOWS_2019, .vssadmin = VSSADMIN_CUT, .weight = 1 },

	/* The management path is in trouble. */
	{ "wmi-broken", "unknown|healthy", .windows = WINDOWS_2019, .trouble = TROUBLE_WMI_BROKEN, .weight = 2 },
	{ "read-only-account", "unknown", .writers = WRITERS_GONE, .events = EVENTS_PUBLISHED,
	  .trouble = TROUBLE_READ_ONLY },
	{ "subscription-denied", "unknown", .language = LANGUAGE_JA, .writers = WRITERS_GONE, .events = EVENTS_PUBLISHED,
	  .trouble = TROUBLE_SUBSCRIPTION_DENIED },
	{ "ntlogevent-quota", "unknown", .writers = WRITERS_GONE, .events = EVENTS_PUBLISHED,
	  .trouble = TROUBLE_NTLOGEVENT_QUOTA },
	{ "services-cut", "unknown", .trouble = TROUBLE_SERVICES_CUT },
	{ "eventsystem-stopping", "unknown", .eventsystem = EVENTSYSTEM_STOPPING },
	{ "eventsystem-stopping-gone", "unknown", .writers = WRITERS_GONE, .eventsystem = EVENTSYSTEM_STOPPING },
	{ "eventsystem-absent", "unknown", .eventsystem = EVENTSYSTEM_ABSENT },
	{ "shell-disabled", "unknown", .windows = WINDOWS_2019, .trouble = TROUBLE_SHELL_DISABLED, .weight = 2 },
	{ "shell-quota", "healthy|unknown", .windows = WINDOWS_2019, .trouble = TROUBLE_SHELL_QUOTA, .weight = 1 },
	{ "shell-quota-old", "shared|unknown", .trouble = TROUBLE_SHELL_QUOTA_OLD },
	{ "denied", "unknown", .windows = WINDOWS_2019, .trouble = TROUBLE_DENIED, .weight = 2 },
	{ "bad-password", "unreachable", .windows = WINDOWS_2019, .trouble = TROUBLE_BAD_PASSWORD, .weight = 1 },
	{ "refused", "unreachable", .windows = WINDOWS_2019, .trouble = TROUBLE_REFUSED, .weight = 7, .sample = true },
	{ "slow", "healthy|unknown|unreachable", .windows = WINDOWS_2019, .trouble = TROUBLE_SLOW, .weight = 2 },
	{ "slow-bytes", "healthy|" ALSO_HONEST, .windows = WINDOWS_2019, .trouble = TROUBLE_SLOW_BYTES, .weight = 1 },
	{ "http-503-twice", "healthy", .windows = WINDOWS_2019, .trouble = TROUBLE_HTTP_503_TWICE, .weight = 2 },

	/* Authentication: what administrators run into. */
	{ "filtered-token", "unknown", .windows = WINDOWS_2019, .trouble = TROUBLE_DENIED },
	{ "account-locked", "unreachable", .windows = WINDOWS_2019, .trouble = TROUBLE_BAD_PASSWORD },
	{ "ntlm-disabled", "healthy|unreachable", .windows = WINDOWS_2019, .trouble = TROUBLE_NTLM_DISABLED },
	{ "spn-foreign", "healthy", .windows = WINDOWS_2019, .trouble = TROUBLE_SPN_FOREIGN },
	{ "first-401-closes", "healthy", .windows = WINDOWS_2019, .trouble = TROUBLE_FIRST_401_CLOSES },
	{ "forgets-authentication", "healthy", .windows = WINDOWS_2019, .trouble = TROUBLE_FORGETS },
	{ "closes-between", "healthy", .windows = WINDOWS_2019, .trouble = TROUBLE_CLOSES_BETWEEN },
	{ "seal-blank-in-boundary", "healthy", .windows = WINDOWS_2019, .trouble = TROUBLE_SEAL_BLANK_IN_BOUNDARY },
	{ "seal-other-case", "healthy", .windows = WINDOWS_2019, .trouble = TROUBLE_SEAL_OTHER_CASE },
	{ "seal-open-end", "healthy", .windows = WINDOWS_2019, .trouble = TROUBLE_SEAL_OPEN_END },
	{ "seal-no-tabs", "healthy", .windows = WINDOWS_2019, .trouble = TROUBLE_SEAL_NO_TABS },

	/* Authentication: broken or hostile. */
	{ "ntlm-empty-target", "unreachable", .windows = WINDOWS_2019, .trouble = TROUBLE_NTLM_EMPTY_TARGET },
	{ "weak-challenge", "unreachable", .windows = WINDOWS_2019, .trouble = TROUBLE_WEAK_CHALLENGE },
	{ "endless-legs", "unreachable", .windows = WINDOWS_2019, .trouble = TROUBLE_ENDLESS_LEGS },
	{ "garbage-token", "unreachable", .windows = WINDOWS_2019, .trouble = TROUBLE_GARBAGE_TOKEN },
	{ "garbage-spnego", "unreachable", .windows = WINDOWS_2019, .trouble = TROUBLE_GARBAGE_SPNEGO },
	{ "oversized-header", "unreachable", .windows = WINDOWS_2019, .trouble = TROUBLE_OVERSIZED_HEADER },
	{ "no-mutual", "unreachable|healthy", .windows = WINDOWS_2019, .trouble = TROUBLE_NO_MUTUAL },
	{ "seal-wrong-length", ALSO_HONEST, .windows = WINDOWS_2019, .trouble = TROUBLE_SEAL_WRONG_LENGTH },
	{ "seal-cut", ALSO_HONEST, .windows = WINDOWS_2019, .trouble = TROUBLE_SEAL_CUT },
	{ "seal-damaged", ALSO_HONEST, .windows = WINDOWS_2019, .trouble = TROUBLE_SEAL_DAMAGED },
	{ "seal-missing", ALSO_HONEST, .windows = WINDOWS_2019, .trouble = TROUBLE_SEAL_MISSING },

	/* Legal, though seldom seen. */
	{ "chunked", "healthy", .windows = WINDOWS_2019, .trouble = TROUBLE_CHUNKED },
	{ "utf16-reply", "healthy", .windows = WINDOWS_2019, .trouble = TROUBLE_UTF16 },
	{ "prefixes", "healthy", .windows = WINDOWS_2019, .trouble = TROUBLE_PREFIXES },

	/* Broken or hostile. */
	{ "reset-early", "unreachable", .windows = WINDOWS_2019, .trouble = TROUBLE_RESET_EARLY },
	{ "reset-mid", ALSO_HONEST, .windows = WINDOWS_2019, .trouble = TROUBLE_RESET_MID },
	{ "truncated", ALSO_HONEST, .windows = WINDOWS_2019, .trouble = TROUBLE_TRUNCATED },
	{ "half-xml", ALSO_HONEST, .windows = WINDOWS_2019, .trouble = TROUBLE_HALF_XML },
	{ "http-500", ALSO_HONEST, .windows = WINDOWS_2022, .trouble = TROUBLE_HTTP_500 },
	{ "html-proxy", ALSO_HONEST, .windows = WINDOWS_2019, .trouble = TROUBLE_HTML },
	{ "redirect", ALSO_HONEST, .windows = WINDOWS_2019, .trouble = TROUBLE_REDIRECT },
	{ "gzip", "healthy|" ALSO_HONEST, .windows = WINDOWS_2019, .trouble = TROUBLE_GZIP },
	{ "hostile-texts", "vss_fault|healthy", .windows = WINDOWS_2019, .writers = WRITERS_HOSTILE_NAMES,
	  .events = EVENTS_HOSTILE },
	{ "xml-bomb", ALSO_HONEST, .windows = WINDOWS_2019, .trouble = TROUBLE_XML_BOMB },
	{ "deep-xml", ALSO_HONEST, .windows = WINDOWS_2019, .trouble = TROUBLE_DEEP_XML },
	{ "endless-pull", "healthy|" ALSO_HONEST, .windows = WINDOWS_2019, .trouble = TROUBLE_ENDLESS_PULL },
	{ "endless-receive", "unknown", .windows = WINDOWS_2019, .trouble = TROUBLE_ENDLESS_RECEIVE },
	{ "huge-text", ALSO_HONEST, .windows = WINDOWS_2019, .trouble = TROUBLE_HUGE_TEXT },
	{ "wrong-relates-to", ALSO_HONEST, .windows = WINDOWS_2019, .trouble = TROUBLE_WRONG_RELATES_TO },
};
// clang-format on

const struct scenario *scenario_at(size_t index)
{
	return index < COUNT(scenarios) ? &scenarios[index] : NULL;
}

const struct scenario *scenario_find(const char *name)
{
	FOR_EACH(s, scenarios)
		if (strcmp(s->name, name) == 0)
			return s;
	return NULL;
}

void scenario_list(FILE *to)
{
	FOR_EACH(s, scenarios)
		fprintf(to, "%-28s %s\n", s->name, s->expect);
}

bool scenario_spoils_answers(const struct scenario *scenario)
{
	switch (scenario->trouble) {
	case TROUBLE_RESET_MID:
	case TROUBLE_TRUNCATED:
	case TROUBLE_HALF_XML:
	case TROUBLE_GZIP:
	case TROUBLE_XML_BOMB:
	case TROUBLE_DEEP_XML:
	case TROUBLE_HUGE_TEXT:
	case TROUBLE_WRONG_RELATES_TO:
	case TROUBLE_SEAL_WRONG_LENGTH:
	case TROUBLE_SEAL_CUT:
	case TROUBLE_SEAL_DAMAGED:
	case TROUBLE_SEAL_MISSING:
		return true;
	default:
		return false;
	}
}

bool scenario_has_no_shell(const struct scenario *scenario)
{
	return scenario->trouble == TROUBLE_SHELL_DISABLED || scenario->trouble == TROUBLE_SUBSCRIPTION_DENIED ||
	       scenario->trouble == TROUBLE_NTLOGEVENT_QUOTA;
}

const char *language_tag(enum language language)
{
	static const char *const tags[] = {
		[LANGUAGE_EN] = "en-US",
		[LANGUAGE_JA] = "ja-JP",
		[LANGUAGE_DE] = "de-DE",
		[LANGUAGE_FR] = "fr-FR",
		[LANGUAGE_PL] = "pl-PL",
	};

	return tags[language];
}

unsigned language_oem_codepage(enum language language)
{
	static const unsigned pages[] = {
		[LANGUAGE_EN] = 437,
		[LANGUAGE_JA] = 932,
		[LANGUAGE_DE] = 850,
		[LANGUAGE_FR] = 850,
		[LANGUAGE_PL] = 852,
	};

	return pages[language];
}

unsigned language_ansi_codepage(enum language language)
{
	static const unsigned pages[] = {
		[LANGUAGE_EN] = 1252,
		[LANGUAGE_JA] = 932,
		[LANGUAGE_DE] = 1252,
		[LANGUAGE_FR] = 1252,
		[LANGUAGE_PL] = 1250,
	};

	return pages[language];
}
