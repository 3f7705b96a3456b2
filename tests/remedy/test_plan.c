/* Tests of plan: what is written is read again, and nothing else is. */
#include "cases.h"
#include "consent.h"
#include "looks.h"
#include "planfile.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/vssfleet-plan-XXXXXX";
static char file[sizeof(folder) + 16];

static int make_folder(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	snprintf(file, sizeof(file), "%s/plan.json", folder);
	return 0;
}

static int remove_folder(void **state)
{
	(void)state;
	unlink(file);
	return rmdir(folder); /* fails if a temporary file was left */
}

static void put(const void *bytes, size_t len)
{
	FILE *out = fopen(file, "w");
	assert_non_null(out);
	assert_int_equal(fwrite(bytes, 1, len, out), len);
	assert_int_equal(fclose(out), 0);
}

static char *get(size_t *len)
{
	FILE *in = fopen(file, "r");
	struct stat st;

	assert_non_null(in);
	assert_int_equal(fstat(fileno(in), &st), 0);
	*len = (size_t)st.st_size;
	char *text = calloc(1, *len + 1);
	assert_non_null(text);
	assert_int_equal(fread(text, 1, *len, in), *len);
	fclose(in);
	return text;
}

static void add_host(struct plan *plan, const char *name, unsigned ring, unsigned batch, const char *peer)
{
	struct plan_host *host = &plan->host[plan->count++];

	*host = (struct plan_host){ .name = strdup(name),
		.verdict = strdup("affected"),
		.wanted_type = strdup("Own Process"),
		.peer = { NULL, NULL, peer ? strdup(peer) : NULL },
		.at = { ring, batch },
		.before = { .service_type = strdup("Share Process"),
			.start_mode = strdup("Auto"),
			.pid = 816,
			.last_boot = LOOK_BOOT,
			.stops_known = true } };
	look_names(&host->before.group, "FontCache netprofm");
	look_names(&host->before.stops, "COMSysApp EventSystem");
}

/* Not in the order of their batches. */
static void make(struct plan *plan, size_t hosts)
{
	struct error e = { 0 };

	*plan = (struct plan){ .action = ACTION_ISOLATE,
		.restart = true,
		.rollback = true,
		.allow = ALLOW_ROLE | ALLOW_PENDING_REBOOT,
		.made = LOOK_NOW,
		.expires = LOOK_NOW + PLAN_VALID_S,
		.run = strdup("01JD8QX"),
		.max_fail = { 10, true },
		.soak_s = 120,
		.host = calloc(4, sizeof(struct plan_host)) };
	if (hosts == 4) {
		add_host(plan, "c.example", 1, 2, "dc:a");
		add_host(plan, "b1.example", 1, 1, "dc:a");
		add_host(plan, "a.example", 0, 0, NULL);
		add_host(plan, "b2.example", 1, 1, "peer:ü");
	} else
		add_host(plan, "a", 0, 0, "dc:a");
	assert_int_equal(plan_seal(plan, &e), 0);
}

static char *text_of(const struct plan *plan)
{
	json_t *json = plan_json(plan);
	char *text = json ? json_dumps(json, JSON_SORT_KEYS | JSON_COMPACT) : NULL;

	json_decref(json);
	assert_non_null(text);
	return text;
}

static void what_is_written_is_read_again(void **state)
{
	OWN_VALUE(plan_done) struct plan plan = { 0 }, again = { 0 };
	struct error e = { 0 };
	struct stat st;
	(void)state;

	make(&plan, 4);
	assert_int_equal(plan_write(&plan, file, &e), 0);
	assert_int_equal(stat(file, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	if (plan_read(&again, file, &e) < 0)
		fail_msg("%s", e.cause);
	OWN(own_free) char *first = text_of(&plan), *second = text_of(&again);
	assert_string_equal(first, second);
	assert_string_equal(again.host[3].peer[0], "dc:a");
	assert_int_equal(again.host[3].before.pid, 816);
	assert_int_equal(again.host[3].before.last_boot, LOOK_BOOT);
	assert_int_equal(again.allow, ALLOW_ROLE | ALLOW_PENDING_REBOOT);
	assert_true(again.max_fail.percent);
	assert_int_equal(again.expires, LOOK_NOW + PLAN_VALID_S);
}

static void a_seal_sorts_by_batch_and_keeps_the_order_within(void **state)
{
	static const char *const order[] = { "a.example", "b1.example", "b2.example", "c.example" };
	OWN_VALUE(plan_done) struct plan plan = { 0 };
	(void)state;

	make(&plan, 4);
	for (size_t i = 0; i < COUNT(order); i++)
		assert_string_equal(plan.host[i].name, order[i]);
	assert_ptr_equal(plan_find(&plan, "B2.Example"), &plan.host[2]);
	assert_null(plan_find(&plan, "b2"));
}

static void two_seals_differ_in_token_and_hash(void **state)
{
	OWN_VALUE(plan_done) struct plan one = { 0 }, two = { 0 };
	(void)state;

	make(&one, 1);
	make(&two, 1);
	assert_int_equal(strlen(one.token), sizeof(one.token) - 1);
	assert_string_not_equal(one.token, two.token);
	assert_string_not_equal(one.sha256, two.sha256);
}

static void an_empty_plan_is_a_plan(void **state)
{
	OWN_VALUE(plan_done)
	struct plan plan = { .action = ACTION_REBOOT, .made = LOOK_NOW, .expires = LOOK_NOW }, again = { 0 };
	struct error e = { 0 };
	(void)state;

	assert_int_equal(plan_seal(&plan, &e), 0);
	assert_int_equal(plan_write(&plan, file, &e), 0);
	assert_int_equal(plan_read(&again, file, &e), 0);
	assert_int_equal(again.count, 0);
	assert_null(again.run);
}

/* Whether it is refused, with the file's name in the error. */
static bool is_refused(const char *wanted)
{
	OWN_VALUE(plan_done) struct plan plan = { 0 };
	struct error e = { 0 };

	if (plan_read(&plan, file, &e) == 0) {
		OWN(own_free) char *text = text_of(&plan);
		assert_string_equal(text, wanted); /* white space only */
		return false;
	}
	assert_int_equal(e.kind, ERROR_LOCAL);
	assert_non_null(strstr(e.cause, file));
	return true;
}

static void no_flipped_byte_changes_the_plan(void **state)
{
	static const unsigned char flips[] = { 0x01, 0x02, 0x04, 0x20, 0x80, 0xff };
	OWN_VALUE(plan_done) struct plan plan = { 0 };
	struct error e = { 0 };
	size_t len, refused = 0;
	(void)state;

	make(&plan, 1);
	OWN(own_free) char *wanted = text_of(&plan);
	assert_int_equal(plan_write(&plan, file, &e), 0);
	OWN(own_free) char *text = get(&len);
	for (size_t i = 0; i < len; i++)
		FOR_EACH(flip, flips) {
			text[i] = (char)(text[i] ^ *flip);
			put(text, len);
			refused += is_refused(wanted);
			text[i] = (char)(text[i] ^ *flip);
		}
	assert_true(refused > len * COUNT(flips) / 2);
}

static void no_part_of_a_plan_is_a_plan(void **state)
{
	OWN_VALUE(plan_done) struct plan plan = { 0 };
	struct error e = { 0 };
	size_t len;
	(void)state;

	make(&plan, 1);
	OWN(own_free) char *wanted = text_of(&plan);
	assert_int_equal(plan_write(&plan, file, &e), 0);
	OWN(own_free) char *text = get(&len);
	for (size_t i = 0; i + 2 < len; i++) { /* the last two are the brace and a line feed */
		put(text, i);
		if (!is_refused(wanted))
			fail_msg("the first %zu bytes of %zu", i, len);
	}
	for (size_t i = 1; i + 2 < len; i++) {
		put(text + i, len - i);
		if (!is_refused(wanted))
			fail_msg("all but the first %zu bytes", i);
	}
}

/* The hash is no secret: who changes a plan by hand can compute it. Then it must still be one that could be planned. */
static void a_plan_with_a_fitting_hash_must_make_sense(void **state)
{
	static const struct {
		const char *about;
		unsigned ring[4], batch[4];
		const char *name, *peer, *type, *verdict; /* of the last host; NULL: as they were */
		bool sensible;
	} cases[] = {
		{ "as it was", { 0, 1, 1, 1 }, { 0, 1, 1, 2 }, .sensible = true },
		{ "one batch", { 0, 0, 0, 0 }, { 0, 0, 0, 0 }, .peer = "dc:b", .sensible = true },
		{ "a ring is left out", { 0, 2, 2, 2 }, { 0, 1, 1, 2 } },
		{ "a batch is left out", { 0, 1, 1, 1 }, { 0, 1, 1, 3 } },
		{ "a batch in two rings", { 0, 1, 1, 2 }, { 0, 1, 1, 1 }, .peer = "dc:b" },
		{ "the rings fall", { 1, 1, 1, 0 }, { 0, 1, 1, 2 } },
		{ "the first ring is not the first", { 1, 1, 1, 1 }, { 0, 1, 1, 2 } },
		{ "the first batch is not the first", { 0, 0, 0, 0 }, { 1, 1, 1, 2 } },
		{ "a host twice", { 0, 1, 1, 1 }, { 0, 1, 1, 2 }, .name = "A.example" },
		{ "peers together", { 0, 1, 1, 1 }, { 0, 1, 1, 1 }, .peer = "DC:A" },
		{ "another type than that of the action", { 0, 1, 1, 1 }, { 0, 1, 1, 2 }, .type = "Share Process" },
		{ "a type that there is not", { 0, 1, 1, 1 }, { 0, 1, 1, 2 }, .type = "Kernel Driver" },
		{ "a verdict that there is not", { 0, 1, 1, 1 }, { 0, 1, 1, 2 }, .verdict = "splendid" },
	};
	(void)state;
	FOR_EACH(c, cases) {
		OWN_VALUE(plan_done) struct plan plan = { 0 }, again = { 0 };
		struct error e = { 0 };
		make(&plan, 4);
		struct plan_host *last = &plan.host[3];
		for (size_t i = 0; i < 4; i++)
			plan.host[i].at = (struct placement){ c->ring[i], c->batch[i] };
		const char *const changed[] = { c->name, c->peer, c->type, c->verdict };
		char **const member[] = { &last->name, &last->peer[2], &last->wanted_type, &last->verdict };
		for (size_t i = 0; i < COUNT(member); i++)
			if (changed[i]) {
				free(*member[i]);
				*member[i] = strdup(changed[i]);
			}
		assert_int_equal(plan_seal(&plan, &e), 0);
		assert_int_equal(plan_write(&plan, file, &e), 0);
		bool taken = plan_read(&again, file, &e) == 0;
		if (taken != c->sensible)
			fail_msg("%s: %s", c->about, taken ? "taken" : e.cause);
	}
}

static bool is_taken(const struct plan *plan)
{
	OWN_VALUE(plan_done) struct plan again = { 0 };
	struct error e = { 0 };

	assert_int_equal(plan_write(plan, file, &e), 0);
	return plan_read(&again, file, &e) == 0;
}

static void an_action_configures_only_its_own_type(void **state)
{
	static const struct {
		enum action action;
		const char *type;
		bool sensible;
	} cases[] = {
		{ ACTION_ISOLATE, "Own Process", true },
		{ ACTION_ISOLATE, "Share Process", false },
		{ ACTION_ISOLATE, NULL, false },
		{ ACTION_REVERT, "Own Process", true },
		{ ACTION_REVERT, "Share Process", true },
		{ ACTION_REVERT, "own process", false },
		{ ACTION_REVERT, NULL, false },
		{ ACTION_REBOOT, NULL, true },
		{ ACTION_REBOOT, "Own Process", false },
		{ ACTION_RESTART_GROUP, NULL, true },
		{ ACTION_RESTART_GROUP, "Share Process", false },
	};
	(void)state;
	FOR_EACH(c, cases) {
		OWN_VALUE(plan_done) struct plan plan = { 0 };
		struct error e = { 0 };
		make(&plan, 1);
		plan.action = c->action;
		free(plan.host[0].wanted_type);
		plan.host[0].wanted_type = c->type ? strdup(c->type) : NULL;
		assert_int_equal(plan_seal(&plan, &e), 0);
		if (is_taken(&plan) != c->sensible)
			fail_msg("%s: %s", action_name(c->action), c->type ? c->type : "none");
	}
}

static void a_host_is_taken_with_the_state_that_it_had(void **state)
{
	OWN_VALUE(plan_done) struct plan plan = { 0 };
	struct error e = { 0 };
	(void)state;

	make(&plan, 1);
	assert_true(is_taken(&plan));
	plan.host[0].before.pid = 817; /* the fingerprint stays */
	assert_int_equal(plan_digest(&plan, plan.sha256, &e), 0);
	assert_false(is_taken(&plan));
}

static void a_batch_holds_as_many_as_may_be_repaired_at_once(void **state)
{
	OWN_VALUE(plan_done) struct plan plan = { .made = LOOK_NOW, .expires = LOOK_NOW };
	struct error e = { 0 };
	char name[8];
	(void)state;

	plan.host = calloc(AT_ONCE_MAX + 1, sizeof(*plan.host));
	assert_non_null(plan.host);
	for (unsigned i = 0; i <= AT_ONCE_MAX; i++) {
		snprintf(name, sizeof(name), "h%u", i);
		add_host(&plan, name, 0, 0, NULL);
		assert_int_equal(plan_seal(&plan, &e), 0);
		plan.host = realloc(plan.host, (AT_ONCE_MAX + 1) * sizeof(*plan.host)); /* the seal made it fit */
		assert_non_null(plan.host);
		if (is_taken(&plan) != (i < AT_ONCE_MAX))
			fail_msg("%u hosts in a batch", i + 1);
	}
}

static void a_host_may_have_all_its_peers(void **state)
{
	OWN_VALUE(plan_done) struct plan plan = { 0 };
	struct error e = { 0 };
	(void)state;

	make(&plan, 1);
	plan.host[0].peer[0] = strdup("cluster:a");
	plan.host[0].peer[1] = strdup("peer:a");
	assert_int_equal(plan_seal(&plan, &e), 0);
	assert_true(is_taken(&plan));
}

static void strange_members_are_refused(void **state)
{
	static const struct {
		const char *about, *from, *to;
	} cases[] = {
		{ "one more", "\"action\"", "\"x\": 1, \"action\"" },
		{ "one less", "\"soak_s\": 120,", "" },
		{ "another schema", "vssfleet-plan/1", "vssfleet-plan/2" },
		{ "twice", "\"soak_s\": 120", "\"soak_s\": 120, \"soak_s\": 120" },
		{ "a text for a number", "\"soak_s\": 120", "\"soak_s\": \"120\"" },
		{ "a fraction", "\"soak_s\": 120", "\"soak_s\": 120.0" },
		{ "a number below zero", "\"soak_s\": 120", "\"soak_s\": -120" },
		{ "a huge number", "\"soak_s\": 120", "\"soak_s\": 4294967416" },
		{ "a permission that there is not", "\"role\"", "\"all\"" },
		{ "a threshold above all", "\"10%\"", "\"101%\"" },
		{ "an action that there is not", "\"isolate\"", "\"format\"" },
		{ "a token that is none", "\"token\": \"", "\"token\": \"xyz" },
		{ "a flag that is none", "\"restart\": true", "\"restart\": 1" },
		{ "hosts that are none", "\"hosts\": [", "\"hosts\": {}, \"h\": [" },
		{ "text behind it", "\n}\n", "\n}\nx" },
	};
	OWN_VALUE(plan_done) struct plan plan = { 0 };
	struct error e = { 0 };
	size_t len;
	(void)state;

	make(&plan, 1);
	assert_int_equal(plan_write(&plan, file, &e), 0);
	OWN(own_free) char *text = get(&len);
	FOR_EACH(c, cases) {
		OWN(own_free) char *changed = calloc(1, len + 200);
		const char *at = strstr(text, c->from);
		if (!at || !changed)
			fail_msg("%s: there is no %s", c->about, c->from);
		sprintf(changed, "%.*s%s%s", (int)(at - text), text, c->to, at + strlen(c->from));
		put(changed, strlen(changed));
		if (!is_refused(""))
			fail_msg("%s", c->about);
	}
}

static void what_is_no_file_of_a_plan_is_refused(void **state)
{
	OWN_VALUE(plan_done) struct plan plan = { 0 };
	struct error e = { 0 };
	(void)state;

	unlink(file);
	assert_true(plan_read(&plan, file, &e) < 0);
	assert_int_equal(e.code, ENOENT);
	error_clear(&e);
	assert_true(plan_read(&plan, folder, &e) < 0);
	assert_non_null(strstr(e.cause, "not a regular file"));
	put("", 0);
	assert_int_equal(truncate(file, (off_t)PLAN_MAX + 1), 0);
	error_clear(&e);
	assert_true(plan_read(&plan, file, &e) < 0);
	assert_non_null(strstr(e.cause, "too large"));
}

static void a_plan_that_cannot_be_written_leaves_the_old_one(void **state)
{
	OWN_VALUE(plan_done) struct plan plan = { 0 };
	struct error e = { 0 };
	char below[sizeof(file) + 8];
	size_t len;
	(void)state;

	make(&plan, 1);
	put("old", 3);
	free(plan.host[0].name);
	plan.host[0].name = strdup("\xff");
	assert_true(plan_write(&plan, file, &e) < 0);
	OWN(own_free) char *text = get(&len);
	assert_string_equal(text, "old");
	error_clear(&e);
	snprintf(below, sizeof(below), "%s/plan", file);
	free(plan.host[0].name);
	plan.host[0].name = strdup("a");
	assert_true(plan_write(&plan, below, &e) < 0);
	assert_int_equal(e.code, ENOTDIR);
	error_clear(&e);
	assert_true(plan_write(&plan, folder, &e) < 0); /* a directory is not replaced, and nothing is left beside it */
	assert_non_null(strstr(e.cause, folder));
}

static void a_link_is_replaced_and_not_followed(void **state)
{
	OWN_VALUE(plan_done) struct plan plan = { 0 };
	struct error e = { 0 };
	struct stat st;
	(void)state;

	make(&plan, 1);
	unlink(file);
	assert_int_equal(symlink("/dev/null", file), 0);
	assert_int_equal(plan_write(&plan, file, &e), 0);
	assert_int_equal(lstat(file, &st), 0);
	assert_true(S_ISREG(st.st_mode));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read_again),
		cmocka_unit_test(a_seal_sorts_by_batch_and_keeps_the_order_within),
		cmocka_unit_test(two_seals_differ_in_token_and_hash),
		cmocka_unit_test(an_empty_plan_is_a_plan),
		cmocka_unit_test(no_flipped_byte_changes_the_plan),
		cmocka_unit_test(no_part_of_a_plan_is_a_plan),
		cmocka_unit_test(a_plan_with_a_fitting_hash_must_make_sense),
		cmocka_unit_test(an_action_configures_only_its_own_type),
		cmocka_unit_test(a_host_is_taken_with_the_state_that_it_had),
		cmocka_unit_test(a_batch_holds_as_many_as_may_be_repaired_at_once),
		cmocka_unit_test(a_host_may_have_all_its_peers),
		cmocka_unit_test(strange_members_are_refused),
		cmocka_unit_test(what_is_no_file_of_a_plan_is_refused),
		cmocka_unit_test(a_plan_that_cannot_be_written_leaves_the_old_one),
		cmocka_unit_test(a_link_is_replaced_and_not_followed),
	};
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
