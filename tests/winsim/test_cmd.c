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

struct line {
	const char *about, *line, *out, *err;
	unsigned exit_code;
};

static void check_on(struct host *on, const struct line *c)
{
	OWN_VALUE(cmd_result_done) struct cmd_result got;

	cmd_run(on, 65001, c->line, &got);
	if (strcmp(str_text(&got.out), c->out) != 0 || strcmp(str_text(&got.err), c->err) != 0 ||
		got.exit_code != c->exit_code)
		fail_msg("%s: out \"%s\" err \"%s\" exit %u", c->about, str_text(&got.out), str_text(&got.err),
			got.exit_code);
}

static void check(const struct line *c)
{
	check_on(&host, c);
}

static void lines_print_what_cmd_prints(void **state)
{
	static const struct line cases[] = {
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
		{ "hashes", "echo abc>C:\\Users\\h&certutil -hashfile C:\\Users\\h SHA256",
			"SHA256 ハッシュ (ファイル C:\\Users\\h):\r\n55 2b ab 68 64 c7 a7 b6 9a 50 2e d1 85 4b 92 45 "
			"c0 e1 a3 0f 00 8a aa 0b 28 1d a6 25 85 fd b0 25\r\nCertUtil: -hashfile "
			"コマンドは正常に完了しました。\r\n",
			"", 0 },
		{ "but not of nothing", "type NUL>C:\\Users\\n&certutil -hashfile C:\\Users\\n SHA256",
			"CertUtil: -hashfile コマンド エラーです: 0x800703ee\r\n", "", 0x800703ee },
		{ "dependents hold EventSystem", "sc stop EventSystem >NUL", "", "", 1051 },
	};

	(void)state;
	FOR_EACH(c, cases)
		check(c);
}

static void if_and_for_are_those_of_a_command_line(void **state)
{
	static const struct line cases[] = {
		{ "for over words", "for %x in (a b,c;d) do @echo %x", "a\r\nb\r\nc\r\nd\r\n", "", 0 },
		{ "quotes stay", "for %x in (\"a b\" c) do echo %x %~x", "\"a b\" a b\r\nc c\r\n", "", 0 },
		{ "for takes all that follows", "for %x in (a b) do echo %x & echo y", "a \r\ny\r\nb \r\ny\r\n", "",
			0 },
		{ "a group ends its body", "(for %x in (a b) do echo %x) & echo y", "a\r\nb\r\ny\r\n", "", 0 },
		{ "nested", "for %x in (1 2) do for %y in (a b) do echo %x%y", "1a\r\n1b\r\n2a\r\n2b\r\n", "", 0 },
		{ "case matters", "for %x in (1) do echo %x %X", "1 %X\r\n", "", 0 },
		{ "numbers", "for /l %i in (1,1,3) do @echo %i", "1\r\n2\r\n3\r\n", "", 0 },
		{ "backwards", "for /L %i in (3,-2,0) do @echo %i", "3\r\n1\r\n", "", 0 },
		{ "no round", "for /l %i in (1,1,0) do @echo %i", "", "", 0 },
		{ "a doubled percent is for batch files", "for %%i in (1) do echo %%i", "",
			"%%i was unexpected at this time.\r\n", 255 },
		{ "lines of a command", "for /f %p in ('hostname') do @echo [%p]", "[SRV-TYO-0001]\r\n", "", 0 },
		{ "tokens", "for /f \"tokens=2 delims=,\" %p in (\"a,b,c\") do @echo %p", "b\r\n", "", 0 },
		{ "the rest", "for /f \"tokens=1,2*\" %a in (\"1 2 3 4\") do @echo %a-%b-%c", "1-2-3 4\r\n", "", 0 },
		{ "all", "for /f \"tokens=*\" %a in (\"  1 2\") do @echo %a", "1 2\r\n", "", 0 },
		{ "a blank as delimiter", "for /f \"tokens=2 delims=: \" %a in (\"x : y\") do @echo %a", "y\r\n", "",
			0 },
		{ "empty lines are skipped", "for /f %a in ('echo.^&echo x') do @echo %a", "x\r\n", "", 0 },
		{ "lines without the token too", "for /f \"tokens=3\" %a in (\"1 2\") do @echo %a", "", "", 0 },
		{ "comments", "for /f %a in (\";x\") do @echo %a", "", "", 0 },
		{ "usebackq", "for /f \"usebackq\" %a in (`hostname`) do @echo %a", "SRV-TYO-0001\r\n", "", 0 },
		{ "usebackq and text", "for /f \"usebackq\" %a in ('x y') do @echo %a", "x\r\n", "", 0 },
		{ "an operator in the command needs a caret", "for /f %a in ('hostname & ver') do @echo %a", "",
			"& was unexpected at this time.\r\n", 255 },
		{ "an equals sign counts as a blank", "for /f \"tokens=*\" %a in ('echo a=b,c') do @echo %a",
			"a b c\r\n", "", 0 },
		{ "a quoted one does not", "for /f \"tokens=*\" %a in ('echo \"a=b\"') do @echo %a", "\"a=b\"\r\n", "",
			0 },
		{ "equal", "if a==a echo yes", "yes\r\n", "", 0 },
		{ "case counts", "if a==A echo yes", "", "", 0 },
		{ "unless told", "if /i a==A echo yes", "yes\r\n", "", 0 },
		{ "not", "if not a==b echo yes", "yes\r\n", "", 0 },
		{ "both", "if /i not a==A echo yes", "", "", 0 },
		{ "quoted", "if \"a b\" == \"a b\" echo yes", "yes\r\n", "", 0 },
		{ "empty and quoted", "if \"\"==\"\" echo yes", "yes\r\n", "", 0 },
		{ "empty is an error", "if ==a echo yes", "", "echo was unexpected at this time.\r\n", 255 },
		{ "numbers", "if 10 GTR 9 echo yes", "yes\r\n", "", 0 },
		{ "words", "if 10x gtr 9x (echo yes) else echo no", "no\r\n", "", 0 },
		{ "else", "if a==b (echo yes) else (echo no)", "no\r\n", "", 0 },
		{ "else if", "if a==b (echo 1) else if a==a (echo 2) else (echo 3)", "2\r\n", "", 0 },
		{ "else without a group is text", "if a==a echo yes else echo no", "yes else echo no\r\n", "", 0 },
		{ "if takes all that follows", "if a==b echo yes & echo no", "", "", 0 },
		{ "defined", "set Q=1 & if defined q echo yes", "yes\r\n", "", 0 },
		{ "not defined", "if not defined nothing echo yes", "yes\r\n", "", 0 },
		{ "errorlevel is at least", "nosuch 2>nul & if errorlevel 9000 echo yes", "yes\r\n", "", 9009 },
		{ "and not more", "nosuch 2>nul & if errorlevel 9010 echo yes", "", "", 9009 },
		{ "exist", "if exist C:\\Windows\\temp echo yes", "yes\r\n", "", 0 },
		{ "a group that is open", "(echo a", "", "The syntax of the command is incorrect.\r\n", 255 },
		{ "an empty one", "()", "", ") was unexpected at this time.\r\n", 255 },
		{ "two operators", "echo a & & echo b", "", "& was unexpected at this time.\r\n", 255 },
		{ "one at the end", "echo a &", "a \r\n", "", 0 },
		{ "a parenthesis outside of groups is text", "echo a)", "a)\r\n", "", 0 },
		{ "and escaped inside", "(echo a^))", "a)\r\n", "", 0 },
		{ "rem swallows the line", "rem a & echo b", "", "", 0 },
		{ "the size of a file", "echo ab>C:\\Users\\s&for %f in (\"C:\\Users\\s\") do @echo %~zf", "4\r\n", "",
			0 },
		{ "of none", "for %f in (C:\\Users\\nosuch) do @echo [%~zf]", "[]\r\n", "", 0 },
	};

	(void)state;
	FOR_EACH(c, cases)
		check(c);
}

static void variables_and_quotes_are_those_of_cmd(void **state)
{
	static const struct line cases[] = {
		{ "a line is expanded before it runs", "set A=1&echo %A%", "%A%\r\n", "", 0 },
		{ "delayed", "cmd /v:on /c \"set A=1&echo !A!\"", "1\r\n", "", 0 },
		{ "blanks at the end belong to the value", "cmd /v:on /c \"set A=1 &echo [!A!]\"", "[1 ]\r\n", "", 0 },
		{ "quotes around end it", "cmd /v:on /c \"set \"A=1\" &echo [!A!]\"", "[1]\r\n", "", 0 },
		{ "a parenthesis ends it in a group", "cmd /v:on /c \"(set A=1)&echo [!A!]\"", "[1]\r\n", "", 0 },
		{ "in a loop", "cmd /v:on /c \"set S=&for %i in (a b) do set S=!S!%i\" & echo x", "x\r\n", "", 0 },
		{ "collected in a loop", "cmd /v:on /c \"set S=-&(for %i in (a b) do set S=!S!%i)&echo !S!\"",
			"-ab\r\n", "", 0 },
		{ "off without /v:on", "cmd /c \"set A=1&echo !A!\"", "!A!\r\n", "", 0 },
		{ "an instance of its own", "cmd /c \"set A=1\" & call echo %^A%", "%A%\r\n", "", 0 },
		{ "inherited", "set A=7& cmd /v:on /c \"echo !A!\"", "7\r\n", "", 0 },
		{ "Windows sets some", "echo %SystemRoot% %windir% %TEMP% %ComSpec% %COMPUTERNAME%",
			"C:\\Windows C:\\Windows C:\\Windows\\TEMP C:\\Windows\\system32\\cmd.exe SRV-TYO-0001\r\n", "",
			0 },
		{ "pieces", "echo %OS:~0,3% %OS:~-2%", "Win NT\r\n", "", 0 },
		{ "replaced", "echo %OS:_= %", "Windows NT\r\n", "", 0 },
		{ "set shows", "set QZ=5& set q", "QZ=5\r\n", "", 0 },
		{ "or fails", "set nothing", "", "Environment variable nothing not defined\r\n", 1 },
		{ "sums", "set /a 2+3*(4-1)", "11", "", 0 },
		{ "and assignments", "cmd /v:on /c \"set /a N=1 >nul&set /a N+=2 >nul&echo !N!\"", "3\r\n", "", 0 },
		{ "from names", "cmd /v:on /c \"set N=0x10&set /a M=N/3 >nul&echo !M!\"", "5\r\n", "", 0 },
		{ "errorlevel, delayed", "cmd /v:on /c \"(exit /b 3)&echo !errorlevel!\"", "", "", 3 },
		{ "of a program", "cmd /v:on /c \"cmd /c exit 3&echo !errorlevel!\"", "3\r\n", "", 3 },
		{ "echo and set leave it", "cmd /v:on /c \"cmd /c exit 3&echo x&set A=1&echo !errorlevel!\"",
			"x\r\n3\r\n", "", 3 },
		{ "exit ends all", "cmd /c \"exit 4&echo no\" & echo b", "b\r\n", "", 4 },
		{ "quotes fall off", "cmd /d /q /s /c \"echo \"a b\" & echo c\"", "\"a b\" \r\nc\r\n", "", 0 },
		{ "what is behind the last one stays", "cmd /s /c \"echo a\" b", "a b\r\n", "", 0 },
		{ "carets outside of quotes are for the outer one", "cmd /c echo a ^& echo b", "a \r\nb\r\n", "", 0 },
		{ "echo with a point", "echo.& echo.x", "\r\nx\r\n", "", 0 },
		{ "echo alone", "echo", "ECHO is on.\r\n", "", 0 },
		{ "@ is silent", "@echo a & @echo b", "a \r\nb\r\n", "", 0 },
		{ "no console in a remote shell", "timeout /t 5", "",
			"ERROR: Input redirection is not supported, exiting the process immediately.\r\n", 1 },
	};

	(void)state;
	FOR_EACH(c, cases)
		check(c);
}

#define LOGS "C:\\Windows\\Logs\\"

static void files_are_those_of_the_host(void **state)
{
	static const struct line cases[] = {
		{ "directories with those above", "md " LOGS "a\\b && echo made", "made\r\n", "", 0 },
		{ "once", "md " LOGS "A\\B", "", "A subdirectory or file " LOGS "A\\B already exists.\r\n", 1 },
		{ "success leaves errorlevel", "nosuch 2>nul & md " LOGS "c", "", "", 9009 },
		{ "written", "echo one>" LOGS "a\\x.txt", "", "", 0 },
		{ "read, without case", "type c:\\windows\\LOGS\\a\\X.TXT", "one\r\n", "", 0 },
		{ "appended", "echo two>> \"" LOGS "a\\x.txt\"& type " LOGS "a\\x.txt", "one\r\ntwo\r\n", "", 0 },
		{ "groups", "(echo a&echo b)>" LOGS "y&type " LOGS "y", "a\r\nb\r\n", "", 0 },
		{ "errors", "nosuch 2>" LOGS "e & if exist " LOGS "e echo yes", "yes\r\n", "", 9009 },
		{ "both", "(echo o&nosuch)>" LOGS "b 2>&1 & for /f %a in (" LOGS "b) do @echo %a",
			"o\r\n'nosuch'\r\noperable\r\n", "", 9009 },
		{ "in a group, errorlevel is the last one's", "(hostname>" LOGS "h)", "", "", 0 },
		{ "missing", "type " LOGS "nothing", "", "The system cannot find the file specified.\r\n", 1 },
		{ "missing directory", "type " LOGS "no\\nothing", "", "The system cannot find the path specified.\r\n",
			1 },
		{ "nowhere to write", "echo x>" LOGS "no\\x||echo failed", "failed\r\n",
			"The system cannot find the path specified.\r\n", 1 },
		{ "a first line", "set /p L=<" LOGS "y&call echo %^L%", "a\r\n", "", 0 },
		{ "exist", "if exist " LOGS "y (echo yes) else (echo no)", "yes\r\n", "", 0 },
		{ "one writer at a time", "(echo a>" LOGS "w)>" LOGS "w", "",
			"The process cannot access the file because it is being used by another process.\r\n", 0 },
		{ "which stays the only one",
			"(echo a>" LOGS "w&echo b>" LOGS "w&del " LOGS "w)>" LOGS "w 2>nul&if exist " LOGS
			"w echo kept",
			"kept\r\n", "", 0 },
		{ "moved", "move /y " LOGS "y " LOGS "z&if not exist " LOGS "y type " LOGS "z",
			"        1 file(s) moved.\r\na\r\nb\r\n", "", 0 },
		{ "deleted", "del " LOGS "z&if not exist " LOGS "z echo gone", "gone\r\n", "", 0 },
		{ "a full directory stays", "rd " LOGS "a", "", "The directory is not empty.\r\n", 0 },
		{ "unless told", "rd /s /q " LOGS "a&if not exist " LOGS "a echo gone", "gone\r\n", "", 0 },
		{ "or tells it", "rd " LOGS "a||echo %errorlevel%", "0\r\n",
			"The system cannot find the file specified.\r\n", 2 },
		{ "NUL is none", "echo a>NUL&echo b>C:\\nul&if not exist C:\\x echo c", "c\r\n", "", 0 },
		{ "no other drive", "echo a>D:\\x", "", "The system cannot find the path specified.\r\n", 0 },
	};
	struct options english = { .time_scale = 1 };
	struct host other;

	(void)state;
	host_init(&other, "srv-en-0001.sim.example", scenario_find("fix-plain"), &english);
	host_wake(&other);
	FOR_EACH(c, cases)
		check_on(&other, c);
	host_done(&other);
}

static void services_take_their_time(void **state)
{
	static const struct line cases[] = {
		{ "running", "sc interrogate EventSystem >nul", "", "", 0 },
		{ "a stop only begins", "sc stop SENS >nul & sc stop EventSystem >nul", "", "", 1051 },
		{ "it takes no other control meanwhile",
			"ping -n 2 127.0.0.1>nul&sc start SENS>nul&ping -n 2 127.0.0.1>nul&sc stop SENS>nul&sc stop "
			"SENS>nul",
			"", "", 1061 },
		{ "nor is it stopped", "ping -n 9 127.0.0.1>nul&sc start SENS>nul&sc start SENS>nul", "", "", 1056 },
		{ "net waits", "ping -n 12 127.0.0.1>nul&net stop SENS >nul && sc interrogate SENS >nul", "", "",
			1062 },
		{ "and fails if it is stopped", "net stop SENS 2>nul", "", "", 2 },
		{ "an antecedent starts with it",
			"net stop EventSystem>nul&&net start SENS>nul&&sc interrogate EventSystem>nul", "", "", 0 },
		{ "net asks for dependents", "net stop EventSystem >nul 2>nul", "", "", 2 },
		{ "unless told", "net stop EventSystem /y >nul", "", "", 0 },
		{ "all that depend on it are listed, in the order to stop them",
			"for /f \"tokens=2 delims=: \" %a in ('sc enumdepend RpcSs 8192') do @if %a==BITS (echo %a) "
			"else if "
			"%a==EventSystem (echo %a) else if %a==SENS echo %a",
			"SENS\r\nBITS\r\nEventSystem\r\n", "", 0 },
		{ "if they fit", "sc enumdepend RpcSs >nul", "", "", 234 },
		{ "no such service", "sc query nothing >nul", "", "", 1060 },
	};
	struct options english = { .time_scale = 1 };
	struct host other;

	(void)state;
	host_init(&other, "srv-en-0002.sim.example", scenario_find("fix-plain"), &english);
	host_wake(&other);
	FOR_EACH(c, cases)
		check_on(&other, c);
	assert_int_equal(2, services_find(&other.services, "EventSystem")->stops);
	host_done(&other);
}

static void isolating_brings_the_writers_back(void **state)
{
	OWN_VALUE(cmd_result_done) struct cmd_result got;

	(void)state;
	cmd_run(&host, 65001,
		"sc config EventSystem type= own >NUL && net stop SENS >NUL && net stop EventSystem >NUL && "
		"net start EventSystem >NUL && sc start SENS >NUL && vssadmin list writers",
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
		cmocka_unit_test_setup_teardown(if_and_for_are_those_of_a_command_line, set_up, tear_down),
		cmocka_unit_test_setup_teardown(variables_and_quotes_are_those_of_cmd, set_up, tear_down),
		cmocka_unit_test(files_are_those_of_the_host),
		cmocka_unit_test(services_take_their_time),
		cmocka_unit_test_setup_teardown(isolating_brings_the_writers_back, set_up, tear_down),
		cmocka_unit_test_setup_teardown(restarting_in_the_shared_process_does_not, set_up, tear_down),
		cmocka_unit_test_setup_teardown(asking_leaves_events, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
