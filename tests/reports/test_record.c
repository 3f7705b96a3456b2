/* Records and evidence: unknown is null and never absent, and nothing a host says makes them larger than the store
 * takes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hostile.h"
#include "record.h"
#include "sample.h"
#include "store.h"

enum { RANDOM_TEXTS = 2000 };

static void expect_text(const char *about, const json_t *value, const char *expect)
{
	OWN(own_free) char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);

	if (!text || strcmp(text, expect))
		fail_msg("%s:\n%s instead of\n%s", about, text ? text : "nothing", expect);
}

static void an_affected_host_is_the_record_of_the_contract(void **state)
{
	OWN(sample_free) struct sample *s = sample_new("fs-tyo-0012.corp.example", VERDICT_AFFECTED);
	json_t *record = record_of(sample_run, s->result);

	(void)state;
	expect_text("affected", record,
		"{\"type\":\"host\",\"schema\":\"vssfleet/1\",\"run\":\"01JD8QX5T0ABCDEFGHJKMNPQRS\","
		"\"host\":{\"name\":\"fs-tyo-0012.corp.example\",\"address\":\"10.1.2.12\",\"port\":5985,"
		"\"groups\":[\"tyo\"],\"source\":\"hosts.ini\",\"id\":\"4c4c4544-0031-4a10-8052-b4c04f4a3132\"},"
		"\"verdict\":\"affected\",\"confidence\":\"confirmed\",\"cause\":null,"
		"\"reason\":\"a sample of the verdict affected\",\"reason_ja\":\"affected の見本\","
		"\"checkpoints\":{\"writers\":\"match\",\"environment\":\"match\",\"events\":\"match\","
		"\"eventsystem\":\"match\"},\"checked_at\":\"2026-11-22T12:05:41Z\",\"duration_ms\":4120,"
		"\"os\":{\"caption\":\"Microsoft Windows Server 2012 R2 Standard\",\"version\":\"6.3.9600\","
		"\"build\":\"9600\",\"product_type\":3,\"locale\":\"0411\",\"oem_codepage\":932},"
		"\"platform\":{\"manufacturer\":\"VMware, Inc.\",\"model\":\"VMware Virtual Platform\","
		"\"hypervisor\":\"vmware\",\"memory\":4294967296},"
		"\"vss\":{\"outcome\":\"empty\",\"exit\":0,\"writers\":[],\"missing\":[\"System Writer\",\"ASR "
		"Writer\"],"
		"\"raw_sha256\":\"6ec1c4c742fb18abac1a8f64266933cb5f07e417d56ba50dd9653d2fb3155153\"},"
		"\"eventsystem\":{\"state\":\"Running\",\"pid\":816,\"service_type\":\"Share Process\","
		"\"shared_with\":[\"FontCache\",\"netprofm\",\"nsi\"],\"started\":null},"
		"\"events\":{\"window_hours\":168,\"covered_from\":\"2026-11-15T12:05:41Z\","
		"\"matching\":{\"8193\":1,\"13\":1},\"hresults\":{\"0x800401fb\":2,\"0x8007045b\":1},"
		"\"last\":\"2026-11-22T12:00:19Z\",\"live\":true},"
		"\"backup\":{\"product\":\"wsb\",\"schedule\":\"daily\",\"last_success\":\"2026-11-19T12:05:41Z\","
		"\"last_failure\":\"2026-11-22T12:00:21Z\"},\"errors\":[],\"fallbacks\":[],"
		"\"transport\":{\"scheme\":\"http\",\"auth\":\"kerberos\",\"sealed\":true,\"server_authenticated\":"
		"true,"
		"\"requests\":9,\"bytes_in\":61234,\"bytes_out\":14210,\"retries\":0,\"clock_skew_s\":2},"
		"\"waiver\":null,\"remedied\":null,\"since\":null}");
	json_decref(record);
}

static void an_unreachable_host_knows_nothing(void **state)
{
	OWN(sample_free) struct sample *s = sample_new("fs-tyo-0107.corp.example", VERDICT_UNREACHABLE);
	json_t *record = record_of(sample_run, s->result);

	(void)state;
	expect_text("unreachable", record,
		"{\"type\":\"host\",\"schema\":\"vssfleet/1\",\"run\":\"01JD8QX5T0ABCDEFGHJKMNPQRS\","
		"\"host\":{\"name\":\"fs-tyo-0107.corp.example\",\"address\":null,\"port\":null,\"groups\":[\"tyo\"],"
		"\"source\":\"hosts.ini\",\"id\":null},\"verdict\":\"unreachable\",\"confidence\":null,\"cause\":null,"
		"\"reason\":\"the clocks differ by 412 s\",\"reason_ja\":null,"
		"\"checkpoints\":{\"writers\":\"unknown\",\"environment\":\"unknown\",\"events\":\"unknown\","
		"\"eventsystem\":\"unknown\"},\"checked_at\":\"2026-11-22T12:05:41Z\",\"duration_ms\":4120,"
		"\"os\":{\"caption\":null,\"version\":null,\"build\":null,\"product_type\":null,\"locale\":null,"
		"\"oem_codepage\":null},\"platform\":{\"manufacturer\":null,\"model\":null,\"hypervisor\":null,"
		"\"memory\":null},"
		"\"vss\":{\"outcome\":null,\"exit\":null,\"writers\":null,\"missing\":null,\"raw_sha256\":null},"
		"\"eventsystem\":{\"state\":null,\"pid\":null,\"service_type\":null,\"shared_with\":null,\"started\":"
		"null},"
		"\"events\":{\"window_hours\":null,\"covered_from\":null,\"matching\":{\"8193\":null,\"13\":null},"
		"\"hresults\":null,\"last\":null,\"live\":null},"
		"\"backup\":{\"product\":null,\"schedule\":null,\"last_success\":null,\"last_failure\":null},"
		"\"errors\":[{\"probe\":\"connect\",\"kind\":\"auth\",\"code\":-1765328347,"
		"\"message\":\"authenticate: KRB_AP_ERR_SKEW: clock skew 412 s\"}],\"fallbacks\":[],"
		"\"transport\":{\"scheme\":null,\"auth\":null,\"sealed\":null,\"server_authenticated\":null,"
		"\"requests\":0,\"bytes_in\":0,\"bytes_out\":0,\"retries\":0,\"clock_skew_s\":null},\"waiver\":null,"
		"\"remedied\":null,\"since\":null}");
	json_decref(record);
}

static void a_host_that_was_never_begun_is_not_checked(void **state)
{
	json_t *record = record_never_begun(sample_run, "late.example");

	(void)state;
	expect_text("verdict", json_object_get(record, "verdict"), "\"unreachable\"");
	expect_text("duration", json_object_get(record, "duration_ms"), "null");
	expect_text("time", json_object_get(record, "checked_at"), "null");
	expect_text("errors", json_object_get(record, "errors"),
		"[{\"probe\":\"connect\",\"kind\":\"aborted\",\"code\":null,"
		"\"message\":\"the run ended before this host was begun\"}]");
	json_decref(record);
}

/* ---- One change of an affected host, and what becomes of it ---- */
static void replace(char **text, const char *with)
{
	free(*text);
	*text = strdup(with);
}

static void fails(struct result *r, enum error_kind kind, const char *operation)
{
	struct error e = { 0 };

	error_code(&e, kind, 12, "no space left");
	error_during(&e, operation);
	result_add_error(r, "vss", &e);
}

#define CHANGE(name, statements)                                                                                       \
	static void name(struct result *r)                                                                             \
	{                                                                                                              \
		statements;                                                                                            \
	}
CHANGE(outcome_unverified, r->facts.vss.outcome = VSS_EMPTY_UNVERIFIED)
CHANGE(outcome_timeout, r->facts.vss.outcome = VSS_TIMEOUT)
CHANGE(outcome_unseen, r->facts.vss.outcome = VSS_UNSEEN)
CHANGE(missing_unknown, r->judgement.missing_known = false)
CHANGE(service_alone, r->facts.eventsystem.sharing = SHARING_ALONE; r->facts.eventsystem.shared_count = 0)
CHANGE(service_stopped, r->facts.eventsystem.sharing = SHARING_STOPPED; r->facts.services.service[0].pid = 0)
CHANGE(service_unknown, r->facts.eventsystem.service = NULL; r->facts.eventsystem.sharing = SHARING_UNKNOWN)
CHANGE(events_none, event_facts_done(&r->facts.events); r->facts.events.seen = true; r->facts.events.window_h = 24)
CHANGE(events_unseen, r->facts.events.seen = false)
CHANGE(local_failure, fails(r, ERROR_LOCAL, NULL))
CHANGE(named_failure, fails(r, ERROR_QUOTA, "shell create"))
CHANGE(other_address, ((struct host *)r->host)->address = strdup("192.0.2.1"))
CHANGE(invalid_text, replace(&r->facts.environment.caption, "Server \x83\x89"))
CHANGE(not_connected, r->connected = false)
CHANGE(no_skew, r->facts.environment.skew_seen = false)
CHANGE(year_unheard_of, r->facts.backup.last_success = INT64_MAX)
CHANGE(fallback, result_add_fallback(r, "services by tasklist"))

static const json_t *at(const json_t *value, const char *path)
{
	char key[32];

	for (size_t len; *path; path += len + (path[len] == '.')) {
		len = strcspn(path, ".");
		snprintf(key, sizeof(key), "%.*s", (int)len, path);
		value = json_object_get(value, key);
	}
	return value;
}

static void each_fact_has_its_value(void **state)
{
	static const struct {
		const char *about;
		void (*change)(struct result *r);
		const char *path, *expect;
	} cases[] = {
		{ "an empty list that nobody verified proves nothing", outcome_unverified, "vss.writers", "null" },
		{ "its outcome says so", outcome_unverified, "vss.outcome", "\"empty_unverified\"" },
		{ "a timeout proves nothing", outcome_timeout, "vss.writers", "null" },
		{ "not asked", outcome_unseen, "vss.outcome", "null" },
		{ "nothing is known to be missing", missing_unknown, "vss.missing", "null" },
		{ "alone: shared with none", service_alone, "eventsystem.shared_with", "[]" },
		{ "a stopped service has no process to share", service_stopped, "eventsystem.shared_with", "null" },
		{ "and the process id that Windows gives", service_stopped, "eventsystem.pid", "0" },
		{ "no service known", service_unknown, "eventsystem",
			"{\"state\":null,\"pid\":null,\"service_type\":null,\"shared_with\":null,\"started\":null}" },
		{ "no events are a proved zero", events_none, "events",
			"{\"window_hours\":24,\"covered_from\":null,\"matching\":{\"8193\":0,\"13\":0},\"hresults\":{},"
			"\"last\":null,\"live\":false}" },
		{ "events that could not be read are no zero", events_unseen, "events.matching.8193", "null" },
		{ "a failure of ours is no fault of the host", local_failure, "errors",
			"[{\"probe\":\"vss\",\"kind\":\"aborted\",\"code\":12,\"message\":\"no space left\"}]" },
		{ "operation and cause are one sentence", named_failure, "errors",
			"[{\"probe\":\"vss\",\"kind\":\"quota\",\"code\":12,\"message\":\"shell create: no space "
			"left\"}]" },
		{ "the inventory's address comes first", other_address, "host.address", "\"192.0.2.1\"" },
		{ "bytes that are no text", invalid_text, "os.caption", "\"Server \xef\xbf\xbd\xef\xbf\xbd\"" },
		{ "never connected: nothing was sealed or not", not_connected, "transport.sealed", "null" },
		{ "a clock that nobody saw", no_skew, "transport.clock_skew_s", "null" },
		{ "a time beyond all calendars", year_unheard_of, "backup.last_success", "null" },
		{ "fallbacks are named", fallback, "fallbacks", "[\"services by tasklist\"]" },
	};

	(void)state;
	FOR_EACH(c, cases) {
		OWN(sample_free) struct sample *s = sample_new("a.example", VERDICT_AFFECTED);
		c->change(s->result);
		json_t *record = record_of(sample_run, s->result);
		expect_text(c->about, at(record, c->path), c->expect);
		json_decref(record);
	}
}

/* The same keys wherever the contract names them; maps by code and elements of lists are the host's own. */
static void expect_keys(const json_t *a, const json_t *b)
{
	const char *key;
	json_t *value;

	assert_int_equal(json_object_size(a), json_object_size(b));
	json_object_foreach((json_t *)a, key, value)
	{
		if (!json_object_get(b, key))
			fail_msg("no key %s", key);
		if (json_is_object(value) && strcmp(key, "hresults") != 0)
			expect_keys(value, json_object_get(b, key));
	}
}

static void every_key_is_in_every_record(void **state)
{
	OWN(sample_free) struct sample *nothing = sample_new("a.example", VERDICT_UNREACHABLE);
	json_t *bare = record_of(sample_run, nothing->result);
	char text[HOSTILE_MAX];
	unsigned seed = 4;

	(void)state;
	for (int i = 0; i < RANDOM_TEXTS; i++) {
		OWN(sample_free)
		struct sample *s = sample_hostile("b.example", (enum verdict)(i % VERDICTS), hostile_text(&seed, text));
		json_t *record = record_of(sample_run, s->result), *evidence = evidence_of(s->result);
		if (!record || !evidence)
			fail_msg("text %d: no record of \"%s\"", i, text);
		expect_keys(bare, record);
		json_decref(record);
		json_decref(evidence);
	}
	json_decref(bare);
}

static void evidence_has_what_the_record_is_too_small_for(void **state)
{
	OWN(sample_free) struct sample *s = sample_new("a.example", VERDICT_AFFECTED);
	json_t *evidence = evidence_of(s->result);
	const json_t *services = json_object_get(evidence, "services");
	char names[128] = "";

	(void)state;
	assert_string_equal(json_string_value(json_object_get(evidence, "vssadmin")), s->result->facts.vss.raw);
	assert_int_equal(json_integer_value(json_object_get(evidence, "vssadmin_codepage")), 932);
	expect_text("an event", json_array_get(json_object_get(evidence, "events"), 0),
		"{\"time\":\"2026-11-22T12:05:40Z\",\"record_id\":4711,\"id\":8193,\"hr\":\"0x800401fb\","
		"\"clsid\":\"e8132975-6f93-4464-a53e-1050253ae220\",\"writer\":\"System Writer\","
		"\"text\":\"CoCreateInstance; 0x800401fb, オブジェクトは登録されていません。\",\"live\":true}");
	for (size_t i = 0; i < json_array_size(services); i++) {
		strcat(names, json_string_value(json_object_get(json_array_get(services, i), "name")));
		strcat(names, " ");
	}
	assert_string_equal(names, "EventSystem FontCache netprofm nsi VSS CryptSvc ");
	json_decref(evidence);
}

static void a_long_text_is_cut_between_characters(void **state)
{
	OWN(sample_free) struct sample *s = sample_new("a.example", VERDICT_AFFECTED);
	char text[RECORD_TEXT_MAX + 16] = "", expect[sizeof(text) + 8];

	(void)state;
	memset(text, 'x', RECORD_TEXT_MAX - 2);
	snprintf(expect, sizeof(expect), "\"%s...\"", text);
	strcat(text, "ライター"); /* three bytes each: the first would end one byte too late */
	replace(&s->result->facts.environment.caption, text);
	json_t *record = record_of(sample_run, s->result);
	expect_text("cut", at(record, "os.caption"), expect);
	json_decref(record);
}

static void what_was_not_seen_is_null_in_the_evidence(void **state)
{
	OWN(sample_free) struct sample *s = sample_new("a.example", VERDICT_UNREACHABLE);
	json_t *evidence = evidence_of(s->result);

	(void)state;
	expect_text("evidence", evidence,
		"{\"vssadmin\":null,\"vssadmin_codepage\":null,\"vssadmin_note\":null,\"events\":null,\"services\":"
		"null}");
	json_decref(evidence);
}

static char *filled(size_t len)
{
	char *text = malloc(len + 1);

	assert_non_null(text);
	memset(text, 1, len); /* six bytes each in JSON */
	text[len] = '\0';
	return text;
}

/* As much of everything as a host can say. */
static void fill(struct facts *facts)
{
	enum { MANY = 4000, LONG = 4000, EVENTS = 200 };

	vss_facts_done(&facts->vss);
	event_facts_done(&facts->events);
	facts->vss = (struct vss_facts){ .outcome = VSS_WRITERS, .raw = filled(1 << 20), .count = MANY };
	facts->vss.writer = calloc(MANY, sizeof(*facts->vss.writer));
	for (size_t i = 0; i < MANY; i++) {
		struct writer *w = &facts->vss.writer[i];
		w->name = filled(LONG);
		w->state_text = filled(LONG);
		w->last_error = filled(LONG);
	}
	facts->events = (struct event_facts){ .seen = true, .count = EVENTS };
	facts->events.event = calloc(EVENTS, sizeof(*facts->events.event));
	for (size_t i = 0; i < EVENTS; i++)
		facts->events.event[i] = (struct event){ .text = filled(LONG), .hr = (uint32_t)i };
	service_facts_done(&facts->services);
	free(facts->eventsystem.shared_with);
	facts->services = (struct service_facts){ .seen = true, .count = MANY };
	facts->services.service = calloc(MANY, sizeof(*facts->services.service));
	facts->eventsystem = (struct eventsystem_facts){ .sharing = SHARING_SHARED, .shared_count = MANY };
	facts->eventsystem.service = facts->services.service;
	facts->eventsystem.shared_with = calloc(MANY, sizeof(*facts->eventsystem.shared_with));
	for (size_t i = 0; i < MANY; i++) {
		struct service *service = &facts->services.service[i];
		*service = (struct service){ filled(LONG), filled(LONG), filled(LONG), filled(LONG), filled(LONG),
			filled(LONG), 816 };
		facts->eventsystem.shared_with[i] = service;
	}
}

static void a_host_that_says_as_much_as_it_can_still_fits_into_the_store(void **state)
{
	static const char *const names[] = { "a.example" };
	OWN(sample_free) struct sample *s = sample_new("a.example", VERDICT_SHARED);
	struct error e = { 0 };
	OWN(store_close) struct store *store = store_open(":memory:", &e);
	char run[27];
	json_t *meta = json_object();

	(void)state;
	fill(&s->result->facts);
	assert_int_equal(store_run_begin(store, meta, names, 1, run, &e), 0);
	json_t *record = record_of(run, s->result), *evidence = evidence_of(s->result);
	if (store_put(store, run, record, evidence, &e) < 0)
		fail_msg("%s", e.cause);
	expect_text("what was left out", json_object_get(record, "errors"),
		"[{\"probe\":\"vss\",\"kind\":\"parse\",\"code\":null,"
		"\"message\":\"4000 writers listed, the first 256 are recorded\"},"
		"{\"probe\":\"services\",\"kind\":\"parse\",\"code\":null,"
		"\"message\":\"4000 services in EventSystem's process listed, the first 256 are recorded\"}]");
	json_decref(meta);
	json_decref(record);
	json_decref(evidence);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_affected_host_is_the_record_of_the_contract),
		cmocka_unit_test(an_unreachable_host_knows_nothing),
		cmocka_unit_test(a_host_that_was_never_begun_is_not_checked),
		cmocka_unit_test(each_fact_has_its_value),
		cmocka_unit_test(every_key_is_in_every_record),
		cmocka_unit_test(evidence_has_what_the_record_is_too_small_for),
		cmocka_unit_test(a_long_text_is_cut_between_characters),
		cmocka_unit_test(what_was_not_seen_is_null_in_the_evidence),
		cmocka_unit_test(a_host_that_says_as_much_as_it_can_still_fits_into_the_store),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
