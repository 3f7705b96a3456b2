/* program_sc: sc.exe, whose exit codes are Win32 errors: what it shows of services and asks of their manager. It never
 * waits for what it asked for. */

#include "program_sc.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "own.h"

enum {
	SC_ACCESS_DENIED = 5,
	SC_PARAMETER = 87,
	SC_MORE_DATA = 234,
	SC_DEPENDENTS_RUNNING = 1051,
	SC_INVALID_CONTROL = 1052,
	SC_NO_RESPONSE = 1053,
	SC_ALREADY_RUNNING = 1056,
	SC_DISABLED = 1058,
	SC_NO_SUCH_SERVICE = 1060,
	SC_CANNOT_ACCEPT = 1061,
	SC_NOT_STARTED = 1062,
	SC_DEPENDENCY = 1068,
	SC_USAGE = 1639,
	DEPENDENTS_MAX = 32,
	BUFFER_DEFAULT = 1024,
	BUFFER_MAX = 256 << 10,
	ENUM_SERVICE_STATUS_BYTES = 48, /* two pointers and seven numbers, aligned */
	NO_RESPONSE_MS = 1000,
};

unsigned sc_code(enum service_result result)
{
	static const struct {
		enum service_result result;
		unsigned code;
	} codes[] = {
		{ SERVICE_OK, 0 },
		{ SERVICE_DENIED, SC_ACCESS_DENIED },
		{ SERVICE_DEPENDENTS_RUNNING, SC_DEPENDENTS_RUNNING },
		{ SERVICE_INVALID_CONTROL, SC_INVALID_CONTROL },
		{ SERVICE_CANNOT_ACCEPT, SC_CANNOT_ACCEPT },
		{ SERVICE_NOT_ACTIVE, SC_NOT_STARTED },
		{ SERVICE_TIMEOUT, SC_NO_RESPONSE },
		{ SERVICE_ALREADY_RUNNING, SC_ALREADY_RUNNING },
		{ SERVICE_DEPENDENCY_FAILED, SC_DEPENDENCY },
		{ SERVICE_DISABLED, SC_DISABLED },
	};

	FOR_EACH(c, codes)
		if (c->result == result)
			return c->code;
	return SC_PARAMETER;
}

const char *error_text(const struct program *p, unsigned code)
{
	static const struct {
		unsigned code;
		const char *en, *ja;
	} texts[] = {
		{ SC_ACCESS_DENIED, "Access is denied.", "アクセスが拒否されました。" },
		{ SC_PARAMETER, "The parameter is incorrect.", "パラメーターが間違っています。" },
		{ SC_MORE_DATA, "More data is available.", "データがさらにあります。" },
		{ SC_DEPENDENTS_RUNNING,
			"A stop control has been sent to a service that other running services are dependent on.",
			"ほかの実行中のサービスが依存しているサービスに対し、停止コントロールが送信されました。" },
		{ SC_INVALID_CONTROL, "The requested control is not valid for this service.",
			"要求した制御はこのサービスには無効です。" },
		{ SC_NO_RESPONSE, "The service did not respond to the start or control request in a timely fashion.",
			"そのサービスは指定時間内に開始要求または制御要求に応答しませんでした。" },
		{ SC_ALREADY_RUNNING, "An instance of the service is already running.",
			"サービスのインスタンスは既に実行中です。" },
		{ SC_DISABLED,
			"The service cannot be started, either because it is disabled or because it has no enabled "
			"devices associated with it.",
			"無効になっているか、または関連付けられた有効なデバイスがないため、サービスを開始できません"
			"。" },
		{ SC_NO_SUCH_SERVICE, "The specified service does not exist as an installed service.",
			"指定されたサービスはインストールされたサービスとして存在しません。" },
		{ SC_CANNOT_ACCEPT, "The service cannot accept control messages at this time.",
			"サービスは現在コントロール メッセージを受け入れることができません。" },
		{ SC_NOT_STARTED, "The service has not been started.", "サービスは開始されていません。" },
		{ SC_DEPENDENCY, "The dependency service or group failed to start.",
			"依存関係サービスまたはグループを起動できませんでした。" },
	};

	FOR_EACH(t, texts)
		if (t->code == code)
			return program_language(p) == LANGUAGE_JA ? t->ja : t->en;
	return "";
}

static unsigned type_number(const struct service *service)
{
	if (service->type == TYPE_OWN)
		return 0x10;
	return service->type == TYPE_SHARE ? 0x20 : 0xE0;
}

static const char *state_text(const struct service *service)
{
	static const char *const texts[] = {
		[STATE_STOPPED] = "1  STOPPED",
		[STATE_START_PENDING] = "2  START_PENDING",
		[STATE_STOP_PENDING] = "3  STOP_PENDING",
		[STATE_RUNNING] = "4  RUNNING",
	};

	return texts[service->state];
}

static void show_status(struct program *p, const struct service *service, bool extended)
{
	bool pending = service->state == STATE_START_PENDING || service->state == STATE_STOP_PENDING;
	unsigned exit_code = service->state == STATE_STOPPED ? service_exit_code(service) : 0;

	tell(p, "        TYPE               : %-2x  WIN32_%s_PROCESS  \r\n", type_number(service),
		service->type == TYPE_OWN ? "OWN" : "SHARE");
	tell(p, "        STATE              : %s \r\n", state_text(service));
	if (service->state != STATE_STOPPED)
		tell(p, "                                (%sSTOPPABLE, NOT_PAUSABLE, IGNORES_SHUTDOWN)\r\n",
			service->state == STATE_RUNNING && service->row->accepts_stop ? "" : "NOT_");
	tell(p,
		"        WIN32_EXIT_CODE    : %u  (0x%x)\r\n        SERVICE_EXIT_CODE  : 0  (0x0)\r\n"
		"        CHECKPOINT         : 0x%d\r\n        WAIT_HINT          : 0x%x\r\n",
		exit_code, exit_code, pending, pending ? 0xbb8 : 0);
	if (extended)
		tell(p, "        PID                : %u\r\n        FLAGS              : \r\n", service->pid);
}

static void show(struct program *p, const struct service *service, bool extended)
{
	tell(p, "\r\nSERVICE_NAME: %s \r\n", service->row->name);
	show_status(p, service, extended);
}

static unsigned show_configuration(struct program *p, const struct service *service)
{
	static const char *const modes[][2] = { { "Auto", "2   AUTO_START" }, { "Manual", "3   DEMAND_START" },
		{ "Disabled", "4   DISABLED" } };
	const char *antecedent;

	tell(p, "[SC] QueryServiceConfig SUCCESS\r\n\r\nSERVICE_NAME: %s\r\n", service->row->name);
	tell(p, "        TYPE               : %x  WIN32_%s_PROCESS \r\n", type_number(service),
		service->type == TYPE_OWN ? "OWN" : "SHARE");
	FOR_EACH(mode, modes)
		if (strcmp((*mode)[0], service->start) == 0)
			tell(p, "        START_TYPE         : %s\r\n", (*mode)[1]);
	tell(p,
		"        ERROR_CONTROL      : 1   NORMAL\r\n        BINARY_PATH_NAME   : %s\r\n        "
		"LOAD_ORDER_GROUP   : \r\n"
		"        TAG                : 0\r\n        DISPLAY_NAME       : %s\r\n",
		service->row->path, service->row->display);
	for (size_t i = 0; (antecedent = service_antecedent(&p->host->services, service, i)); i++)
		tell(p, "        %-19s: %s\r\n", i ? "" : "DEPENDENCIES", antecedent);
	tell(p, "        SERVICE_START_NAME : %s\r\n", service->row->account ? service->row->account : "");
	return 0;
}

static unsigned fail(struct program *p, const char *what, unsigned code)
{
	tell(p, "[SC] %s FAILED %u:\r\n\r\n%s\r\n\r\n", what, code, error_text(p, code));
	return code;
}

/* What "config" asks for; false: not a line that sc.exe understands. The blank behind "type=" is needed. */
static bool read_configuration(const struct program *p, enum service_type *type, const char **start)
{
	static const char *const starts[][2] = { { "auto", "Auto" }, { "demand", "Manual" },
		{ "disabled", "Disabled" } };

	for (int i = 3; i < p->argc; i += 2) {
		const char *key = p->argv[i], *value = i + 1 < p->argc ? p->argv[i + 1] : "", *before = *start;
		enum service_type type_before = *type;
		if (strcasecmp(key, "type=") == 0)
			*type = strcasecmp(value, "own") == 0     ? TYPE_OWN
				: strcasecmp(value, "share") == 0 ? TYPE_SHARE
								  : *type;
		FOR_EACH(s, starts)
			if (strcasecmp(key, "start=") == 0 && strcasecmp(value, (*s)[0]) == 0)
				*start = (*s)[1];
		if (*type == type_before && *start == before)
			return false;
	}
	return p->argc > 4;
}

static unsigned configure(struct program *p, struct service *service)
{
	enum service_type type = TYPE_AS_LISTED;
	const char *start = NULL;

	if (!read_configuration(p, &type, &start))
		return SC_USAGE;
	host_changed(p->host, "config %s %s", service->row->name,
		type == TYPE_OWN     ? "own"
		: type == TYPE_SHARE ? "share"
				     : "start");
	if (service->config_error == SERVICE_DENIED)
		return fail(p, "OpenService", SC_ACCESS_DENIED);
	if (service->config_error)
		return fail(p, "ChangeServiceConfig", sc_code(service->config_error));
	if (type)
		service_set_type(service, type);
	if (start)
		service->start = start;
	tell(p, "[SC] ChangeServiceConfig SUCCESS\r\n");
	return 0;
}

static unsigned stop(struct program *p, struct service *service)
{
	uint32_t pid;
	unsigned code;

	host_changed(p->host, "stop %s", service->row->name);
	program_is_detached(p, &pid);
	code = sc_code(service_stop(&p->host->services, service, program_clock(p), pid));
	if (code)
		return fail(p, code == SC_ACCESS_DENIED ? "OpenService" : "ControlService", code);
	show(p, service, false);
	return 0;
}

static unsigned start(struct program *p, struct service *service)
{
	unsigned code;

	host_changed(p->host, "start %s", service->row->name);
	code = sc_code(service_start(&p->host->services, service, program_clock(p)));
	if (code == SC_NO_RESPONSE && !program_wait(p, NO_RESPONSE_MS))
		return code;
	if (code)
		return fail(p, "StartService", code);
	show(p, service, true);
	return 0;
}

static unsigned interrogate(struct program *p, struct service *service)
{
	if (service->state != STATE_RUNNING)
		return fail(p, "ControlService", service->state == STATE_STOPPED ? SC_NOT_STARTED : SC_CANNOT_ACCEPT);
	show(p, service, false);
	return 0;
}

static size_t entry_bytes(const struct service *service)
{
	return ENUM_SERVICE_STATUS_BYTES + 2 * (strlen(service->row->name) + 1 + strlen(service->row->display) + 1);
}

/* As EnumDependentServices gives them, as many as fit into the buffer. */
static unsigned show_dependents(struct program *p, struct service *service)
{
	struct service *dependents[DEPENDENTS_MAX];
	size_t count = service_all_dependents(&p->host->services, service, dependents, DEPENDENTS_MAX);
	size_t room = p->argc > 3 ? strtoul(p->argv[3], NULL, 10) : BUFFER_DEFAULT, fits = 0, used = 0, needed = 0;

	if (room > BUFFER_MAX)
		return fail(p, "EnumDependentServices", SC_PARAMETER);
	for (size_t i = 0; i < count; i++) {
		needed += entry_bytes(dependents[i]);
		if (fits == i && used + entry_bytes(dependents[i]) <= room) {
			used = needed;
			fits++;
		}
	}
	if (fits < count)
		tell(p, "Enum: more data, need %zu bytes start resume at index %zu\r\n", needed - used, fits);
	tell(p, "Enum: entriesRead  = %zu\r\n", fits);
	for (size_t i = 0; i < fits; i++) {
		tell(p, "\r\nSERVICE_NAME: %s\r\nDISPLAY_NAME: %s\r\n", dependents[i]->row->name,
			dependents[i]->row->display);
		show_status(p, dependents[i], false);
	}
	return fits < count ? SC_MORE_DATA : 0;
}

static unsigned query(struct program *p, struct service *service)
{
	show(p, service, false);
	return 0;
}

static unsigned query_extended(struct program *p, struct service *service)
{
	show(p, service, true);
	return 0;
}

static unsigned query_configuration(struct program *p, struct service *service)
{
	return show_configuration(p, service);
}

static const struct {
	const char *name;
	unsigned (*run)(struct program *p, struct service *service);
} verbs[] = {
	{ "config", configure },
	{ "enumdepend", show_dependents },
	{ "interrogate", interrogate },
	{ "qc", query_configuration },
	{ "query", query },
	{ "queryex", query_extended },
	{ "start", start },
	{ "stop", stop },
};

unsigned program_sc(struct program *p)
{
	struct service *service = p->argc > 2 ? services_find(&p->host->services, p->argv[2]) : NULL;

	FOR_EACH(verb, verbs)
		if (p->argc > 2 && strcasecmp(p->argv[1], verb->name) == 0) {
			if (service)
				return verb->run(p, service);
			return fail(p,
				strncasecmp(verb->name, "query", 5) == 0 ? "EnumQueryServicesStatus:OpenService"
									 : "OpenService",
				SC_NO_SUCH_SERVICE);
		}
	return SC_USAGE;
}
