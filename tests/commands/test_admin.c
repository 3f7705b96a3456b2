/* Who may change servers, by groups that every Debian has. */
#include "cases.h"

#include <string.h>

#include "admin.h"

int complain(int code, const struct error *e);

int complain(int code, const struct error *e)
{
	(void)e;
	return code;
}

static void members_and_root_may_where_there_is_the_group(void **state)
{
	enum { ROOT = 0, DAEMON = 1, NOBODY = 65534, WITHOUT_A_NAME = 4242424 };
	static const struct {
		const char *about, *group;
		uid_t user;
		const char *refused; /* a part of the cause; NULL: permitted */
	} cases[] = {
		{ "no such group", "vssfleet-no-such-group", NOBODY, NULL },
		{ "no such group, and no such user", "vssfleet-no-such-group", WITHOUT_A_NAME, NULL },
		{ "a member", "daemon", DAEMON, NULL },
		{ "another user", "daemon", NOBODY, "usermod -aG daemon nobody" },
		{ "a user without a name", "daemon", WITHOUT_A_NAME, "usermod -aG daemon USER" },
		{ "root", "daemon", ROOT, NULL },
	};
	(void)state;

	FOR_EACH(c, cases) {
		struct error e = { 0 };
		int rc = admin_permits(c->group, c->user, &e);
		if (rc != (c->refused ? -1 : 0) || !strstr(e.cause, c->refused ? c->refused : ""))
			fail_msg("%s: %d: %s", c->about, rc, e.cause);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members_and_root_may_where_there_is_the_group),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
