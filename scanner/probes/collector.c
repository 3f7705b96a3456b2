/* collector: see the header. Theory of operation: the script keeps what programs print as they print it, and beside it
 * their exit codes and, last of all, the hash of each file, so that nothing that was cut or damaged on its way is ever
 * taken for what the server said. It decides nothing and parses nothing, not even what certutil prints of a hash, for
 * cmd.exe could do so only by the words of one language.
 *
 * Rules of cmd.exe that it stands on: paths are always quoted and set by set "NAME=VALUE", so that blanks, &, ^ and )
 * in them mean nothing; DisableDelayedExpansion leaves ! alone; %ERRORLEVEL% is read on a line of its own, because a
 * line is expanded as a whole before it runs, and a variable of that name would hide it; redirections stand before
 * echo, or its last digit would be taken for a handle; programs are named by their full path, for cmd.exe looks into
 * the current folder first; a 32-bit cmd.exe finds the real ones in Sysnative. */
#include "collector.h"

#include <string.h>

#include "backup.h"
#include "eventlog.h"
#include "events.h"
#include "own.h"

enum { LIVE_S = 3600, COMMAND_MAX = 4000 }; /* vssadmin may wait minutes for each writer */

/* SHA-256 of nothing: certutil maps the file into memory, and fails on an empty one with 0x800703ee. It stands behind
 * what certutil says, and the first hash counts: a size that is not yet right, on a share, does no harm. */
#define HASH_OF_NOTHING "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

#define WINDOWS "\"HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\""
#define CONTROL "HKLM\\SYSTEM\\CurrentControlSet\\Control\\"
#define SMBIOS "HKLM\\HARDWARE\\DESCRIPTION\\System\\BIOS"
#define SYSTEM_VALUE(key, name) "system.txt", NULL, "environment", "reg query " key " /v " name
#define NEWEST_BACKUP(ids) "wevtutil qe " BACKUP_CHANNEL " \"/q:*[System[(" ids ")]]\" /c:1 /rd:true /f:xml /e:Events"

// clang-format off
const struct collected_file collected_files[] = {
	{ SYSTEM_VALUE(WINDOWS, "ProductName") },
	{ SYSTEM_VALUE(WINDOWS, "CurrentVersion") },
	{ SYSTEM_VALUE(WINDOWS, "CurrentBuildNumber") },
	{ SYSTEM_VALUE(WINDOWS, "CurrentMajorVersionNumber") }, /* these two since Windows 10 and Server 2016 */
	{ SYSTEM_VALUE(WINDOWS, "CurrentMinorVersionNumber") },
	{ SYSTEM_VALUE(CONTROL "ProductOptions", "ProductType") },
	{ SYSTEM_VALUE(CONTROL "Nls\\Language", "Default") },
	{ SYSTEM_VALUE(SMBIOS, "SystemManufacturer") },
	{ SYSTEM_VALUE(SMBIOS, "SystemProductName") },
	{ SYSTEM_VALUE(CONTROL "ComputerName\\ActiveComputerName", "ComputerName") },
	{ SYSTEM_VALUE(CONTROL "Nls\\CodePage", "OEMCP") }, /* the last one tells whether reg worked: every Windows has it */

	/* The time in UTC whatever the language: that of a file which was just made. */
	{ NULL, NULL, NULL, "wevtutil epl Application \"%CLOCK%\" \"/q:*[System[(EventID=65535)]]\" /ow:true" },
	{ "clock.txt", NULL, "environment", "wevtutil gli \"%CLOCK%\" /lf:true" },
	{ "boot.xml", NULL, "events", /* which of them are older than the last start */
		"wevtutil qe System \"/q:*[System[Provider[@Name='Microsoft-Windows-Kernel-General'] and (EventID=12)]]\" /c:1 /rd:true /f:xml /e:Events" },

	{ "eventsystem.txt", "type", "services", "reg query HKLM\\SYSTEM\\CurrentControlSet\\Services\\EventSystem /v Type" },
	{ "tasklist.csv", "tasklist", "services", "tasklist /svc /fo csv /nh" },

	{ "backup-task.xml", "task", "backup", "schtasks /query /tn " BACKUP_TASK " /xml" },
	{ "backup-success.xml", "success", "backup", NEWEST_BACKUP("EventID=4") },
	{ "backup-failure.xml", "failure", "backup",
		NEWEST_BACKUP("EventID=5 or EventID=7 or EventID=9 or EventID=19 or EventID=49 or EventID=50") },

	/* The newest record tells apart what asking for the writers provokes: see vss.c. */
	{ "oldest.xml", "oldest", "events", "wevtutil qe Application /c:1 /f:xml /e:Events" },
	{ "events.xml", "events", "events", NULL },
	{ "newest.xml", "newest", "events", "wevtutil qe Application /c:1 /rd:true /f:xml /e:Events" },
	{ "vssadmin.txt", "writers", "vss", "vssadmin list writers" },
	{ "live.xml", "live", "events", NULL },
};

static const char *const head[] = {
	"@echo off",
	"rem Collects what \"vssfleet examine\" judges, as files in a folder that is named like this computer.",
	"rem Reads only. Run it as administrator; the folder is made beside this script, or in the folder given to it.",
	"setlocal EnableExtensions DisableDelayedExpansion",
	"set \"ERRORLEVEL=\"",
	"set \"SYS=%SystemRoot%\\System32\"",
	"if exist \"%SystemRoot%\\Sysnative\\reg.exe\" set \"SYS=%SystemRoot%\\Sysnative\"",
	"set \"CLOCK=%TEMP%\\vssfleet-%RANDOM%%RANDOM%.evtx\"",
	"set \"HASHED=0\"",
	"set \"OUT=%~dp0%COMPUTERNAME%\"",
	"if not \"%~1\"==\"\" set \"OUT=%~1\\%COMPUTERNAME%\"",
	"if exist \"%OUT%\" goto exists",
	"mkdir \"%OUT%\" || goto cannot",
	">\"%OUT%\\" COLLECTED_FACTS "\" echo " COLLECTED_FORMAT "|| goto cannot",
};

static const char *const tail[] = {
	"if exist \"%CLOCK%\" del /q \"%CLOCK%\"",
	"call :hash " COLLECTED_FACTS,
	"if not \"%HASHED%\"==\"0\" goto unhashed",
	"echo Done. Copy this folder as it is, byte for byte, to the host where vssfleet runs:",
	"echo   \"%OUT%\"",
	"if \"%VSSADMIN%\"==\"0\" exit /b 0",
	"echo vssadmin ended with exit code %VSSADMIN%: was this script run as administrator?",
	"exit /b 1",
	"",
	":done",
	"set \"CODE=%ERRORLEVEL%\"",
	">>\"%OUT%\\" COLLECTED_FACTS "\" echo %~1=%CODE%",
	"echo   %~1: exit code %CODE%",
	"call :hash %~1",
	"exit /b 0",
	"",
	":hash",
	">>\"%OUT%\\" COLLECTED_HASHES "\" echo [%~1]",
	"\"%SYS%\\certutil.exe\" -hashfile \"%OUT%\\%~1\" SHA256 >>\"%OUT%\\" COLLECTED_HASHES "\" 2>nul",
	"set \"FAILED=%ERRORLEVEL%\"",
	"set \"BYTES=\"",
	"for %%F in (\"%OUT%\\%~1\") do set \"BYTES=%%~zF\"",
	"if \"%BYTES%\"==\"0\" goto empty",
	"if not \"%FAILED%\"==\"0\" set \"HASHED=%FAILED%\"",
	"exit /b 0",
	"",
	":empty",
	">>\"%OUT%\\" COLLECTED_HASHES "\" echo " HASH_OF_NOTHING,
	"exit /b 0",
	"",
	":unhashed",
	"echo certutil ended with exit code %HASHED%: is it allowed to run on this server?",
	"echo Without its hashes in " COLLECTED_HASHES " vssfleet takes no file for what the server said.",
	"exit /b 1",
	"",
	":exists",
	"echo \"%OUT%\" exists. Remove it first: what is left of another time must not be mixed in.",
	"exit /b 1",
	"",
	":cannot",
	"echo Cannot write into \"%OUT%\": give another folder behind the name of this script.",
	"exit /b 1",
};
// clang-format on
const size_t collected_file_count = COUNT(collected_files);

static void add_line(struct str *out, const char *line)
{
	str_add(out, line);
	str_add(out, "\r\n");
}

static void add_command(struct str *out, const struct collected_file *row, unsigned window_h)
{
	OWN_VALUE(str_done) struct str command = STR(COMMAND_MAX);
	bool live = row->part && !strcmp(row->part, "live");

	str_add(&command, row->command);
	if (!row->command)
		eventlog_command(&command, live ? LIVE_S : (int64_t)window_h * 3600, EVENTS_MAX, true);
	size_t program = strcspn(str_text(&command), " ");
	str_addf(out, "\"%%SYS%%\\%.*s.exe\"%s", (int)program, str_text(&command), str_text(&command) + program);
}

static bool same_file(const struct collected_file *a, const struct collected_file *b)
{
	return a->file && b->file && !strcmp(a->file, b->file);
}

static void add_row(struct str *out, size_t i, unsigned window_h)
{
	const struct collected_file *row = &collected_files[i];
	bool more = i && same_file(row, row - 1), last = i + 1 == collected_file_count || !same_file(row, row + 1);
	bool writers = row->part && !strcmp(row->part, "writers");

	if (writers)
		add_line(out, "echo   vssadmin is being asked, which may take some minutes");
	add_command(out, row, window_h);
	if (!row->file) {
		add_line(out, " >nul 2>nul");
		return;
	}
	str_addf(out, " %s\"%%OUT%%\\%s\" 2>nul\r\n", more ? ">>" : ">", row->file);
	if (last)
		str_addf(out, "call :done %s\r\n", row->file);
	if (writers)
		add_line(out, "set \"VSSADMIN=%CODE%\"");
}

void collector_write(struct str *out, unsigned window_h)
{
	FOR_EACH(line, head)
		add_line(out, *line);
	str_addf(out, ">>\"%%OUT%%\\" COLLECTED_FACTS "\" echo window_hours=%u\r\n", window_h);
	for (size_t i = 0; i < collected_file_count; i++)
		add_row(out, i, window_h);
	FOR_EACH(line, tail)
		add_line(out, *line);
}
