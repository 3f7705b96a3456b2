/* state: what was seen can be written down and read back, and two states compare as the repair needs it. */
#include "cases.h"
#include "state.h"

#include <string.h>

#define WRITTEN                                                                                                        \
	"{\"group\":[\"FontCache\",\"netprofm\",\"nsi\"],\"last_boot\":\"2026-11-22T12:05:41Z\",\"pid\":816,"          \
	"\"service_type\":\"Share Process\",\"start_mode\":\"Auto\",\"state\":\"Running\","                            \
	"\"stops\":[\"SENS\",\"COMSysApp\",\"EventSystem\"],\"writers\":[\"System Writer\"]}"

static void read_written(struct state *to, const char *text)
{
	struct error e = { 0 };
	json_t *json = json_loads(text, 0, NULL);

	assert_non_null(json);
	if (state_read(to, json, &e) < 0)
		fail_msg("%s: %s", text, e.cause);
	json_decref(json);
}

static void expect_written(const struct state *state, const char *expect)
{
	json_t *json = state_json(state);
	OWN(own_free) char *text = json_dumps(json, JSON_SORT_KEYS | JSON_COMPACT);

	json_decref(json);
	assert_string_equal(text, expect);
}

/* ---- from the facts ---- */

static struct service services[] = {
	{ "EventSystem", "COM+ Event System", "Running", "Auto", "Share Process", NULL, 816 },
	{ "nsi", "Network Store Interface", "Running", "Auto", "Share Process", NULL, 816 },
	{ "FontCache", "Windows Font Cache", "Running", "Auto", "Share Process", NULL, 816 },
	{ "SENS", "System Event Notification", "Running", "Auto", "Share Process", NULL, 900 },
};
static const struct service *shared[] = { &services[1], &services[2] };

static struct facts facts_of_the_published_case(struct writer *writers, size_t count, enum vss_outcome outcome)
{
	struct facts facts;

	facts_init(&facts);
	facts.environment.last_boot = 1795349141;
	facts.services = (struct service_facts){ true, services, COUNT(services) };
	facts.eventsystem.service = &services[0];
	facts.eventsystem.sharing = SHARING_SHARED;
	facts.eventsystem.shared_with = shared;
	facts.eventsystem.shared_count = COUNT(shared);
	facts.vss.outcome = outcome;
	facts.vss.writer = writers;
	facts.vss.count = count;
	return facts;
}

static void the_facts_become_a_state(void **unused)
{
	struct writer writers[] = { { .name = "WMI Writer" }, { .name = "System Writer" },
		{ .name = "System Writer" } };
	struct facts facts = facts_of_the_published_case(writers, COUNT(writers), VSS_WRITERS);
	OWN_VALUE(state_done) struct state state = { 0 };
	struct error e = { 0 };

	(void)unused;
	assert_int_equal(state_of(&state, &facts, &e), 0);
	expect_written(&state,
		"{\"group\":[\"FontCache\",\"nsi\"],\"last_boot\":\"2026-11-22T12:05:41Z\",\"pid\":816,"
		"\"service_type\":\"Share Process\",\"start_mode\":\"Auto\",\"state\":\"Running\",\"stops\":null,"
		"\"writers\":[\"System Writer\",\"WMI Writer\"]}");
}

static void what_nobody_saw_is_unknown(void **unused)
{
	OWN_VALUE(state_done) struct state state = { 0 };
	struct facts facts;
	struct error e = { 0 };

	(void)unused;
	facts_init(&facts);
	assert_int_equal(state_of(&state, &facts, &e), 0);
	assert_int_equal(state.pid, UNSEEN);
	assert_int_equal(state.last_boot, UNSEEN);
	expect_written(&state,
		"{\"group\":[],\"last_boot\":null,\"pid\":null,\"service_type\":null,\"start_mode\":null,"
		"\"state\":null,\"stops\":null,\"writers\":null}");
}

static void only_a_whole_list_of_writers_is_known(void **unused)
{
	static const struct {
		enum vss_outcome outcome;
		bool known;
	} cases[] = {
		{ VSS_WRITERS, true },
		{ VSS_EMPTY, true },
		{ VSS_PARTIAL, false },
		{ VSS_EMPTY_UNVERIFIED, false },
		{ VSS_FAILED, false },
		{ VSS_UNREADABLE, false },
		{ VSS_TIMEOUT, false },
		{ VSS_UNSEEN, false },
	};

	(void)unused;
	FOR_EACH(c, cases) {
		struct facts facts = facts_of_the_published_case(NULL, 0, c->outcome);
		OWN_VALUE(state_done) struct state state = { 0 };
		struct error e = { 0 };
		assert_int_equal(state_of(&state, &facts, &e), 0);
		if (state.writers_known != c->known)
			fail_msg("outcome %d", (int)c->outcome);
	}
}

static void more_writers_than_names_is_an_error(void **unused)
{
	static char name[NAMES_MAX + 1][8];
	static struct writer writers[NAMES_MAX + 1];
	OWN_VALUE(state_done) struct state state = { 0 };
	struct error e = { 0 };

	(void)unused;
	for (size_t i = 0; i < COUNT(writers); i++) {
		memcpy(name[i], (char[]){ 'W', (char)('a' + i % 26), (char)('a' + i / 26), '\0' }, 4);
		writers[i].name = name[i];
	}
	struct facts facts = facts_of_the_published_case(writers, COUNT(writers), VSS_WRITERS);
	assert_int_equal(state_of(&state, &facts, &e), -1);
	assert_int_equal(state.pid, UNSEEN);
	assert_null(state.service_type);
	assert_false(state.writers_known);
}

/* ---- JSON ---- */

static void a_state_is_read_back_as_it_was_written(void **unused)
{
	static const char *const texts[] = {
		WRITTEN,
		"{\"group\":[],\"last_boot\":null,\"pid\":null,\"service_type\":null,\"start_mode\":null,\"state\":"
		"null,"
		"\"stops\":null,\"writers\":null}",
		"{\"group\":[],\"last_boot\":\"1970-01-01T00:00:00Z\",\"pid\":0,\"service_type\":\"Own Process\","
		"\"start_mode\":\"Disabled\",\"state\":\"Stopped\",\"stops\":[],\"writers\":[]}",
		"{\"group\":[\"Dienst f\\u00fcr \\\"Z\\\" & Co\"],\"last_boot\":null,\"pid\":4294967295,"
		"\"service_type\":null,\"start_mode\":null,\"state\":null,\"stops\":[\"EventSystem\"],\"writers\":[]}",
	};

	(void)unused;
	FOR_EACH(text, texts) {
		OWN_VALUE(state_done) struct state state = { 0 };
		json_t *json = json_loads(*text, 0, NULL);
		OWN(own_free) char *same = json_dumps(json, JSON_SORT_KEYS | JSON_COMPACT);
		read_written(&state, *text);
		expect_written(&state, same);
		json_decref(json);
	}
}

static void groups_and_writers_are_sorted_however_they_were_written(void **unused)
{
	OWN_VALUE(state_done) struct state state = { 0 };

	(void)unused;
	read_written(&state, "{\"group\":[\"nsi\",\"FontCache\"],\"last_boot\":null,\"pid\":1,\"service_type\":null,"
			     "\"start_mode\":null,\"state\":null,\"stops\":[\"z\",\"a\"],\"writers\":[\"B\",\"a\"]}");
	assert_string_equal(state.group.name[0], "FontCache");
	assert_string_equal(state.writers.name[0], "a");
	assert_string_equal(state.stops.name[0], "z");
}

static void names_longer_than_any_are_cut_so_that_they_can_be_read_back(void **unused)
{
	OWN_VALUE(state_done) struct state state = { .pid = UNSEEN, .last_boot = UNSEEN }, again = { 0 };
	struct error e = { 0 };
	char name[1000];

	(void)unused;
	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	assert_int_equal(names_add(&state.group, name, &e), 0);
	json_t *json = state_json(&state);
	assert_int_equal(state_read(&again, json, &e), 0);
	assert_int_equal(strlen(again.group.name[0]), 256);
	json_decref(json);
}

#define X16 "xxxxxxxxxxxxxxxx"
#define X256 X16 X16 X16 X16 X16 X16 X16 X16 X16 X16 X16 X16 X16 X16 X16 X16

/* One member in place of what WRITTEN has; NULL: without it. */
static void what_is_not_a_state_is_refused(void **unused)
{
	static const struct {
		const char *member, *value;
		bool valid;
	} cases[] = {
		{ "group", "[\"nsi\"]", true },
		{ "group", NULL, false },
		{ "group", "null", false },
		{ "group", "\"nsi\"", false },
		{ "group", "[1]", false },
		{ "group", "[null]", false },
		{ "group", "[\"\"]", false },
		{ "group", "[\"" X256 "\"]", true },
		{ "group", "[\"" X256 "x\"]", false },
		{ "group", "[\"a\\u0000b\"]", false },
		{ "group", "{}", false },
		{ "stops", "null", true },
		{ "stops", NULL, false },
		{ "stops", "[\"a b\"]", false },
		{ "stops", "[\"SENS\",\"x&calc\"]", false },
		{ "stops", "[\"" X256 "\"]", false },
		{ "stops", "false", false },
		{ "writers", "null", true },
		{ "writers", NULL, false },
		{ "writers", "[[]]", false },
		{ "pid", "0", true },
		{ "pid", "null", true },
		{ "pid", NULL, false },
		{ "pid", "-1", false },
		{ "pid", "4294967296", false },
		{ "pid", "816.0", false },
		{ "pid", "\"816\"", false },
		{ "last_boot", "null", true },
		{ "last_boot", NULL, false },
		{ "last_boot", "\"\"", false },
		{ "last_boot", "\"2026-11-22\"", false },
		{ "last_boot", "\"2026-11-22T12:05:41\"", false },
		{ "last_boot", "\"2026-11-22T12:05:41Zx\"", false },
		{ "last_boot", "\"2026-11-31T12:05:41Z\"", false },
		{ "last_boot", "\"1969-12-31T23:00:00Z\"", false },
		{ "last_boot", "1795349141", false },
		{ "service_type", "\"Own Process\"", true },
		{ "service_type", NULL, false },
		{ "service_type", "16", false },
		{ "start_mode", NULL, false },
		{ "start_mode", "\"\"", false },
		{ "state", NULL, false },
		{ "state", "\"" X256 "x\"", false },
		{ "another", "1", true },
	};

	(void)unused;
	FOR_EACH(c, cases) {
		OWN_VALUE(state_done) struct state state = { 0 };
		struct error e = { 0 };
		json_t *json = json_loads(WRITTEN, 0, NULL);
		if (c->value)
			json_object_set_new(
				json, c->member, json_loads(c->value, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL));
		else
			json_object_del(json, c->member);
		int rc = state_read(&state, json, &e);
		json_decref(json);
		if ((rc == 0) != c->valid ||
			(rc < 0 && (e.kind != ERROR_PARSE || state.pid != UNSEEN || state.group.count)))
			fail_msg("%s: %s: %d", c->member, c->value ? c->value : "(missing)", rc);
	}
}

static void what_is_no_object_is_refused(void **unused)
{
	static const char *const texts[] = { "null", "[]", "1", "\"x\"", "{}" };

	(void)unused;
	FOR_EACH(text, texts) {
		OWN_VALUE(state_done) struct state state = { 0 };
		struct error e = { 0 };
		json_t *json = json_loads(*text, JSON_DECODE_ANY, NULL);
		if (state_read(&state, json, &e) == 0 || e.kind != ERROR_PARSE)
			fail_msg("%s", *text);
		json_decref(json);
	}
}

static void too_many_names_are_refused(void **unused)
{
	OWN_VALUE(state_done) struct state state = { 0 };
	struct error e = { 0 };
	json_t *json = json_loads(WRITTEN, 0, NULL), *many = json_array();

	(void)unused;
	for (int i = 0; i <= NAMES_MAX; i++)
		json_array_append_new(many, json_sprintf("s%d", i));
	json_object_set_new(json, "stops", many);
	assert_int_equal(state_read(&state, json, &e), -1);
	assert_int_equal(state.stops.count, 0);
	json_decref(json);
}

static void a_copy_is_the_same_and_its_own(void **unused)
{
	OWN_VALUE(state_done) struct state copy = { 0 };
	struct error e = { 0 };

	(void)unused;
	{
		OWN_VALUE(state_done) struct state state = { 0 };
		read_written(&state, WRITTEN);
		assert_int_equal(state_copy(&copy, &state, &e), 0);
	}
	expect_written(&copy, WRITTEN);
}

/* ---- the same, or not? ---- */

static void the_fingerprint_tells_what_matters(void **unused)
{
	static const struct {
		const char *member, *value;
		bool same;
	} cases[] = {
		{ "group", "[\"nsi\",\"FontCache\",\"netprofm\"]", true },
		{ "writers", "[]", true },
		{ "writers", "null", true },
		{ "state", "\"Stop Pending\"", true },
		{ "last_boot", "\"2026-11-22T12:05:42Z\"", true },
		{ "last_boot", "null", true },
		{ "group", "[\"FontCache\",\"netprofm\"]", false },
		{ "group", "[\"FontCache,netprofm\",\"nsi\"]", false },
		{ "group", "[]", false },
		{ "stops", "[\"COMSysApp\",\"SENS\",\"EventSystem\"]", false },
		{ "stops", "[\"COMSysApp\",\"EventSystem\"]", false },
		{ "stops", "[]", false },
		{ "stops", "null", false },
		{ "pid", "817", false },
		{ "pid", "0", false },
		{ "pid", "null", false },
		{ "service_type", "\"Own Process\"", false },
		{ "service_type", "null", false },
		{ "start_mode", "\"Disabled\"", false },
	};
	OWN_VALUE(state_done) struct state state = { 0 };
	char before[DIGEST_DIGITS + 1], after[DIGEST_DIGITS + 1];

	(void)unused;
	read_written(&state, WRITTEN);
	assert_int_equal(state_fingerprint(&state, before), 0);
	FOR_EACH(c, cases) {
		OWN_VALUE(state_done) struct state other = { 0 };
		json_t *json = json_loads(WRITTEN, 0, NULL);
		json_object_set_new(json, c->member, json_loads(c->value, JSON_DECODE_ANY, NULL));
		OWN(own_free) char *text = json_dumps(json, 0);
		json_decref(json);
		read_written(&other, text);
		assert_int_equal(state_fingerprint(&other, after), 0);
		if ((strcmp(before, after) == 0) != c->same)
			fail_msg("%s: %s", c->member, c->value);
	}
}

/* What sha256sum says of the text: plans of today are read tomorrow. */
static void the_fingerprint_is_the_sha256_of_canonical_json(void **unused)
{
	OWN_VALUE(state_done) struct state state = { 0 };
	char fingerprint[DIGEST_DIGITS + 1];

	(void)unused;
	read_written(&state, WRITTEN);
	assert_int_equal(state_fingerprint(&state, fingerprint), 0);
	assert_string_equal(fingerprint, "795dfcbaf40f6bed4aadd35663edcd3da861089dcd435f0745119e026d481735");
}

static void the_same_boot_may_be_told_two_minutes_apart(void **unused)
{
	static const struct {
		const char *about;
		int64_t a, b;
		bool same;
	} cases[] = {
		{ "the same", 1000000, 1000000, true },
		{ "over the full minute", 1000019, 1000021, true },
		{ "the clock was set forward", 1000000, 1000120, true },
		{ "the clock was set back", 1000120, 1000000, true },
		{ "more than two minutes later", 1000000, 1000121, false },
		{ "more than two minutes earlier", 1000121, 1000000, false },
		{ "unknown before", UNSEEN, 1000000, false },
		{ "unknown now", 1000000, UNSEEN, false },
		{ "never known", UNSEEN, UNSEEN, false },
		{ "unknown before, and a clock at the epoch", UNSEEN, 0, false },
		{ "unknown now, and a clock at the epoch", 0, UNSEEN, false },
	};

	(void)unused;
	FOR_EACH(c, cases) {
		struct state a = { .last_boot = c->a }, b = { .last_boot = c->b };
		if (state_same_boot(&a, &b) != c->same)
			fail_msg("%s", c->about);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_facts_become_a_state),
		cmocka_unit_test(what_nobody_saw_is_unknown),
		cmocka_unit_test(only_a_whole_list_of_writers_is_known),
		cmocka_unit_test(more_writers_than_names_is_an_error),
		cmocka_unit_test(a_state_is_read_back_as_it_was_written),
		cmocka_unit_test(groups_and_writers_are_sorted_however_they_were_written),
		cmocka_unit_test(names_longer_than_any_are_cut_so_that_they_can_be_read_back),
		cmocka_unit_test(what_is_not_a_state_is_refused),
		cmocka_unit_test(what_is_no_object_is_refused),
		cmocka_unit_test(too_many_names_are_refused),
		cmocka_unit_test(a_copy_is_the_same_and_its_own),
		cmocka_unit_test(the_fingerprint_tells_what_matters),
		cmocka_unit_test(the_fingerprint_is_the_sha256_of_canonical_json),
		cmocka_unit_test(the_same_boot_may_be_told_two_minutes_apart),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
