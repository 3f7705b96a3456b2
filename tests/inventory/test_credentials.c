/* Where passwords come from, and which files are refused. */
#include "lists.h"
#include "credentials.h"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <utmp.h>

static int forget_environment(void **state)
{
	(void)state;
	unsetenv("CREDENTIALS_DIRECTORY");
	unsetenv("VSSFLEET_PASSWORD");
	unlink("secret");
	unlink("vssfleet.password");
	return 0;
}

static void expect_password(const char *about, const char *file, const char *expect)
{
	struct error e = { 0 };
	const char *warning = "unset";
	OWN(secret_free) struct secret *secret = NULL;

	if (credentials_password(file, &secret, &warning, &e) < 0 || !secret)
		fail_msg("%s: %s", about, e.cause);
	if (strcmp(secret_bytes(secret), expect) != 0 || secret_len(secret) != strlen(expect))
		fail_msg("%s: expected '%s', got '%s'", about, expect, secret_bytes(secret));
	if (warning)
		fail_msg("%s: %s", about, warning);
}

static void expect_refused(const char *about, const char *file, const char *cause)
{
	struct error e = { 0 };
	const char *warning = NULL;

	struct secret *secret = NULL;

	if (credentials_password(file, &secret, &warning, &e) == 0 || secret)
		fail_msg("%s was accepted", about);
	assert_int_equal(e.kind, ERROR_LOCAL);
	if (!strstr(e.cause, cause))
		fail_msg("%s: expected '%s', got '%s'", about, cause, e.cause);
}

static void expect_none(const char *about)
{
	struct error e = { 0 };
	const char *warning = NULL;
	OWN(secret_free) struct secret *secret = NULL;

	if (credentials_password(NULL, &secret, &warning, &e) < 0 || secret || warning)
		fail_msg("%s: %s", about, secret ? "a password" : e.cause);
}

static void a_file_holds_the_password(void **state)
{
	static const struct {
		const char *about, *text, *expect;
	} cases[] = {
		{ "no newline", "hunter2", "hunter2" },
		{ "a newline", "hunter2\n", "hunter2" },
		{ "CRLF", "hunter2\r\n", "hunter2" },
		{ "spaces are part of it", " hunter 2 \n", " hunter 2 " },
		{ "UTF-8", "パスワード\n", "パスワード" },
	};
	(void)state;
	FOR_EACH(c, cases) {
		file_write("secret", c->text, strlen(c->text), 0600);
		expect_password(c->about, "secret", c->expect);
	}
	assert_int_equal(chmod("secret", 0400), 0);
	expect_password("mode 0400", "secret", "パスワード");
}

static void files_open_to_others_are_refused(void **state)
{
	static const unsigned modes[] = { 0640, 0620, 0610, 0604, 0602, 0601, 0644, 0666, 0777 };
	(void)state;
	FOR_EACH(mode, modes) {
		char cause[40];
		file_write("secret", "hunter2\n", 8, *mode);
		snprintf(cause, sizeof(cause), "mode %04o lets others at the secret", *mode);
		expect_refused("a file open to others", "secret", cause);
	}
}

static void what_is_no_password_file_is_refused(void **state)
{
	static char large[SECRET_MAX + 3];
	(void)state;

	expect_refused("a missing file", "secret", "secret: No such file or directory");
	expect_refused("a directory", "/", "not a regular file");
	expect_refused("a device", "/dev/null", "not a regular file");
	assert_int_equal(mkfifo("secret", 0600), 0);
	expect_refused("a pipe", "secret", "not a regular file");
	file_write("secret", "", 0, 0600);
	expect_refused("an empty file", "secret", "the password is empty");
	file_write("secret", "\n", 1, 0600);
	expect_refused("an empty line", "secret", "the password is empty");
	file_write("secret", "a\nb\n", 4, 0600);
	expect_refused("two lines", "secret", "more than one line");
	file_write("secret", "a\0b", 3, 0600);
	expect_refused("a NUL", "secret", "more than one line");
	memset(large, 'x', sizeof(large));
	file_write("secret", large, SECRET_MAX + 1, 0600);
	expect_refused("a large file", "secret", "longer than 4096 bytes");
	file_write("secret", large, sizeof(large), 0600);
	expect_refused("a larger file", "secret", "longer than 4096 bytes");
	file_write("vssfleet.password", "hunter2\n", 8, 0600);
	unlink("secret");
	assert_int_equal(symlink("vssfleet.password", "secret"), 0);
	expect_refused("a symbolic link", "secret", "is a symbolic link");
}

static void the_longest_password_is_accepted(void **state)
{
	static char longest[SECRET_MAX + 2];
	(void)state;

	memset(longest, 'x', SECRET_MAX);
	longest[SECRET_MAX] = '\n';
	file_write("secret", longest, SECRET_MAX + 1, 0600);
	longest[SECRET_MAX] = '\0';
	expect_password("4096 bytes", "secret", longest);
}

static void files_of_another_user_are_refused(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip(); /* only root can give files away */
	file_write("secret", "hunter2\n", 8, 0600);
	assert_int_equal(chown("secret", 12345, 12345), 0);
	expect_refused("a file of another user", "secret", "belongs to user 12345; expected 0 or root");
}

static void the_credentials_directory_comes_second(void **state)
{
	(void)state;
	setenv("CREDENTIALS_DIRECTORY", ".", 1);
	expect_none("a directory without the credential");
	file_write("vssfleet.password", "from systemd", 12, 0400);
	expect_password("a credential", NULL, "from systemd");
	assert_int_equal(chmod("vssfleet.password", 0440), 0);
	expect_password("a credential readable by an ACL", NULL, "from systemd");
	assert_int_equal(chmod("vssfleet.password", 0444), 0);
	expect_refused("a credential that all can read", NULL, "mode 0444 lets others at the secret");
	assert_int_equal(chmod("vssfleet.password", 0460), 0);
	expect_refused("a credential that a group can write", NULL, "mode 0460 lets others at the secret");
	file_write("secret", "from file", 9, 0600);
	expect_password("the file comes first", "secret", "from file");
}

static void the_variable_is_used_with_a_warning_and_wiped(void **state)
{
	struct error e = { 0 };
	const char *warning = NULL;
	(void)state;

	setenv("VSSFLEET_PASSWORD", "hunter2", 1);
	char *memory = getenv("VSSFLEET_PASSWORD");
	OWN(secret_free) struct secret *secret = NULL;
	assert_int_equal(credentials_password(NULL, &secret, &warning, &e), 0);
	assert_non_null(secret);
	assert_string_equal(secret_bytes(secret), "hunter2");
	assert_non_null(warning);
	assert_null(getenv("VSSFLEET_PASSWORD"));
	assert_int_equal(memory[0], '\0');
}

static void the_variable_goes_even_if_it_is_not_used(void **state)
{
	(void)state;
	setenv("VSSFLEET_PASSWORD", "hunter2", 1);
	file_write("secret", "from file", 9, 0600);
	expect_password("the file comes first", "secret", "from file");
	assert_null(getenv("VSSFLEET_PASSWORD"));
	setenv("VSSFLEET_PASSWORD", "", 1);
	expect_none("an empty variable");
}

/* Asks on the terminal and says what it got by its exit status. */
static void ask_and_exit(void)
{
	struct error e = { 0 };

	signal(SIGINT, SIG_DFL);
	struct secret *secret = credentials_prompt("CORP\\admin", &e);
	int status = !secret ? 1 : strcmp(secret_bytes(secret), "hunter2") == 0 ? 0 : 2;
	secret_free(secret);
	_exit(status);
}

/* The leader of the terminal's session: the terminal hangs up when it ends, so it waits until the test is done with it.
 * Who asks is a child of it; its status goes into the pipe. */
static void lead_session(int terminal, int status_to, int done_from)
{
	int status = -1;
	char byte;

	signal(SIGINT, SIG_IGN);
	if (login_tty(terminal) != 0)
		_exit(99);
	pid_t child = fork();
	if (child == 0)
		ask_and_exit();
	if (waitpid(child, &status, 0) != child || write(status_to, &status, sizeof(status)) != sizeof(status))
		_exit(98);
	_exit(read(done_from, &byte, 1) == 0 ? 0 : 97);
}

/* Reads until text has appeared; all of it stays in seen. */
static void await(int fd, struct str *seen, const char *text)
{
	while (!strstr(str_text(seen), text)) {
		char part[256];
		struct pollfd wait = { .fd = fd, .events = POLLIN };
		if (poll(&wait, 1, 20000) != 1)
			fail_msg("'%s' did not appear in '%s'", text, str_text(seen));
		ssize_t got = read(fd, part, sizeof(part));
		assert_true(got > 0);
		str_addn(seen, part, (size_t)got);
	}
}

static int prompt_with(const char *typed, struct str *seen)
{
	int ours, theirs, result[2], done[2], status, end_of_leader;
	struct termios terminal;

	assert_int_equal(openpty(&ours, &theirs, NULL, NULL, NULL), 0);
	assert_true(pipe(result) == 0 && pipe(done) == 0);
	pid_t leader = fork();
	assert_true(leader >= 0);
	if (leader == 0) {
		close(ours);
		close(done[1]);
		lead_session(dup(theirs), result[1], done[0]);
	}
	await(ours, seen, "Password for CORP\\admin: ");
	assert_int_equal(tcgetattr(theirs, &terminal), 0);
	assert_int_equal(terminal.c_lflag & ECHO, 0);
	assert_int_equal(write(ours, typed, strlen(typed)), strlen(typed));
	await(ours, seen, "\n");
	assert_int_equal(read(result[0], &status, sizeof(status)), sizeof(status));
	assert_int_equal(tcgetattr(theirs, &terminal), 0);
	assert_true((terminal.c_lflag & ECHO) && terminal.c_cc[VSUSP] == 032);
	const int all[] = { ours, theirs, result[0], result[1], done[0], done[1] };
	FOR_EACH(fd, all)
		close(*fd);
	assert_int_equal(waitpid(leader, &end_of_leader, 0), leader);
	return status;
}

static void a_prompt_does_not_echo(void **state)
{
	struct str seen = { 0 };
	(void)state;

	int status = prompt_with("hunter2\n", &seen);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	assert_null(strstr(str_text(&seen), "hunter2"));
	str_done(&seen);
}

static void a_prompt_can_be_edited_and_left_empty(void **state)
{
	static const struct {
		const char *typed;
		int status;
	} cases[] = {
		{ "hunterX\1772\n", 0 },
		{ "wrong\n", 2 },
		{ "\n", 1 },
		{ "\004", 1 },
	};
	(void)state;
	FOR_EACH(c, cases) {
		struct str seen = { 0 };
		int status = prompt_with(c->typed, &seen);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), c->status);
		str_done(&seen);
	}
}

static void an_interrupted_prompt_leaves_the_terminal_as_it_was(void **state)
{
	struct str seen = { 0 };
	(void)state;

	int status = prompt_with("hun\003", &seen);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGINT);
	str_done(&seen);
}

static void without_a_terminal_nobody_is_asked(void **state)
{
	int status;
	(void)state;

	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		struct error e = { 0 };
		setsid();
		bool refused = !credentials_prompt("x", &e) && strstr(e.cause, "no terminal");
		_exit(refused ? 0 : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

static int end(void **state)
{
	forget_environment(state);
	return lists_end(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_file_holds_the_password, forget_environment),
		cmocka_unit_test_setup(files_open_to_others_are_refused, forget_environment),
		cmocka_unit_test_setup(what_is_no_password_file_is_refused, forget_environment),
		cmocka_unit_test_setup(the_longest_password_is_accepted, forget_environment),
		cmocka_unit_test_setup(files_of_another_user_are_refused, forget_environment),
		cmocka_unit_test_setup(the_credentials_directory_comes_second, forget_environment),
		cmocka_unit_test_setup(the_variable_is_used_with_a_warning_and_wiped, forget_environment),
		cmocka_unit_test_setup(the_variable_goes_even_if_it_is_not_used, forget_environment),
		cmocka_unit_test_setup(a_prompt_does_not_echo, forget_environment),
		cmocka_unit_test_setup(a_prompt_can_be_edited_and_left_empty, forget_environment),
		cmocka_unit_test_setup(an_interrupted_prompt_leaves_the_terminal_as_it_was, forget_environment),
		cmocka_unit_test_setup(without_a_terminal_nobody_is_asked, forget_environment),
	};
	return cmocka_run_group_tests(tests, lists_begin, end);
}
