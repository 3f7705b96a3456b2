/* Tests of private: who may have a file that holds a secret. */
#include "cases.h"
#include "private.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int made_with(mode_t mode)
{
	char path[] = "/tmp/test_private.XXXXXX";
	int fd = mkostemp(path, O_CLOEXEC);

	assert_true(fd >= 0);
	unlink(path);
	assert_int_equal(fchmod(fd, mode), 0);
	return fd;
}

static void a_secret_is_closed_to_others(void **state)
{
	static const struct {
		const char *about;
		mode_t mode, open_to;
		bool accepted;
	} cases[] = {
		{ "its owner's alone", 0600, 077, true },
		{ "read-only", 0400, 077, true },
		{ "the group reads", 0640, 077, false },
		{ "others read", 0604, 077, false },
		{ "the group reads what it may", 0440, 037, true },
		{ "the group writes", 0460, 037, false },
	};
	(void)state;
	FOR_EACH(c, cases) {
		struct error e = { 0 };
		int fd = made_with(c->mode);
		if ((private_check(fd, "secret", c->open_to, &e) == 0) != c->accepted)
			fail_msg("%s: %s", c->about, e.cause);
		assert_int_equal(e.kind, c->accepted ? ERROR_NONE : ERROR_LOCAL);
		close(fd);
	}
}

static void a_secret_is_not_somebody_elses(void **state)
{
	struct error e = { 0 };
	(void)state;

	if (geteuid() != 0)
		skip();
	int fd = made_with(0600);
	assert_int_equal(fchown(fd, 12345, 0), 0);
	assert_int_equal(private_check(fd, "secret", 077, &e), -1);
	assert_non_null(strstr(e.cause, "belongs to user 12345"));
	close(fd);
}

static void a_secret_is_in_a_regular_file(void **state)
{
	struct error e = { 0 };
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	(void)state;

	assert_int_equal(private_check(fd, "/dev/null", 077, &e), -1);
	assert_non_null(strstr(e.cause, "not a regular file"));
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_secret_is_closed_to_others),
		cmocka_unit_test(a_secret_is_not_somebody_elses),
		cmocka_unit_test(a_secret_is_in_a_regular_file),
	};
	return cmocka_run_group_tests_name("base/private", tests, NULL, NULL);
}
