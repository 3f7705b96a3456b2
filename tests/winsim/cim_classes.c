/* cim_classes: what a Windows server says about itself through WMI, class by class. */

#include "cim.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "codec.h"
#include "edition.h"
#include "host.h"
#include "own.h"
#include "process.h"

/* A value that is the same in all rows, hosts aside. */
struct fixed {
	const char *column, *value;
};

static bool fixed_value(const struct fixed *values, size_t count, const char *column, struct str *out)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(values[i].column, column) == 0) {
			str_add(out, values[i].value);
			return true;
		}
	return false;
}

static void *one_row(struct host *host, size_t *count)
{
	*count = 1;
	return host;
}

static void keep_rows(void *rows)
{
	(void)rows;
}

static bool is(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

/* Win32_OperatingSystem */

// clang-format off
static const char *const locales[] = {
	[LANGUAGE_EN] = "0409", [LANGUAGE_JA] = "0411", [LANGUAGE_DE] = "0407", [LANGUAGE_FR] = "040c", [LANGUAGE_PL] = "0415",
};

static const struct cim_column os_columns[] = {
	{ "BootDevice", CIM_TEXT }, { "BuildNumber", CIM_TEXT }, { "BuildType", CIM_TEXT }, { "Caption", CIM_TEXT },
	{ "CodeSet", CIM_TEXT }, { "CountryCode", CIM_TEXT }, { "CreationClassName", CIM_TEXT }, { "CSCreationClassName", CIM_TEXT },
	{ "CSDVersion", CIM_TEXT }, { "CSName", CIM_TEXT }, { "CurrentTimeZone", CIM_NUMBER }, { "Description", CIM_TEXT },
	{ "FreePhysicalMemory", CIM_NUMBER }, { "InstallDate", CIM_DATE }, { "LastBootUpTime", CIM_DATE },
	{ "LocalDateTime", CIM_DATE }, { "Locale", CIM_TEXT }, { "Manufacturer", CIM_TEXT }, { "MUILanguages", CIM_TEXTS },
	{ "Name", CIM_TEXT }, { "OperatingSystemSKU", CIM_NUMBER }, { "OSArchitecture", CIM_TEXT }, { "OSLanguage", CIM_NUMBER },
	{ "Primary", CIM_BOOLEAN }, { "ProductType", CIM_NUMBER }, { "SerialNumber", CIM_TEXT },
	{ "ServicePackMajorVersion", CIM_NUMBER }, { "ServicePackMinorVersion", CIM_NUMBER }, { "Status", CIM_TEXT },
	{ "SystemDirectory", CIM_TEXT }, { "SystemDrive", CIM_TEXT }, { "TotalVisibleMemorySize", CIM_NUMBER },
	{ "Version", CIM_TEXT }, { "WindowsDirectory", CIM_TEXT },
};

static const struct fixed os_fixed[] = {
	{ "BootDevice", "\\Device\\HarddiskVolume1" }, { "BuildType", "Multiprocessor Free" },
	{ "CreationClassName", "Win32_OperatingSystem" }, { "CSCreationClassName", "Win32_ComputerSystem" },
	{ "CurrentTimeZone", "540" }, { "Description", "" }, { "FreePhysicalMemory", "3145728" },
	{ "Manufacturer", "Microsoft Corporation" }, { "OperatingSystemSKU", "7" }, { "OSArchitecture", "64-bit" },
	{ "Primary", "true" }, { "SerialNumber", "00252-00000-00000-AA228" },
	{ "ServicePackMajorVersion", "0" }, { "ServicePackMinorVersion", "0" }, { "Status", "OK" },
	{ "SystemDirectory", "C:\\Windows\\system32" }, { "SystemDrive", "C:" },
	{ "WindowsDirectory", "C:\\Windows" },
};
// clang-format on

static void add_caption(const struct host *host, const struct edition_texts *edition, struct str *out)
{
	str_add(out, edition->caption);
	if (host->scenario->writers == WRITERS_HOSTILE_NAMES)
		str_add(out, " </td><script>alert(1)</script>\x1b[31m");
}

static long long memory_of(const struct host *host) /* bytes */
{
	return host->scenario->little_memory ? 2146947072 : 8589398016;
}

static bool os_value(struct host *host, void *rows, size_t row, const char *column, struct str *out)
{
	const struct edition_texts *edition = edition_of(host->scenario);
	enum language language = host->scenario->language;

	(void)rows, (void)row;
	if (is(column, "Caption"))
		add_caption(host, edition, out);
	else if (is(column, "Version"))
		str_add(out, edition->version);
	else if (is(column, "BuildNumber"))
		str_add(out, edition->build);
	else if (is(column, "ProductType"))
		str_addf(out, "%u", edition->product_type);
	else if (is(column, "CodeSet"))
		str_addf(out, "%u", language_ansi_codepage(language));
	else if (is(column, "CountryCode"))
		str_add(out, language == LANGUAGE_JA ? "81" : "1");
	else if (is(column, "CSName"))
		str_add(out, host->netbios);
	else if (is(column, "Locale"))
		str_add(out, locales[language]);
	else if (is(column, "OSLanguage"))
		str_addf(out, "%ld", strtol(locales[language], NULL, 16));
	else if (is(column, "MUILanguages"))
		str_addn(out, language_tag(language), strlen(language_tag(language)) + 1);
	else if (is(column, "Name"))
		str_addf(out, "%s|C:\\Windows|\\Device\\Harddisk0\\Partition2", edition->caption);
	else if (is(column, "InstallDate"))
		dmtf_time(host->boot - 400LL * 86400, 0, out);
	else if (is(column, "TotalVisibleMemorySize"))
		str_addf(out, "%lld", memory_of(host) / 1024);
	else if (is(column, "LastBootUpTime"))
		dmtf_time(host->boot, 500, out);
	else if (is(column, "LocalDateTime"))
		dmtf_time(time(NULL), 0, out);
	else
		return fixed_value(os_fixed, COUNT(os_fixed), column, out);
	return true;
}

/* Win32_ComputerSystem and Win32_ComputerSystemProduct */

// clang-format off
static const struct cim_column computer_columns[] = {
	{ "BootupState", CIM_TEXT }, { "Caption", CIM_TEXT }, { "CreationClassName", CIM_TEXT }, { "Description", CIM_TEXT },
	{ "DNSHostName", CIM_TEXT }, { "Domain", CIM_TEXT }, { "DomainRole", CIM_NUMBER }, { "HypervisorPresent", CIM_BOOLEAN },
	{ "Manufacturer", CIM_TEXT }, { "Model", CIM_TEXT }, { "Name", CIM_TEXT }, { "NumberOfLogicalProcessors", CIM_NUMBER },
	{ "NumberOfProcessors", CIM_NUMBER }, { "PartOfDomain", CIM_BOOLEAN }, { "PrimaryOwnerName", CIM_TEXT },
	{ "Roles", CIM_TEXTS }, { "Status", CIM_TEXT }, { "SystemType", CIM_TEXT }, { "TotalPhysicalMemory", CIM_NUMBER },
	{ "UserName", CIM_TEXT }, { "Workgroup", CIM_TEXT },
};

static const struct fixed computer_fixed[] = {
	{ "BootupState", "Normal boot" }, { "CreationClassName", "Win32_ComputerSystem" }, { "Description", "AT/AT COMPATIBLE" },
	{ "Domain", "sim.example" }, { "DomainRole", "3" }, { "NumberOfLogicalProcessors", "4" }, { "NumberOfProcessors", "2" },
	{ "PartOfDomain", "true" }, { "PrimaryOwnerName", "Windows User" }, { "Status", "OK" },
	{ "SystemType", "x64-based PC" },
};

static const struct machine {
	const char *manufacturer, *model;
} machines[] = {
	[PLATFORM_VMWARE] = { "VMware, Inc.", "VMware Virtual Platform" },
	[PLATFORM_HYPERV] = { "Microsoft Corporation", "Virtual Machine" },
	[PLATFORM_PHYSICAL] = { "Dell Inc.", "PowerEdge R740" },
};

static const struct cim_column product_columns[] = {
	{ "Caption", CIM_TEXT }, { "Description", CIM_TEXT }, { "IdentifyingNumber", CIM_TEXT }, { "Name", CIM_TEXT },
	{ "SKUNumber", CIM_TEXT }, { "UUID", CIM_TEXT }, { "Vendor", CIM_TEXT }, { "Version", CIM_TEXT },
};
// clang-format on

static const struct machine *machine_of(const struct host *host)
{
	return &machines[host->scenario->platform];
}

static bool computer_value(struct host *host, void *rows, size_t row, const char *column, struct str *out)
{
	(void)rows, (void)row;
	if (is(column, "Manufacturer"))
		str_add(out, machine_of(host)->manufacturer);
	else if (is(column, "Model"))
		str_add(out, machine_of(host)->model);
	else if (is(column, "Name") || is(column, "Caption"))
		str_add(out, host->netbios);
	else if (is(column, "DNSHostName"))
		str_addn(out, host->name, strcspn(host->name, "."));
	else if (is(column, "TotalPhysicalMemory"))
		str_addf(out, "%lld", memory_of(host));
	else if (is(column, "HypervisorPresent"))
		str_add(out, host->scenario->platform == PLATFORM_PHYSICAL ? "false" : "true");
	else if (is(column, "Roles"))
		str_addn(out, "LM_Workstation\0LM_Server\0NT", sizeof("LM_Workstation\0LM_Server\0NT"));
	else
		return fixed_value(computer_fixed, COUNT(computer_fixed), column, out);
	return true;
}

static bool product_value(struct host *host, void *rows, size_t row, const char *column, struct str *out)
{
	char uuid[UUID_SIZE];

	(void)rows, (void)row;
	if (is(column, "UUID")) {
		uuid_of(uuid, host->machine, 42);
		str_add(out, uuid);
	} else if (is(column, "IdentifyingNumber")) {
		uuid_of(uuid, host->machine, 43);
		str_addf(out, "%s-%.8s", host->scenario->platform == PLATFORM_VMWARE ? "VMware-42" : "SN", uuid);
	} else if (is(column, "Name")) {
		str_add(out, machine_of(host)->model);
	} else if (is(column, "Vendor")) {
		str_add(out, machine_of(host)->manufacturer);
	} else if (is(column, "Caption") || is(column, "Description")) {
		str_add(out, "Computer System Product");
	} else if (is(column, "Version")) {
		str_add(out, "None");
	} else {
		return false;
	}
	return true;
}

/* Win32_Service */

// clang-format off
static const struct cim_column service_columns[] = {
	{ "AcceptPause", CIM_BOOLEAN }, { "AcceptStop", CIM_BOOLEAN }, { "Caption", CIM_TEXT }, { "CheckPoint", CIM_NUMBER },
	{ "CreationClassName", CIM_TEXT }, { "Description", CIM_TEXT }, { "DesktopInteract", CIM_BOOLEAN },
	{ "DisplayName", CIM_TEXT }, { "ErrorControl", CIM_TEXT }, { "ExitCode", CIM_NUMBER }, { "InstallDate", CIM_DATE },
	{ "Name", CIM_TEXT }, { "PathName", CIM_TEXT }, { "ProcessId", CIM_NUMBER }, { "ServiceSpecificExitCode", CIM_NUMBER },
	{ "ServiceType", CIM_TEXT }, { "Started", CIM_BOOLEAN }, { "StartMode", CIM_TEXT }, { "StartName", CIM_TEXT },
	{ "State", CIM_TEXT }, { "Status", CIM_TEXT }, { "SystemCreationClassName", CIM_TEXT }, { "SystemName", CIM_TEXT },
	{ "TagId", CIM_NUMBER }, { "WaitHint", CIM_NUMBER },
};

static const struct fixed service_fixed[] = {
	{ "AcceptPause", "false" }, { "CheckPoint", "0" }, { "CreationClassName", "Win32_Service" },
	{ "DesktopInteract", "false" }, { "ServiceSpecificExitCode", "0" }, { "Status", "OK" },
	{ "SystemCreationClassName", "Win32_ComputerSystem" }, { "TagId", "0" }, { "WaitHint", "0" },
};
// clang-format on

static bool is_eventsystem(const struct service *service)
{
	return is(service->row->name, "EventSystem");
}

static void *service_rows(struct host *host, size_t *count)
{
	struct service *rows = calloc(host->services.count, sizeof(*rows));

	*count = 0;
	for (size_t i = 0; rows && i < host->services.count; i++)
		if (host->scenario->eventsystem != EVENTSYSTEM_ABSENT || !is_eventsystem(&host->services.service[i]))
			rows[(*count)++] = host->services.service[i];
	return rows;
}

/* Windows Server 2016 has the services of 2019 without the mitigation switch in their command lines. */
static void add_path(const struct host *host, const char *path, struct str *out)
{
	size_t len = strlen(path);

	if (host->scenario->windows == WINDOWS_2016 && len > 3 && is(path + len - 3, " -p"))
		len -= 3;
	str_addn(out, path, len);
}

static bool service_value(struct host *host, void *rows, size_t row, const char *column, struct str *out)
{
	const struct service *service = &((const struct service *)rows)[row];
	const struct service_row *listed = service->row;

	if (is(column, "Name"))
		str_add(out, listed->name);
	else if (is(column, "DisplayName") || is(column, "Caption") || is(column, "Description"))
		str_add(out, listed->display);
	else if (is(column, "PathName"))
		add_path(host, listed->path, out);
	else if (is(column, "State"))
		str_add(out, service_state_text(service));
	else if (is(column, "Started"))
		str_add(out, service->pid ? "true" : "false");
	else if (is(column, "StartMode"))
		str_add(out, service->start);
	else if (is(column, "ServiceType"))
		str_add(out, service_type_text(service));
	else if (is(column, "ProcessId"))
		str_addf(out, "%u", service->pid);
	else if (is(column, "AcceptStop"))
		str_add(out, service->state == STATE_RUNNING && listed->accepts_stop ? "true" : "false");
	else if (is(column, "ExitCode"))
		str_addf(out, "%u", service_exit_code(service));
	else if (is(column, "ErrorControl"))
		str_add(out, listed->error_control);
	else if (is(column, "SystemName"))
		str_add(out, host->netbios);
	else if (is(column, "StartName") && listed->account)
		str_add(out, listed->account);
	else
		return fixed_value(service_fixed, COUNT(service_fixed), column, out);
	return true;
}

/* Win32_NTLogEvent */

// clang-format off
static const struct cim_column event_columns[] = {
	{ "Category", CIM_NUMBER }, { "CategoryString", CIM_TEXT }, { "ComputerName", CIM_TEXT }, { "EventCode", CIM_NUMBER },
	{ "EventIdentifier", CIM_NUMBER }, { "EventType", CIM_NUMBER }, { "InsertionStrings", CIM_TEXTS }, { "Logfile", CIM_TEXT },
	{ "Message", CIM_TEXT }, { "RecordNumber", CIM_NUMBER }, { "SourceName", CIM_TEXT }, { "TimeGenerated", CIM_DATE },
	{ "TimeWritten", CIM_DATE }, { "Type", CIM_TEXT }, { "User", CIM_TEXT },
};
// clang-format on

/* Newest first, as Windows does in practice; classic logs only. */
static void *event_rows(struct host *host, size_t *count)
{
	struct event_list *list = calloc(1, sizeof(*list));

	if (!list || eventlog_read(host, "Application", list) < 0)
		abort();
	for (size_t i = 0; i < list->count / 2; i++) {
		struct event other = list->event[list->count - 1 - i];
		list->event[list->count - 1 - i] = list->event[i];
		list->event[i] = other;
	}
	*count = list->count;
	return list;
}

static void free_event_rows(void *rows)
{
	event_list_done(rows);
	free(rows);
}

static void add_strings(const struct host *host, const struct event *event, struct str *out)
{
	for (size_t i = 0; event_string(host, event, i, out); i++)
		str_addc(out, '\0');
}

static const char *type_text(const struct host *host, unsigned level)
{
	if (host->scenario->language == LANGUAGE_JA)
		return level == 2 ? "エラー" : level == 3 ? "警告" : "情報";
	return level == 2 ? "Error" : level == 3 ? "Warning" : "Information";
}

static bool event_value(struct host *host, void *rows, size_t row, const char *column, struct str *out)
{
	const struct event *event = &((const struct event_list *)rows)->event[row];

	if (is(column, "EventCode") || is(column, "EventIdentifier"))
		str_addf(out, "%u", event->kind->id);
	else if (is(column, "EventType"))
		str_addf(out, "%u", event->kind->level - 1);
	else if (is(column, "Type"))
		str_add(out, type_text(host, event->kind->level));
	else if (is(column, "SourceName"))
		str_add(out, event->kind->provider);
	else if (is(column, "Logfile"))
		str_add(out, event->kind->channel);
	else if (is(column, "RecordNumber"))
		str_addf(out, "%u", event->record);
	else if (is(column, "ComputerName"))
		str_add(out, host->name);
	else if (is(column, "TimeGenerated") || is(column, "TimeWritten"))
		dmtf_time(event->when, 0, out);
	else if (is(column, "Category"))
		str_add(out, "0");
	else if (is(column, "InsertionStrings"))
		add_strings(host, event, out);
	else if (is(column, "Message"))
		event_message(host, event, out);
	else
		return false;
	return true;
}

/* Win32_ServerFeature: roles and features; 39 is Windows Server Backup. */

static const struct cim_column feature_columns[] = { { "ID", CIM_NUMBER }, { "Name", CIM_TEXT },
	{ "ParentID", CIM_NUMBER } };

static const struct feature {
	unsigned id, parent;
	const char *name;
} features[] = {
	{ 39, 0, "Windows Server Backup" },
	{ 417, 0, ".NET Framework 4.5 Features" },
	{ 418, 417, ".NET Framework 4.5" },
	{ 481, 0, "File and Storage Services" },
};

static void *feature_rows(struct host *host, size_t *count)
{
	size_t without = host_has_server_backup(host) ? 0 : 1; /* it is the first one */

	*count = COUNT(features) - without;
	return (void *)(features + without);
}

static bool feature_value(struct host *host, void *rows, size_t row, const char *column, struct str *out)
{
	const struct feature *feature = &((const struct feature *)rows)[row];

	(void)host;
	if (is(column, "Name"))
		str_add(out, feature->name);
	else
		str_addf(out, "%u", is(column, "ID") ? feature->id : feature->parent);
	return true;
}

/* Win32_Process: those of services and detached ones, as far as it tells their age. */

static const struct cim_column process_columns[] = {
	{ "CommandLine", CIM_TEXT },
	{ "CreationDate", CIM_DATE },
	{ "Handle", CIM_TEXT },
	{ "Name", CIM_TEXT },
	{ "ProcessId", CIM_NUMBER },
	{ "SessionId", CIM_NUMBER },
};

enum { DESKTOPS = 3 };

struct process_row {
	uint32_t pid, session;
	const char *command_line, *name;
	time_t began;
};

/* Most start with Windows; who restarts EventSystem later leaves the others as they are. */
static time_t began(const struct host *host, const struct service *service)
{
	enum { DAY = 86400 };
	bool later = host->scenario->eventsystem == EVENTSYSTEM_OWN_RESTARTED && is_eventsystem(service);

	if (service->process_began)
		return service->process_began;
	return host->boot + (later ? 3 * DAY : 10);
}

static bool process_value(struct host *host, void *rows, size_t row, const char *column, struct str *out)
{
	const struct process_row *process = &((const struct process_row *)rows)[row];

	if (is(column, "ProcessId") || is(column, "Handle"))
		str_addf(out, "%u", process->pid);
	else if (is(column, "SessionId"))
		str_addf(out, "%u", process->session);
	else if (is(column, "CommandLine"))
		add_path(host, process->command_line, out);
	else if (is(column, "CreationDate"))
		dmtf_time(process->began, 0, out);
	else
		str_add(out, process->name);
	return true;
}

static size_t add_service_processes(const struct host *host, struct process_row *rows)
{
	size_t kept = 0;

	for (size_t i = 0; i < host->services.count; i++) {
		const struct service *service = &host->services.service[i];
		const char *path = service->row->path;
		bool seen = service->pid == 0;
		for (size_t j = 0; j < kept && !seen; j++)
			seen = rows[j].pid == service->pid;
		if (!seen)
			rows[kept++] = (struct process_row){ service->pid, 0, path,
				strcasestr(path, "svchost.exe") ? "svchost.exe" : "service.exe", began(host, service) };
	}
	return kept;
}

/* One of them has a second window of Explorer. */
static size_t add_desktops(const struct host *host, struct process_row *rows)
{
	static const uint32_t sessions[DESKTOPS] = { 1, 2, 2 };
	size_t kept = 0;

	if (!host->scenario->users)
		return 0;
	FOR_EACH(session, sessions) {
		rows[kept] = (struct process_row){ 60000 + 4 * (uint32_t)kept, *session, "C:\\Windows\\Explorer.EXE",
			"explorer.exe", host->boot + 3600 };
		kept++;
	}
	return kept;
}

static void *process_rows(struct host *host, size_t *count)
{
	size_t detached = 0;
	struct process_row *rows;

	for (const struct process *p = host->processes; p; p = p->next)
		detached++;
	rows = calloc(host->services.count + detached + DESKTOPS, sizeof(*rows));
	*count = rows ? add_service_processes(host, rows) : 0;
	*count += rows ? add_desktops(host, rows + *count) : 0;
	for (const struct process *p = host->processes; rows && p; p = p->next)
		if (!p->killed)
			rows[(*count)++] = (struct process_row){ p->pid, 0, p->command_line, "cmd.exe", p->created };
	return rows;
}

#define COLUMNS(array) .column = array, .column_count = COUNT(array)

// clang-format off
static const struct cim_class classes[] = {
	{ "Win32_OperatingSystem", COLUMNS(os_columns), true, one_row, keep_rows, os_value },
	{ "Win32_ComputerSystem", COLUMNS(computer_columns), true, one_row, keep_rows, computer_value },
	{ "Win32_ComputerSystemProduct", COLUMNS(product_columns), true, one_row, keep_rows, product_value },
	{ "Win32_Service", COLUMNS(service_columns), false, service_rows, free, service_value },
	{ "Win32_Process", COLUMNS(process_columns), false, process_rows, free, process_value },
	{ "Win32_NTLogEvent", COLUMNS(event_columns), false, event_rows, free_event_rows, event_value },
	{ "Win32_ServerFeature", COLUMNS(feature_columns), false, feature_rows, keep_rows, feature_value },
};
// clang-format on

const struct cim_class *cim_find(const char *name)
{
	FOR_EACH(class, classes)
		if (strcasecmp(class->name, name) == 0)
			return class;
	return NULL;
}
