/* The small cmd.exe, without a network. */

#include "cases.h"

#include <string.h>

#include "cmd.h"

static struct options options = { .time_scale = 1 };
static struct host host;

static int set_up(void **state)
{
	(void)state;
	host_init(&host, "srv-tyo-0001.sim.example", scenario_find("affected-2012r2-ja"), &options);
	host_wake(&host);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	host_done(&host);
	return 0;
}

static void lines_print_what_cmd_prints(void **state)
{
	static const struct {
		const char *about, *line, *out, *err;
		unsigned exit_code;
	} cases[] = {
		{ "a blank before the operator is printed", "echo a & echo b", "a \r\nb\r\n", "", 0 },
		{ "errorlevel is that of before the line", "nosuch 2>NUL & echo %errorlevel%", "0\r\n", "", 9009 },
		{ "call looks again", "nosuch 2>NUL & call echo %^errorlevel%", "9009\r\n", "", 9009 },
		{ "delayed expansion", "cmd /v:on /c \"nosuch 2>NUL & echo !errorlevel!\"", "9009\r\n", "", 9009 },
		{ "and runs after success only", "nosuch 2>NUL && echo no", "", "", 9009 },
		{ "or runs after failure only", "nosuch 2>NUL || echo yes", "yes\r\n", "", 9009 },
		{ "or is skipped after success", "hostname || echo no", "SRV-TYO-0001\r\n", "", 0 },
		{ "quotes hide operators", "echo \"a & b\" & echo c", "\"a & b\" \r\nc\r\n", "", 0 },
		{ "carets too", "echo a ^& b", "a & b\r\n", "", 0 },
		{ "a group has one redirection", "(echo a & echo b) >NUL & echo c", "c\r\n", "", 0 },
		{ "a group is one operand", "nosuch 2>NUL || (echo a & echo b)", "a \r\nb\r\n", "", 9009 },
		{ "streams can be joined", "echo err>&2", "", "err\r\n", 0 },
		{ "errors into the output", "reg query HKLM\\X /v Y 2>&1",
			"エラー: 指定されたレジストリ キーまたは値が見つかりませんでした\r\n", "", 1 },
		{ "names of programs in full", "%SystemRoot%\\System32\\HOSTNAME.EXE", "SRV-TYO-0001\r\n", "", 0 },
		{ "exit ends the line", "exit 3 & echo no", "", "", 3 },
		{ "the OEM code page", "reg query HKLM\\SYSTEM\\CurrentControlSet\\Control\\Nls\\CodePage /v OEMCP",
			"\r\nHKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\Nls\\CodePage\r\n    OEMCP    "
			"REG_SZ    932\r\n\r\n",
			"", 0 },
		{ "the blank after type= is needed", "sc config EventSystem type=own", "", "", 1639 },
		{ "dependents hold EventSystem", "sc stop EventSystem >NUL", "", "", 1051 },
	};

	(void)state;
	FOR_EACH(c, cases) {
		OWN_VALUE(cmd_result_done) struct cmd_result got;
		cmd_run(&host, 65001, c->line, &got);
		if (strcmp(str_text(&got.out), c->out) != 0 || strcmp(str_text(&got.err), c->err) != 0 ||
			got.exit_code != c->exit_code)
			fail_msg("%s: out \"%s\" err \"%s\" exit %u", c->about, str_text(&got.out), str_text(&got.err),
				got.exit_code);
	}
}

static void isolating_brings_the_writers_back(void **state)
{
	OWN_VALUE(cmd_result_done) struct cmd_result got;

	(void)state;
	cmd_run(&host, 65001,
		"sc config EventSystem type= own >NUL && sc stop SENS >NUL && sc stop EventSystem >NUL && "
		"sc start EventSystem >NUL && sc start SENS >NUL && vssadmin list writers",
		&got);
	assert_int_equal(0, got.exit_code);
	assert_non_null(strstr(str_text(&got.out), "ライター名: 'System Writer'"));
	assert_false(service_shares_process(&host.services, services_find(&host.services, "EventSystem")));
}

static void restarting_in_the_shared_process_does_not(void **state)
{
	OWN_VALUE(cmd_result_done) struct cmd_result got;

	(void)state;
	cmd_run(&host, 65001, "net stop EventSystem /y >NUL & net start EventSystem >NUL & vssadmin list writers",
		&got);
	assert_null(strstr(str_text(&got.out), "System Writer"));
	assert_int_equal(host.first_process, services_find(&host.services, "EventSystem")->pid);
}

static void asking_leaves_events(void **state)
{
	OWN_VALUE(cmd_result_done) struct cmd_result got;

	(void)state;
	cmd_run(&host, 65001, "vssadmin list writers", &got);
	assert_int_equal(4, host.fresh_count);
	assert_int_equal(13, host.fresh[0].kind->id);
	assert_int_equal(8193, host.fresh[1].kind->id);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(lines_print_what_cmd_prints, set_up, tear_down),
		cmocka_unit_test_setup_teardown(isolating_brings_the_writers_back, set_up, tear_down),
		cmocka_unit_test_setup_teardown(restarting_in_the_shared_process_does_not, set_up, tear_down),
		cmocka_unit_test_setup_teardown(asking_leaves_events, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
