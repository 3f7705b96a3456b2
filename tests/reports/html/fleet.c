/* fleet: see the header. */
#include "fleet.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "record.h"
#include "value.h"
#include "verdict.h"

enum { CHECKED = 1795349141 /* 2026-11-22T12:05:41Z */, HOSTILE_HOST = 5, FORMULA_HOST = 10 };

#define FORMULA "=cmd|' /C calc'!\"A1\""

#define HOSTILE                                                                                                        \
	"</script><script>window.hacked=1</script><img src=x onerror=window.hacked=2><!-- \"'& \xe2\x80\xae evil"

static const struct kind_of_host {
	unsigned share; /* of a thousand hosts */
	enum verdict verdict;
	const char *checkpoint[4], *confidence, *cause, *reason;
	const char *outcome; /* NULL: not asked */
	unsigned writers, missing;
	const char *service_type;
	unsigned others, events;
	const char *probe, *kind, *message; /* an error, or NULL */
	int code;
} kinds[] = {
	{ 16, VERDICT_AFFECTED, { "match", "match", "match", "match" }, "confirmed", NULL,
		"vssadmin lists no writer, EventSystem shares its process with FontCache, netprofm and nsi, and 28 "
		"events carry 0x800401fb",
		"empty", 0, 6, "Share Process", 3, 28, NULL, NULL, NULL, 0 },
	{ 2, VERDICT_AFFECTED, { "match", "no_match", "unknown", "match" }, "probable", NULL,
		"vssadmin lists no writer and EventSystem shares its process; the log does not reach back to the fault",
		"empty", 0, 6, "Share Process", 3, 0, NULL, NULL, NULL, 0 },
	{ 2, VERDICT_WRITERS_MISSING, { "match", "match", "no_match", "no_match" }, NULL, "D2 event_class_lost",
		"vssadmin lists no writer; events 8193 with 0x80040154 say that the VSS event class lost its type "
		"library",
		"empty", 0, 6, "Own Process", 0, 0, NULL, NULL, NULL, 0 },
	{ 11, VERDICT_VSS_FAULT, { "no_match", "match", "no_match", "match" }, NULL, "writer_failed",
		"SqlServerWriter is in state 10 (failed at post snapshot) since the last backup", "writers", 9, 0,
		"Share Process", 3, 0, NULL, NULL, NULL, 0 },
	{ 2, VERDICT_FIX_PENDING, { "no_match", "match", "no_match", "match" }, NULL, NULL,
		"type= own is configured, but EventSystem still runs in the shared process", "writers", 9, 0,
		"Own Process", 3, 0, NULL, NULL, NULL, 0 },
	{ 4, VERDICT_AT_RISK, { "no_match", "match", "match", "match" }, NULL, NULL,
		"writers are back, the process is shared, and 0x800401fb was logged inside the window", "writers", 9, 0,
		"Share Process", 3, 6, NULL, NULL, NULL, 0 },
	{ 3, VERDICT_BUSY, { "no_match", "match", "no_match", "match" }, NULL, NULL, "a backup is running", "writers",
		9, 0, "Share Process", 3, 0, NULL, NULL, NULL, 0 },
	{ 15, VERDICT_UNREACHABLE, { "unknown", "unknown", "unknown", "unknown" }, NULL, NULL,
		"authentication failed: clock skew 412 s (limit 300)", NULL, 0, 0, NULL, 0, 0, "connect", "auth",
		"KRB_AP_ERR_SKEW: clock skew 412 s (limit 300)", -1765328347 },
	{ 10, VERDICT_UNREACHABLE, { "unknown", "unknown", "unknown", "unknown" }, NULL, NULL,
		"port 5985: connection refused", NULL, 0, 0, NULL, 0, 0, "connect", "connect",
		"port 5985: connection refused", 111 },
	{ 9, VERDICT_UNREACHABLE, { "unknown", "unknown", "unknown", "unknown" }, NULL, NULL,
		"the certificate of the server has expired", NULL, 0, 0, NULL, 0, 0, "connect", "tls",
		"the certificate has expired", 10 },
	{ 5, VERDICT_UNREACHABLE, { "unknown", "unknown", "unknown", "unknown" }, NULL, NULL,
		"the name does not resolve", NULL, 0, 0, NULL, 0, 0, "connect", "dns", "the name does not resolve",
		-2 },
	{ 7, VERDICT_UNKNOWN, { "unknown", "match", "no_match", "match" }, NULL, NULL,
		"vssadmin did not end within 120 s", "timeout", 0, 0, "Share Process", 3, 0, "vss", "timeout",
		"vssadmin did not end within 120 s", 0 },
	{ 2, VERDICT_UNKNOWN, { "unknown", "match", "no_match", "match" }, NULL, NULL,
		"vssadmin printed a line that is not understood", "unreadable", 0, 0, "Share Process", 3, 0, NULL, NULL,
		NULL, 0 },
	{ 196, VERDICT_SHARED, { "no_match", "match", "no_match", "match" }, NULL, NULL, "writers fine, process shared",
		"writers", 9, 0, "Share Process", 3, 0, NULL, NULL, NULL, 0 },
	{ 716, VERDICT_HEALTHY, { "no_match", "no_match", "no_match", "no_match" }, NULL, NULL, "all is well",
		"writers", 10, 0, "Share Process", 0, 0, NULL, NULL, NULL, 0 },
};

static const char *const neighbours[] = { "FontCache", "netprofm", "nsi" };
static const char *const sites[] = { "tyo", "osa", "ngy", "fuk", "sgp", "spk" };
static const char *const roles[] = { "fs", "ap", "web", "sql", "dc" };

static const struct kind_of_host *kind_of(unsigned i, unsigned count, const char *state)
{
	unsigned at = count < 1000 ? i * 1000 / count : i * 379 % 1000;

	if (!strcmp(state, "clear"))
		return &kinds[COUNT(kinds) - 1];
	if (!strcmp(state, "dark"))
		return &kinds[7 + i % 4];
	if (!strcmp(state, "down") || !strcmp(state, "badged"))
		return &kinds[0];
	if (i < COUNT(kinds) && count >= COUNT(kinds))
		return &kinds[i]; /* each at least once */
	FOR_EACH(kind, kinds) {
		if (at < kind->share)
			return kind;
		at -= kind->share;
	}
	return &kinds[COUNT(kinds) - 1];
}

static void name_of(char name[64], unsigned i)
{
	if (i == HOSTILE_HOST) /* nothing before the report may be trusted to have refused it */
		snprintf(name, 64, "%s", "\"><img src=x onerror=window.hacked=3>");
	else
		snprintf(name, 64, "%s-%s-%04u.corp.example.jp", roles[i % COUNT(roles)], sites[i / 5 % COUNT(sites)],
			i + 1);
}

static json_t *writers_of(const struct kind_of_host *kind, unsigned i)
{
	static const struct {
		const char *name, *service;
	} known[] = { { "System Writer", "CryptSvc" }, { "ASR Writer", "VSS" }, { "Registry Writer", "VSS" },
		{ "COM+ REGDB Writer", "VSS" }, { "Shadow Copy Optimization Writer", "VSS" },
		{ "WMI Writer", "Winmgmt" }, { "Task Scheduler Writer", NULL }, { "VSS Metadata Store Writer", NULL },
		{ "SqlServerWriter", "SQLWriter" }, { "BITS Writer", "BITS" } };
	json_t *list = json_array();

	if (!kind->outcome || (strcmp(kind->outcome, "writers") && strcmp(kind->outcome, "empty"))) {
		json_decref(list);
		return json_null();
	}
	for (unsigned w = 0; w < kind->writers && w < COUNT(known); w++) {
		bool failed = kind->verdict == VERDICT_VSS_FAULT && w == 8;
		json_array_append_new(
			list, json_pack("{s:s, s:s, s:s, s:i, s:s, s:s, s:s?}", "name", known[w].name, "id",
				      "e8132975-6f93-4464-a53e-1050253ae220", "instance_id",
				      "1bddd48e-5052-49db-9b07-b96f96727e6b", "state", failed ? 10 : 1, "state_text",
				      failed ? "失敗" : "安定", "last_error", failed ? "タイムアウト" : "エラーなし",
				      "service", known[w].service));
	}
	if (i == HOSTILE_HOST || i == 30)
		json_array_append_new(
			list, json_pack("{s:s, s:n, s:n, s:i, s:s, s:s, s:n}", "name", HOSTILE, "id", "instance_id",
				      "state", 1, "state_text", HOSTILE, "last_error", HOSTILE, "service"));
	return list;
}

static json_t *texts(const char *const *text, size_t count)
{
	json_t *list = json_array();

	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, json_string(text[i]));
	return list;
}

static json_t *vss_of(const struct kind_of_host *kind, unsigned i)
{
	static const char *const minimum[] = { "System Writer", "ASR Writer", "Registry Writer", "WMI Writer",
		"COM+ REGDB Writer", "Shadow Copy Optimization Writer" };
	bool listed = kind->outcome && (!strcmp(kind->outcome, "writers") || !strcmp(kind->outcome, "empty"));

	return json_pack("{s:s?, s:o, s:o, s:o, s:n}", "outcome", kind->outcome, "exit",
		listed ? json_integer(0) : json_null(), "writers", writers_of(kind, i), "missing",
		listed ? texts(minimum, kind->missing) : json_null(), "raw_sha256");
}

static json_t *eventsystem_of(const struct kind_of_host *kind, unsigned i)
{
	if (!kind->service_type)
		return json_pack("{s:n, s:n, s:n, s:n}", "state", "pid", "service_type", "shared_with");
	return json_pack("{s:s, s:i, s:s, s:o}", "state", "Running", "pid", 800 + i % 900, "service_type",
		kind->service_type, "shared_with", texts(neighbours, kind->others));
}

static json_t *events_of(const struct kind_of_host *kind)
{
	if (!kind->outcome)
		return json_pack("{s:n, s:n, s:{s:n, s:n}, s:n, s:n, s:n}", "window_hours", "covered_from", "matching",
			"8193", "13", "hresults", "last", "live");
	return json_pack("{s:i, s:o, s:{s:i, s:i}, s:o, s:o, s:b}", "window_hours", 168, "covered_from",
		value_time(CHECKED - 168 * 3600), "matching", "8193", kind->events / 2, "13", kind->events / 2,
		"hresults", kind->events ? json_pack("{s:i}", "0x800401fb", kind->events) : json_object(), "last",
		kind->events ? value_time(CHECKED - 322) : json_null(), "live", kind->events > 20);
}

static json_t *os_of(const struct kind_of_host *kind, unsigned i)
{
	static const char *const captions[] = { "Microsoft Windows Server 2012 R2 Standard",
		"Microsoft Windows Server 2016 Datacenter", "Microsoft Windows Server 2019 Standard" };
	static const char *const builds[] = { "9600", "14393", "17763" };
	unsigned os = kind->verdict == VERDICT_HEALTHY ? 2 : i % 7 == 0;

	if (!kind->outcome)
		return json_pack("{s:n, s:n, s:n, s:n, s:n, s:n}", "caption", "version", "build", "product_type",
			"locale", "oem_codepage");
	return json_pack("{s:s, s:s, s:s, s:i, s:s, s:i}", "caption", captions[os], "version", "6.3.9600", "build",
		builds[os], "product_type", i % 5 == 4 ? 2 : 3, "locale", "0411", "oem_codepage", 932);
}

static json_t *errors_of(const struct kind_of_host *kind)
{
	if (!kind->probe)
		return json_array();
	return json_pack("[{s:s, s:s, s:o, s:s}]", "probe", kind->probe, "kind", kind->kind, "code",
		kind->code ? json_integer(kind->code) : json_null(), "message", kind->message);
}

static json_t *host_of(const char *name, unsigned i)
{
	char address[32];

	snprintf(address, sizeof(address), "10.%u.%u.%u", 1 + i / 5 % 6, i / 250, i % 250 + 1);
	return json_pack("{s:s, s:s, s:i, s:[s], s:s, s:s}", "name", name, "address", address, "port", 5986, "groups",
		i % 41 == 40   ? "名古屋拠点 <b>"
		: i % 41 == 20 ? FORMULA
			       : sites[i / 5 % COUNT(sites)],
		"source", "hosts.ini", "id", "4c4c4544-0042-3510-8052-b4c04f4d3732");
}

static json_t *transport_of(const struct kind_of_host *kind)
{
	if (!kind->outcome)
		return json_pack("{s:s, s:s, s:n, s:n, s:i, s:i, s:i, s:i, s:n}", "scheme", "https", "auth", "basic",
			"sealed", "server_authenticated", "requests", 1, "bytes_in", 0, "bytes_out", 310, "retries", 2,
			"clock_skew_s");
	return json_pack("{s:s, s:s, s:b, s:b, s:i, s:i, s:i, s:i, s:i}", "scheme", "https", "auth", "basic", "sealed",
		1, "server_authenticated", 1, "requests", 9, "bytes_in", 61234, "bytes_out", 14210, "retries", 0,
		"clock_skew_s", 2);
}

/* One holds long, one ends soon. */
static json_t *waiver_of(const struct kind_of_host *kind, unsigned i, bool badged)
{
	char soon[VALUE_TIME];

	time_utc(soon, time(NULL) + 10 * 86400);
	soon[strlen("2026-12-31")] = '\0';
	if (i == HOSTILE_HOST)
		return json_pack("{s:s, s:s, s:s, s:s, s:s}", "id", HOSTILE, "reason", HOSTILE, "ticket", HOSTILE,
			"owner", HOSTILE, "expires", "2099-12-31" HOSTILE);
	if (i % 3 == 0 && kind->verdict == VERDICT_VSS_FAULT)
		return json_pack("{s:s, s:s, s:n, s:s, s:s}", "id", "W-2026-009", "reason",
			"SQL Server is replaced with the next release", "ticket", "owner", "k.tanaka", "expires",
			"2099-03-31");
	if ((badged || i % 5 == 1) && kind->verdict == VERDICT_AFFECTED)
		return json_pack("{s:s, s:s, s:s, s:s, s:s}", "id", "W-2026-014", "reason",
			"isolated with the next patch day", "ticket", "CHG0012345", "owner", "t.sato", "expires", soon);
	return json_null();
}

static json_t *remedied_of(const struct kind_of_host *kind, unsigned i, bool badged)
{
	bool back = kind->verdict == VERDICT_AFFECTED && (badged || i % 2 == 0);

	if (i != HOSTILE_HOST && !badged && i % 6 != 0)
		return json_null();
	return json_pack("{s:s, s:s, s:s, s:o, s:o}", "change",
		i == HOSTILE_HOST ? HOSTILE : "01JCX7M2V5T8Q4N6R9W3Y1Z0AB", "action", "isolate", "at",
		i == HOSTILE_HOST ? HOSTILE : "2026-11-12T13:02:11Z", "regressed",
		i == HOSTILE_HOST || back ? json_true()
		: kind->outcome           ? json_false()
					  : json_null(),
		"back",
		i == HOSTILE_HOST || back ? json_string(i == HOSTILE_HOST ? HOSTILE : "2026-11-22T12:05:41Z")
					  : json_null());
}

static json_t *record_for(const char *run, const struct kind_of_host *kind, const char *name, unsigned i, bool badged)
{
	bool known = kind->outcome != NULL;

	return json_pack("{s:s, s:s, s:s, s:o, s:s, s:s?, s:s?, s:s, s:{s:s, s:s, s:s, s:s}, s:o, s:i, s:o, s:{s:s?, "
			 "s:s?, s:s?}, "
			 "s:o, s:o, s:o, s:{s:s?, s:s?, s:o, s:o}, s:o, s:[], s:o, s:o, s:o}",
		"type", "host", "schema", RECORD_SCHEMA, "run", run, "host", host_of(name, i), "verdict",
		verdict_name(kind->verdict), "confidence", kind->confidence, "cause", kind->cause, "reason",
		i == 30 || i == HOSTILE_HOST ? HOSTILE
		: i == FORMULA_HOST          ? "+1,\r\n" FORMULA
					     : kind->reason,
		"checkpoints", "writers", kind->checkpoint[0], "environment", kind->checkpoint[1], "events",
		kind->checkpoint[2], "eventsystem", kind->checkpoint[3], "checked_at",
		value_time(CHECKED - 300 + i % 300), "duration_ms", 2200 + (int)(i * 37 % 4000), "os", os_of(kind, i),
		"platform", "manufacturer", known ? "VMware, Inc." : NULL, "model",
		known ? "VMware Virtual Platform" : NULL, "hypervisor", known ? "vmware" : NULL, "vss", vss_of(kind, i),
		"eventsystem", eventsystem_of(kind, i), "events", events_of(kind), "backup", "product",
		known ? "wsb" : NULL, "schedule", known ? "daily" : NULL, "last_success",
		known ? value_time(CHECKED - 260000 - i * 60) : json_null(), "last_failure",
		kind->events ? value_time(CHECKED - 320) : json_null(), "errors", errors_of(kind), "fallbacks",
		"transport", transport_of(kind), "waiver", waiver_of(kind, i, badged), "remedied",
		remedied_of(kind, i, badged));
}

/* What a record has beyond that: the reason in Japanese, and since when it is so: for weeks, or since this run. */
static void complete(json_t *record, const struct kind_of_host *kind, unsigned i)
{
	static const char *const reasons[VERDICTS] = {
		[VERDICT_AFFECTED] =
			"VSS ライターが一つもありません。EventSystem が共有するプロセス: FontCache、netprofm、nsi。"
			"0x800401fb のイベント",
		[VERDICT_WRITERS_MISSING] =
			"VSS ライターが一つもありません。VSS のイベント クラスが登録されていません (KB "
			"2009533)。type= own では直りません",
		[VERDICT_VSS_FAULT] = "ライターが失敗状態です: SqlServerWriter [10]",
		[VERDICT_UNREACHABLE] = "接続できません",
		[VERDICT_UNKNOWN] = "vssadmin を判定できません",
		[VERDICT_FIX_PENDING] = "type= own は設定済みですが、EventSystem はまだ共有プロセスで動いています",
		[VERDICT_AT_RISK] = "ライターは復帰しましたが、プロセスは共有のままです",
		[VERDICT_BUSY] = "バックアップ実行中です",
		[VERDICT_SHARED] = "ライターは正常、プロセスは共有です",
		[VERDICT_HEALTHY] = "正常です",
	};

	json_object_set_new(record, "reason_ja", json_string(i == HOSTILE_HOST ? HOSTILE : reasons[kind->verdict]));
	json_object_set_new(record, "since", value_time(CHECKED - (i % 4 ? 86400 * (i % 29 + 2) : 300)));
}

/* What vssadmin prints, in the words of Japanese or English Windows. */
static const struct words {
	const char *head, *writer, *id, *instance, *state, *error;
} japanese = { "vssadmin 1.1 - ボリューム シャドウ コピー サービス管理コマンド ライン ツール", "ライター名",
	"ライター Id", "ライター インスタンス Id", "状態", "最後のエラー" },
  english = { "vssadmin 1.1 - Volume Shadow Copy Service administrative command-line tool", "Writer name", "Writer Id",
	  "Writer Instance Id", "State", "Last error" };

static const char *text_of(json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

static json_t *raw_of(const struct kind_of_host *kind, json_t *writers, unsigned i, const struct words *words)
{
	OWN_VALUE(str_done) struct str raw = { 0 };
	json_t *writer;
	size_t w;

	str_addf(&raw, "%s\r\n(C) Copyright 2001-2013 Microsoft Corp.\r\n\r\n", words->head);
	if (kind->outcome && !strcmp(kind->outcome, "unreadable"))
		str_add(&raw, "予期しない行 (unexpected line)\r\n");
	json_array_foreach(writers, w, writer) str_addf(&raw,
		"%s: '%s'\r\n   %s: {e8132975-6f93-4464-a53e-1050253ae220}\r\n"
		"   %s: {1bddd48e-5052-49db-9b07-b96f96727e6b}\r\n   %s: [%d] %s\r\n   %s: %s\r\n\r\n",
		words->writer, text_of(writer, "name"), words->id, words->instance, words->state,
		(int)json_integer_value(json_object_get(writer, "state")), text_of(writer, "state_text"), words->error,
		text_of(writer, "last_error"));
	if (i == HOSTILE_HOST)
		str_add(&raw, HOSTILE "\r\n\x1b[31mred\x1b[0m");
	return json_string(str_text(&raw));
}

/* What is measured: each prints all its writers' worth of text, whatever the verdict; three of ten are English. */
static json_t *long_raw_of(const struct kind_of_host *kind, unsigned i)
{
	json_t *writers = writers_of(&kinds[COUNT(kinds) - 1], 0);
	json_t *raw = raw_of(kind, writers, i, i % 10 < 3 ? &english : &japanese);

	json_decref(writers);
	return raw;
}

static json_t *event_list(const struct kind_of_host *kind, unsigned i)
{
	json_t *list = json_array();

	for (unsigned n = 0; n < kind->events + (kind->events ? 3 : 0); n++) {
		bool noise = n >= kind->events, live = n < 2 && kind->events > 20, com = n % 2;
		json_array_append_new(
			list, json_pack("{s:o, s:i, s:i, s:s, s:s, s:n, s:s, s:b}", "time",
				      value_time(CHECKED - (live ? 4 : 322) - 43000 * (n / 2)), "record_id", 90000 - n,
				      "id", com ? 13 : 8193, "hr", noise ? "0x8007045b" : "0x800401fb", "clsid",
				      "4e14fba2-2e22-11d1-9964-00c04fbbb345", "writer", "text",
				      i == HOSTILE_HOST ? HOSTILE
				      : com ? "{4e14fba2-2e22-11d1-9964-00c04fbbb345}; CEventSystem; 0x800401fb, "
					      "オブジェクトは登録されていません。"
					    : "CoCreateInstance; 0x800401fb, オブジェクトは登録されていません。; 操作: "
					      "サブスクライブ ライター",
				      "live", live));
	}
	return list;
}

static void add_service(json_t *list, const char *name, int pid, const char *state, const char *path)
{
	json_array_append_new(
		list, json_pack("{s:s, s:s, s:i, s:s, s:s, s:s, s:s}", "name", name, "display_name", name, "pid", pid,
			      "state", state, "start_mode", "Auto", "service_type", "Share Process", "path", path));
}

static json_t *services_for(const struct kind_of_host *kind, unsigned i)
{
	static const char group[] = "C:\\Windows\\system32\\svchost.exe -k LocalService";
	int pid = 800 + (int)(i % 900);
	json_t *list = json_array();

	add_service(list, "EventSystem", pid, "Running", group);
	for (unsigned n = 0; n < kind->others; n++)
		add_service(list, i == HOSTILE_HOST && n == 2 ? HOSTILE : neighbours[n], pid, "Running", group);
	add_service(list, "CryptSvc", 1104, "Running", "C:\\Windows\\system32\\svchost.exe -k NetworkService");
	add_service(list, "Winmgmt", 912, "Running", "C:\\Windows\\system32\\svchost.exe -k netsvcs");
	add_service(list, "SENS", 912, "Running", "C:\\Windows\\system32\\svchost.exe -k netsvcs");
	add_service(list, "COMSysApp", 2044, "Running",
		"C:\\Windows\\system32\\dllhost.exe /Processid:{02D4B3F1-FD88-11D1-960D-00805FC79235}");
	add_service(list, "VSS", 0, "Stopped", "C:\\Windows\\system32\\vssvc.exe");
	return list;
}

static json_t *evidence_for(const struct kind_of_host *kind, json_t *record, unsigned i, bool wordy)
{
	if (!kind->outcome)
		return json_pack("{s:n, s:n, s:n, s:n, s:n}", "vssadmin", "vssadmin_codepage", "vssadmin_note",
			"events", "services");
	return json_pack("{s:o, s:i, s:s?, s:o, s:o}", "vssadmin",
		wordy ? long_raw_of(kind, i)
		      : raw_of(kind, json_object_get(json_object_get(record, "vss"), "writers"), i, &japanese),
		"vssadmin_codepage", 932, "vssadmin_note",
		strcmp(kind->outcome, "unreadable") ? NULL : "unexplained line: 予期しない行 (unexpected line)",
		"events", event_list(kind, i), "services", services_for(kind, i));
}

int fleet_fill(struct store *store, char run[27], unsigned count, const char *state, struct error *e)
{
	const char **names = calloc(count + 1, sizeof(*names));
	bool partial = !strcmp(state, "partial");
	json_t *meta = json_pack("{s:s, s:[s, s, s, s], s:[{s:s, s:i}, {s:s, s:i}], s:i, s:s, s:i, s:i, s:b, s:b}",
		"version", "0.1.0", "argv", "vssfleet", "scan", "-i", "hosts.ini", "sources", "source", "hosts.ini",
		"hosts", (int)count, "source", "rvtools.csv", "hosts", 0, "merged", 0, "principal",
		"CORP\\svc-vssaudit", "forks", 64, "host_timeout_s", 300, "insecure_tls", partial, "insecure_plaintext",
		0);
	int rc = 0;

	json_object_set_new(meta, "waivers",
		json_pack("[{s:s, s:s, s:s, s:s, s:s}, {s:s, s:s, s:s, s:s, s:s}]", "id", "W-2025-101", "hosts",
			"tyo:&web", "reason", HOSTILE, "owner", "t.sato", "expires", "2026-01-31", "id", "W-2026-020",
			"hosts", "sgp", "reason", "no backup there", "owner", "k.tanaka", "expires", "2099-01-31"));
	for (unsigned i = 0; i < count; i++) {
		names[i] = malloc(64);
		name_of((char *)names[i], i);
	}
	rc = store_run_begin(store, meta, names, count, run, e);
	for (unsigned i = 0; i < count && rc == 0; i++) {
		const struct kind_of_host *kind = kind_of(i, count, state);
		if (partial && i % 5 == 2)
			continue;
		json_t *record = record_for(run, kind, names[i], i, !strcmp(state, "badged")),
		       *evidence = evidence_for(kind, record, i, !strcmp(state, "wordy"));
		complete(record, kind, i);
		rc = record && evidence ? store_put(store, run, record, evidence, e) : -1;
		json_decref(record);
		json_decref(evidence);
	}
	if (rc == 0)
		rc = store_run_end(store, run, partial, e);
	for (unsigned i = 0; i < count; i++)
		free((char *)names[i]);
	free(names);
	json_decref(meta);
	return rc;
}
