/* Detached processes, and what hosts do to those who repair them; a simulated minute takes 200 ms. */

#include "cases.h"

#include <string.h>

#include "cmd.h"
#include "process.h"
#include "services.h"

#define LOG "C:\\Windows\\Logs\\fix\\log"
/* As a repair would do it: each service is stopped until it is, and started until it runs. */
#define SCRIPT                                                                                                         \
	"C:\\Windows\\System32\\cmd.exe /d /q /v:on /s /c \"md C:\\Windows\\Logs\\fix && ((for %s in (SENS "           \
	"EventSystem) do "                                                                                             \
	"(set t=1& (for /l %i in (1,1,30) do if defined t (sc stop %s >nul& set r=!errorlevel!& "                      \
	"(for %c in (1062 1051 5) do if !r!==%c set \"t=\")& if defined t ping -n 2 127.0.0.1 >nul))& "                \
	"echo stop %s !r!))& (for %s in (EventSystem SENS) do (set t=1& (for /l %i in (1,1,5) do if defined t ("       \
	"sc start %s >nul& sc interrogate %s >nul& set r=!errorlevel!& (if !r!==0 set \"t=\")& "                       \
	"if defined t ping -n 2 127.0.0.1 >nul))& echo start %s !r!))) >" LOG " 2>&1\""

static struct options options = { .time_scale = 300 };

static void play(struct host *host, const char *scenario)
{
	host_init(host, "srv-tyo-0001.sim.example", scenario_find(scenario), &options);
	pthread_mutex_lock(&host->lock);
	host_wake(host);
}

static void leave(struct host *host)
{
	pthread_mutex_unlock(&host->lock);
	host_done(host);
}

static const char *state_of(const struct host *host, const char *service)
{
	return service_state_text(services_find(&host->services, service));
}

static const char *log_of(const struct host *host)
{
	const struct file *file = files_find(&host->files, LOG);

	return file ? str_text(&file->bytes) : "(none)";
}

static void create_answers_as_windows_does(void **state)
{
	static const struct {
		const char *about, *line, *directory;
		enum process_result expect;
	} cases[] = {
		{ "a program", "hostname", NULL, PROCESS_OK },
		{ "in full", "C:\\Windows\\System32\\CMD.EXE /c echo a", NULL, PROCESS_OK },
		{ "in quotes", "\"C:\\Windows\\System32\\cmd.exe\" /c echo a", NULL, PROCESS_OK },
		{ "a directory", "hostname", "C:\\Windows\\Temp", PROCESS_OK },
		{ "nothing", "", NULL, PROCESS_INVALID },
		{ "blanks", "  ", NULL, PROCESS_INVALID },
		{ "no parameter", NULL, NULL, PROCESS_INVALID },
		{ "no program", "nosuch.exe", NULL, PROCESS_NO_PATH },
		{ "what only cmd.exe knows", "md C:\\x", NULL, PROCESS_NO_PATH },
		{ "variables are those of cmd.exe", "%ComSpec% /c echo a", NULL, PROCESS_NO_PATH },
		{ "another directory", "D:\\tools\\cmd.exe", NULL, PROCESS_NO_PATH },
		{ "no such directory", "hostname", "C:\\nothing", PROCESS_NO_PATH },
	};
	struct host host;
	uint32_t pid;

	(void)state;
	play(&host, "fix-plain");
	FOR_EACH(c, cases)
		if (process_create(&host, c->line, c->directory, &pid) != c->expect)
			fail_msg("%s", c->about);
	processes_wait_gone(&host);
	leave(&host);
}

static void lines_have_their_limits(void **state)
{
	OWN_VALUE(str_done) struct str line = { 0 };
	struct host host;
	uint32_t pid;

	(void)state;
	play(&host, "fix-plain");
	str_add(&line, "cmd /c md C:\\short & rem ");
	while (line.len < 8000)
		str_addc(&line, 'x');
	process_create(&host, line.data, NULL, &pid);
	while (line.len < 8300)
		str_addc(&line, 'x');
	line.data[14] = '2'; /* C:\2hort */
	process_create(&host, line.data, NULL, &pid);
	processes_wait_gone(&host);
	assert_non_null(files_find(&host.files, "C:\\short"));
	assert_int_equal(1, host.files.count);
	while (line.len <= COMMAND_LINE_MOST)
		str_addc(&line, 'x');
	assert_int_equal(PROCESS_FAILED, process_create(&host, line.data, NULL, &pid));
	leave(&host);
}

static void a_script_meets_what_the_scenario_says(void **state)
{
	static const char good[] = "stop SENS 1062\r\nstop EventSystem 1062\r\nstart EventSystem 0\r\nstart SENS 0\r\n";
	static const struct {
		const char *scenario, *log, *eventsystem, *sens;
		bool unplugged;
	} cases[] = {
		{ "fix-plain", good, "Running", "Running", false },
		{ "fix-2019-grouped", good, "Running", "Running", false },
		{ "fix-slow-stop", good, "Running", "Running", false },
		{ "fix-start-fails", good, "Running", "Running", false },
		{ "fix-dies", good, "Running", "Running", true },
		{ "fix-script-killed", "stop SENS 1062\r\n", "Stopped", "Stopped", false },
		{ "fix-late-dependent",
			"stop SENS 1062\r\nstop EventSystem 1051\r\nstart EventSystem 0\r\nstart SENS 0\r\n", "Running",
			"Running", false },
		{ "fix-stop-denied", "stop SENS 1062\r\nstop EventSystem 5\r\nstart EventSystem 0\r\nstart SENS 0\r\n",
			"Running", "Running", false },
		{ "fix-hanging-stop",
			"stop SENS 1062\r\nstop EventSystem 1061\r\nstart EventSystem 1061\r\nstart SENS 1062\r\n",
			"Stop Pending", "Stopped", false },
		{ "fix-start-never",
			"stop SENS 1062\r\nstop EventSystem 1062\r\nstart EventSystem 1062\r\nstart SENS 1062\r\n",
			"Stopped", "Stopped", false },
	};
	uint32_t pid;

	(void)state;
	FOR_EACH(c, cases) {
		struct host host;
		play(&host, c->scenario);
		assert_int_equal(PROCESS_OK, process_create(&host, SCRIPT, NULL, &pid));
		processes_wait_gone(&host);
		if (strcmp(log_of(&host), c->log) != 0)
			fail_msg("%s: %s", c->scenario, log_of(&host));
		if (strcmp(state_of(&host, "EventSystem"), c->eventsystem) != 0 ||
			strcmp(state_of(&host, "SENS"), c->sens) != 0)
			fail_msg("%s: EventSystem %s, SENS %s", c->scenario, state_of(&host, "EventSystem"),
				state_of(&host, "SENS"));
		assert_int_equal(c->unplugged, host.unplugged_until != 0);
		leave(&host);
	}
}

static void a_reboot_ends_processes_and_makes_types_count(void **state)
{
	struct host host;
	uint32_t pid;
	time_t boot;

	(void)state;
	play(&host, "fix-plain");
	boot = host.boot;
	service_set_type(services_find(&host.services, "EventSystem"), TYPE_OWN);
	assert_true(service_shares_process(&host.services, services_find(&host.services, "EventSystem")));
	assert_int_equal(PROCESS_OK,
		process_create(&host, "cmd /c md C:\\kept & shutdown /r /t 1 & ping -n 80000 x", NULL, &pid));
	processes_wait_gone(&host);
	assert_true(host_is_down(&host) || host.boot != boot);
	while (host_is_down(&host)) /* 67 ms */
		;
	host_wake(&host);
	assert_true(host.boot > boot);
	assert_false(service_shares_process(&host.services, services_find(&host.services, "EventSystem")));
	assert_non_null(files_find(&host.files, "C:\\kept"));
	leave(&host);
}

static void a_host_that_ends_takes_its_processes_along(void **state)
{
	struct host host;
	uint32_t pid;

	(void)state;
	play(&host, "fix-plain");
	process_create(&host, "cmd /c for /l %i in (1,0,2) do rem", NULL, &pid);
	process_create(&host, "cmd", NULL, &pid);
	host_switch(&host, scenario_find("fix-2016"));
	assert_null(host.processes);
	leave(&host);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(create_answers_as_windows_does),
		cmocka_unit_test(lines_have_their_limits),
		cmocka_unit_test(a_script_meets_what_the_scenario_says),
		cmocka_unit_test(a_reboot_ends_processes_and_makes_types_count),
		cmocka_unit_test(a_host_that_ends_takes_its_processes_along),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
