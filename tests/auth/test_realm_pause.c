/* A realm that kept silent is left alone for a while, and one asker at a time finds out whether it speaks again. */
#include "cases.h"
#include "deadline.h"
#include "realm_pause.h"

#include <stdio.h>
#include <string.h>

struct room {
	krb5_context context;
	struct realm_pause pause;
};

static int set_up(void **state)
{
	static struct room room;

	*state = &room;
	realm_pause_init(&room.pause);
	return krb5_init_context(&room.context);
}

static int tear_down(void **state)
{
	struct room *room = *state;

	krb5_free_context(room->context);
	realm_pause_done(&room->pause);
	return 0;
}

static bool may_ask(struct room *room, struct realm_asking *asking, const char *realm)
{
	krb5_data data = { .data = (char *)realm, .length = (unsigned)strlen(realm) };
	return realm_pause_enter(asking, &room->pause, room->context, &data) == 0;
}

/* One call of libkrb5: false if it was held back. */
static bool ask(struct room *room, const char *realm, krb5_error_code outcome)
{
	struct realm_asking asking;
	bool may = may_ask(room, &asking, realm);

	realm_pause_leave(&asking, room->context, may ? outcome : KRB5_KDC_UNREACH);
	return may;
}

static void silence_pauses_the_realm_alone(void **state)
{
	static const struct {
		const char *about;
		krb5_error_code outcome;
		bool again;
	} cases[] = {
		{ "a ticket", 0, true },
		{ "a refusal", KRB5KDC_ERR_S_PRINCIPAL_UNKNOWN, true },
		{ "no answer", KRB5_KDC_UNREACH, false },
		{ "no KDC in DNS", KRB5_REALM_CANT_RESOLVE, false },
		{ "no KDC known", KRB5_REALM_UNKNOWN, false },
		{ "a KDC that is not ready", KRB5KDC_ERR_SVC_UNAVAILABLE, false },
	};

	FOR_EACH(c, cases) {
		assert_int_equal(set_up(state), 0);
		assert_true(ask(*state, "CORP.EXAMPLE", c->outcome));
		if (ask(*state, "CORP.EXAMPLE", 0) != c->again)
			fail_msg("%s", c->about);
		assert_true(ask(*state, "OTHER.EXAMPLE", 0));
		tear_down(state);
	}
}

static void after_the_pause_one_asker_tries_and_the_others_still_fail_fast(void **state)
{
	struct room *room = *state;
	struct realm_asking first, second;

	assert_true(ask(room, "CORP.EXAMPLE", KRB5_KDC_UNREACH));
	room->pause.paused[0].until_ms = clock_ms() - 1;
	assert_true(may_ask(room, &first, "CORP.EXAMPLE"));
	assert_false(may_ask(room, &second, "CORP.EXAMPLE"));
}

static void being_held_back_does_not_make_the_pause_longer(void **state)
{
	struct room *room = *state;

	assert_true(ask(room, "CORP.EXAMPLE", KRB5_KDC_UNREACH));
	int64_t until = room->pause.paused[0].until_ms = clock_ms() + 60000;
	assert_false(ask(room, "CORP.EXAMPLE", 0));
	assert_int_equal(room->pause.paused[0].until_ms, until);
}

static void the_oldest_pause_makes_room(void **state)
{
	struct room *room = *state;
	char realm[32];

	for (int i = 0; i <= REALM_PAUSES; i++) {
		snprintf(realm, sizeof(realm), "R%d.EXAMPLE", i);
		assert_true(ask(room, realm, KRB5_KDC_UNREACH));
		if (i < REALM_PAUSES)
			room->pause.paused[i].until_ms += i;
	}
	assert_true(ask(room, "R0.EXAMPLE", 0));
	assert_false(ask(room, "R1.EXAMPLE", 0));
	assert_false(ask(room, realm, 0));
}

static void a_name_that_is_no_domain_is_never_paused(void **state)
{
	char realm[REALM_PAUSE_NAME_MAX + 1];

	memset(realm, 'R', sizeof(realm) - 1);
	realm[sizeof(realm) - 1] = '\0';
	assert_true(ask(*state, realm, KRB5_KDC_UNREACH));
	assert_true(ask(*state, realm, 0));
	assert_true(ask(*state, "", KRB5_KDC_UNREACH));
	assert_true(ask(*state, "", 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(silence_pauses_the_realm_alone),
		cmocka_unit_test_setup_teardown(
			after_the_pause_one_asker_tries_and_the_others_still_fail_fast, set_up, tear_down),
		cmocka_unit_test_setup_teardown(being_held_back_does_not_make_the_pause_longer, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_oldest_pause_makes_room, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_name_that_is_no_domain_is_never_paused, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
