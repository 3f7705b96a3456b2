/* program_system: schtasks, reg, shutdown and the small ones. */

#include "program.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "edition.h"
#include "own.h"

enum {
	SHUTDOWN_DELAY_S = 30,
	SHUTDOWN_DELAY_MOST_S = 315360000,
	SHUTDOWN_COMMENT_MOST = 512,
	SHUTDOWN_IN_PROGRESS = 1115,
	NO_SHUTDOWN_IN_PROGRESS = 1116,
	SHUTDOWN_IS_SCHEDULED = 1190,
	PING_MOST = 86400,
};

/* What differs: when it begins, the schedule, and whether the task is enabled. */
static const char backup_task[] =
	"<?xml version=\"1.0\" encoding=\"UTF-16\"?>\r\n"
	"<Task version=\"1.2\" xmlns=\"http://schemas.microsoft.com/windows/2004/02/mit/task\">\r\n"
	"  <RegistrationInfo>\r\n    <Author>NT AUTHORITY\\SYSTEM</Author>\r\n"
	"    <SecurityDescriptor>D:(A;;GA;;;BA)(A;;GA;;;SY)</SecurityDescriptor>\r\n  </RegistrationInfo>\r\n"
	"  <Triggers>\r\n    <CalendarTrigger id=\"Trigger 1\">\r\n      "
	"<StartBoundary>2016-04-01T%s:00</StartBoundary>\r\n"
	"      <Enabled>true</Enabled>\r\n      %s\r\n"
	"    </CalendarTrigger>\r\n  </Triggers>\r\n"
	"  <Settings>\r\n    <Enabled>%s</Enabled>\r\n    <ExecutionTimeLimit>P3D</ExecutionTimeLimit>\r\n  "
	"</Settings>\r\n"
	"  <Principals>\r\n    <Principal id=\"Author\">\r\n      <UserId>S-1-5-18</UserId>\r\n"
	"      <RunLevel>HighestAvailable</RunLevel>\r\n    </Principal>\r\n  </Principals>\r\n"
	"  <Actions Context=\"Author\">\r\n    <Exec>\r\n      <Command>%%windir%%\\System32\\wbadmin.exe</Command>\r\n"
	"      <Arguments>start backup -templateId:{f11eb3ab-74a6-4eb3-9af8-2a9b2cd1e4b7} -quiet</Arguments>\r\n"
	"    </Exec>\r\n  </Actions>\r\n</Task>\r\n";

static const char
	daily[] = "<ScheduleByDay>\r\n        <DaysInterval>1</DaysInterval>\r\n      </ScheduleByDay>",
	weekly[] = "<ScheduleByWeek>\r\n        <WeeksInterval>1</WeeksInterval>\r\n"
		   "        <DaysOfWeek>\r\n          <Sunday />\r\n        </DaysOfWeek>\r\n      </ScheduleByWeek>";

/* By the host's local time: Japan's. The daily backup is never near, unless that is what the host is for. */
static void tell_backup_time(const struct program *p, char text[sizeof("21:00")])
{
	enum { EAST_S = 9 * 3600, SOON_S = 20 * 60, FAR_S = 12 * 3600 };
	time_t at = time(NULL) + EAST_S + (p->host->scenario->backup == BACKUP_SOON ? SOON_S : FAR_S);
	struct tm tm;

	strftime(text, sizeof("21:00"), "%H:%M", gmtime_r(&at, &tm));
}

unsigned program_schtasks(struct program *p)
{
	const char *name = argument(p, "tn");
	char begins[sizeof("21:00")];

	if (host_has_server_backup(p->host) && has_argument(p, "query") && has_argument(p, "xml") && name &&
		strcasecmp(name, "\\Microsoft\\Windows\\Backup\\Microsoft-Windows-WindowsBackup") == 0) {
		tell_backup_time(p, begins);
		tell(p, backup_task, begins, p->host->scenario->backup == BACKUP_WEEKLY ? weekly : daily,
			p->host->scenario->backup == BACKUP_TASK_DISABLED ? "false" : "true");
		return 0;
	}
	tell_error(p, program_language(p) == LANGUAGE_JA ? "エラー: 指定されたファイルが見つかりません。\r\n"
							 : "ERROR: The system cannot find the file specified.\r\n");
	return 1;
}

static bool key_is(const char *key, const char *path)
{
	static const char *const roots[] = { "HKLM\\", "HKEY_LOCAL_MACHINE\\" };

	FOR_EACH(root, roots)
		if (strncasecmp(key, *root, strlen(*root)) == 0)
			return strcasecmp(key + strlen(*root), path) == 0;
	return false;
}

/* The value of the registry that a key and name stand for; false: there is none. */
static bool registry_value(struct program *p, const char *key, const char *name, const char **type, struct str *data)
{
	const struct scenario *scenario = p->host->scenario;

	*type = "REG_SZ";
	if (key_is(key, "SYSTEM\\CurrentControlSet\\Control\\Nls\\CodePage") && strcasecmp(name, "OEMCP") == 0) {
		str_addf(data, "%u", language_oem_codepage(scenario->language));
	} else if (key_is(key, "SYSTEM\\CurrentControlSet\\Control\\Nls\\CodePage") && strcasecmp(name, "ACP") == 0) {
		str_addf(data, "%u", language_ansi_codepage(scenario->language));
	} else if (key_is(key, "SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion") &&
		   strcasecmp(name, "CurrentBuild") == 0) {
		str_add(data, edition_of(scenario)->build);
	} else if (key_is(key, "SYSTEM\\CurrentControlSet\\Control") &&
		   strcasecmp(name, "SvcHostSplitThresholdInKB") == 0 && scenario->windows >= WINDOWS_2019) {
		*type = "REG_DWORD";
		str_add(data, "0x380000");
	} else if (key_is(key, "SYSTEM\\CurrentControlSet\\Services\\EventSystem") && strcasecmp(name, "Type") == 0) {
		*type = "REG_DWORD";
		str_addf(data, "0x%x", (unsigned)services_find(&p->host->services, "EventSystem")->type);
	} else {
		return false;
	}
	return true;
}

/* Keys that mean something by being there. */
static bool registry_key(const struct program *p, const char *key)
{
	enum repair repair = p->host->scenario->repair;

	return (repair == REPAIR_REBOOT_PENDING && key_is(key, "SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Component"
							       " Based Servicing\\RebootPending")) ||
	       (repair == REPAIR_REBOOT_REQUIRED && key_is(key, "SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\WindowsU"
								"pdate\\Auto Update\\RebootRequired"));
}

static unsigned no_such_key(struct program *p)
{
	tell_error(p, program_language(p) == LANGUAGE_JA
			      ? "エラー: 指定されたレジストリ キーまたは値が見つかりませんでした\r\n"
			      : "ERROR: The system was unable to find the specified registry key or value.\r\n");
	return 1;
}

unsigned program_reg(struct program *p)
{
	const char *name = argument(p, "v"), *type, *key = p->argc > 2 ? p->argv[2] : "";
	OWN_VALUE(str_done) struct str data = { 0 };

	if (p->argc < 3 || strcasecmp(p->argv[1], "query") != 0)
		return no_such_key(p);
	if (!name && registry_key(p, key)) {
		tell(p, "\r\nHKEY_LOCAL_MACHINE\\%s\r\n\r\n", strchr(key, '\\') + 1);
		return 0;
	}
	if (!name || !registry_value(p, key, name, &type, &data))
		return no_such_key(p);
	tell(p, "\r\nHKEY_LOCAL_MACHINE\\%s\r\n    %s    %s    %s\r\n\r\n", strchr(key, '\\') + 1, name, type,
		str_text(&data));
	return 0;
}

static unsigned shutdown_fails(struct program *p, unsigned code)
{
	const char *text = code == SHUTDOWN_IS_SCHEDULED  ? "A system shutdown has already been scheduled."
			   : code == SHUTDOWN_IN_PROGRESS ? "A system shutdown is in progress."
							  : "Unable to abort the system shutdown because no "
							    "shutdown was in progress.";

	tell_error(p, "%s(%u)\r\n", text, code);
	return code;
}

/* [p:|u:]major:minor */
static bool is_reason(const char *text)
{
	unsigned major, minor;
	int end = 0;

	if (strncasecmp(text, "p:", 2) == 0 || strncasecmp(text, "u:", 2) == 0)
		text += 2;
	return sscanf(text, "%3u:%5u%n", &major, &minor, &end) == 2 && !text[end] && major < 256 && minor < 65536;
}

static bool read_shutdown(const struct program *p, unsigned long *seconds, bool *returns)
{
	bool known = has_argument(p, "r") || has_argument(p, "s");
	char *end;

	*returns = has_argument(p, "r");
	*seconds = SHUTDOWN_DELAY_S;
	for (int i = 1; i < p->argc && known; i++) {
		const char *arg = p->argv[i], *value = i + 1 < p->argc ? p->argv[i + 1] : "";
		if (!strchr("/-", *arg) || !arg[1] || arg[2])
			return false;
		switch (arg[1] | 0x20) {
		case 't':
			*seconds = strtoul(value, &end, 10);
			known = end != value && !*end && *seconds <= SHUTDOWN_DELAY_MOST_S;
			i++;
			break;
		case 'd':
			known = is_reason(value);
			i++;
			break;
		case 'c':
			known = *value && strlen(value) <= SHUTDOWN_COMMENT_MOST;
			i++;
			break;
		default:
			known = strchr("rsf", arg[1] | 0x20) != NULL;
		}
	}
	return known;
}

unsigned program_shutdown(struct program *p)
{
	uint64_t now = program_clock(p);
	unsigned long seconds;
	bool returns;

	if (has_argument(p, "a")) {
		host_changed(p->host, "abort shutdown");
		if (!p->host->reboot_at)
			return shutdown_fails(p, NO_SHUTDOWN_IN_PROGRESS);
		p->host->reboot_at = 0;
		return 0;
	}
	if (!read_shutdown(p, &seconds, &returns)) {
		tell(p, "Usage: shutdown [/i | /l | /s | /sg | /r | /g | /a | /p | /h | /e | /o] [/hybrid] [/soft] "
			"[/fw] "
			"[/f]\r\n");
		return 1;
	}
	host_changed(p->host, "shutdown");
	if (p->host->reboot_at && now >= p->host->reboot_at)
		return shutdown_fails(p, SHUTDOWN_IN_PROGRESS);
	if (!host_plan_reboot(p->host, now + options_real_ms(p->host->options, 1000.0 * (double)seconds) + 1, returns))
		return shutdown_fails(p, SHUTDOWN_IS_SCHEDULED);
	return 0;
}

unsigned program_hostname(struct program *p)
{
	tell(p, "%s\r\n", p->host->netbios);
	return 0;
}

/* Both are used to wait. An echo a second; the target is the word that is neither a switch nor its value. */
unsigned program_ping(struct program *p)
{
	unsigned long count = 4;
	const char *target = NULL;

	for (int i = 1; i < p->argc; i++) {
		bool is_switch = strchr("/-", *p->argv[i]) && p->argv[i][1];
		if (!is_switch) {
			target = p->argv[i];
		} else if (strchr("nlwirvs", p->argv[i][1] | 0x20) && i + 1 < p->argc) {
			count = (p->argv[i][1] | 0x20) == 'n' ? strtoul(p->argv[i + 1], NULL, 10) : count;
			i++;
		}
	}
	if (!target) {
		tell(p, "IP address must be specified.\r\n");
		return 1;
	}
	if (count > 1 && count < PING_MOST)
		program_wait(p, (unsigned)(count - 1) * 1000);
	tell(p, "\r\nPing statistics for %s:\r\n    Packets: Sent = %lu, Received = %lu, Lost = 0 (0%% loss),\r\n",
		target, count, count);
	return 0;
}

/* Only at a console: where input is redirected, as in a remote shell, it ends at once. */
unsigned program_timeout(struct program *p)
{
	const char *seconds = argument(p, "t");
	unsigned long value = seconds ? strtoul(seconds, NULL, 10) : 0;

	if (!p->has_console) {
		tell_error(p, "ERROR: Input redirection is not supported, exiting the process immediately.\r\n");
		return 1;
	}
	if (value && value < PING_MOST)
		program_wait(p, (unsigned)value * 1000);
	return 0;
}
