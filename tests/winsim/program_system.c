/* program_system: schtasks, reg, shutdown and the small ones. */

#include "program.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "edition.h"
#include "journal.h"
#include "own.h"

enum { SHUTDOWN_DELAY_MS = 30000 };

/* What differs: the schedule, and whether the task is enabled. */
static const char backup_task[] =
	"<?xml version=\"1.0\" encoding=\"UTF-16\"?>\r\n"
	"<Task version=\"1.2\" xmlns=\"http://schemas.microsoft.com/windows/2004/02/mit/task\">\r\n"
	"  <RegistrationInfo>\r\n    <Author>NT AUTHORITY\\SYSTEM</Author>\r\n"
	"    <SecurityDescriptor>D:(A;;GA;;;BA)(A;;GA;;;SY)</SecurityDescriptor>\r\n  </RegistrationInfo>\r\n"
	"  <Triggers>\r\n    <CalendarTrigger id=\"Trigger 1\">\r\n      "
	"<StartBoundary>2016-04-01T21:00:00</StartBoundary>\r\n"
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

unsigned program_schtasks(struct program *p)
{
	const char *name = argument(p, "tn");

	if (host_has_server_backup(p->host) && has_argument(p, "query") && has_argument(p, "xml") && name &&
		strcasecmp(name, "\\Microsoft\\Windows\\Backup\\Microsoft-Windows-WindowsBackup") == 0) {
		tell(p, backup_task, p->host->scenario->backup == BACKUP_WEEKLY ? weekly : daily,
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

unsigned program_reg(struct program *p)
{
	const char *name = argument(p, "v"), *type, *key = p->argc > 2 ? p->argv[2] : "";
	OWN_VALUE(str_done) struct str data = { 0 };

	if (p->argc < 3 || strcasecmp(p->argv[1], "query") != 0 || !name ||
		!registry_value(p, key, name, &type, &data)) {
		tell_error(
			p, program_language(p) == LANGUAGE_JA
				   ? "エラー: 指定されたレジストリ キーまたは値が見つかりませんでした\r\n"
				   : "ERROR: The system was unable to find the specified registry key or value.\r\n");
		return 1;
	}
	tell(p, "\r\nHKEY_LOCAL_MACHINE\\%s\r\n    %s    %s    %s\r\n\r\n", strchr(key, '\\') + 1, name, type,
		str_text(&data));
	return 0;
}

unsigned program_shutdown(struct program *p)
{
	const char *after = argument(p, "t");

	if (!has_argument(p, "r"))
		return 87;
	journal_count(COUNT_MUTATING, 1);
	p->host->reboot_at =
		clock_ms() + options_real_ms(p->host->options,
				     after ? 1000.0 * (double)strtoul(after, NULL, 10) : SHUTDOWN_DELAY_MS);
	return 0;
}

unsigned program_ver(struct program *p)
{
	tell(p, "\r\nMicrosoft Windows [Version %s]\r\n", edition_of(p->host->scenario)->version);
	return 0;
}

unsigned program_hostname(struct program *p)
{
	tell(p, "%s\r\n", p->host->netbios);
	return 0;
}

/* Both are used to wait. */
unsigned program_ping(struct program *p)
{
	const char *count = argument(p, "n");
	unsigned long seconds = count ? strtoul(count, NULL, 10) : 4;

	p->result->delay_ms += seconds > 1 && seconds < 3600 ? (unsigned)(seconds - 1) * 1000 : 0;
	return 0;
}

unsigned program_timeout(struct program *p)
{
	const char *seconds = argument(p, "t");
	unsigned long value = seconds ? strtoul(seconds, NULL, 10) : 0;

	p->result->delay_ms += value < 3600 ? (unsigned)value * 1000 : 0;
	return 0;
}
