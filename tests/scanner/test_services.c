/* services: who shares the process of EventSystem, from rows or from tasklist, and never a group of what does not run.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "services.h"

static struct service row(const char *name, const char *state, const char *type, int64_t pid)
{
	return (struct service){
		.name = (char *)name, .state = (char *)state, .service_type = (char *)type, .pid = pid
	};
}

static void group_follows_the_process(void **state)
{
	static const struct {
		const char *about, *state, *type;
		int64_t pid;
		enum sharing sharing;
		size_t with;
		bool own, pending;
	} cases[] = {
		{ "2: shared", "Running", "Share Process", 816, SHARING_SHARED, 3, false, false },
		{ "7: own but still shared", "Running", "Own Process", 816, SHARING_SHARED, 3, true, false },
		{ "8: alone", "Running", "Share Process", 1025, SHARING_ALONE, 0, false, false },
		{ "36: stopped, as 2 others are", "Stopped", "Share Process", 0, SHARING_STOPPED, 0, false, false },
		{ "38: stopping with a process", "Stop Pending", "Share Process", 816, SHARING_UNKNOWN, 0, false,
			true },
		{ "starting without one", "Start Pending", "Share Process", 0, SHARING_UNKNOWN, 0, false, true },
		{ "running without one", "Running", "Share Process", 0, SHARING_UNKNOWN, 0, false, false },
		{ "stopped with one", "Stopped", "Share Process", 816, SHARING_UNKNOWN, 0, false, false },
		{ "paused", "Paused", "Share Process", 816, SHARING_SHARED, 3, false, false },
		{ "from tasklist", NULL, NULL, 816, SHARING_SHARED, 3, false, false },
	};

	(void)state;
	FOR_EACH(c, cases) {
		struct service rows[] = {
			row("nsi", "Running", "Share Process", 816),
			row("eventSYSTEM", c->state, c->type, c->pid),
			row("netprofm", "Stop Pending", "Share Process", 816),
			row("FontCache", "Running", "Share Process", 816),
			row("CDPUserSvc_1a2b3", "Running", "Unknown", 4242),
			row("Spooler", "Stopped", "Own Process", 0),
			row("wbengine", "Stopped", "Own Process", 0),
		};
		struct service_facts services = { true, rows, COUNT(rows) };
		struct eventsystem_facts es;
		struct error e = { 0 };
		assert_int_equal(eventsystem_group(&services, &es, &e), 0);
		if (es.sharing != c->sharing || es.shared_count != c->with || es.own_type != c->own ||
			es.pending != c->pending)
			fail_msg("%s: %d with %zu", c->about, es.sharing, es.shared_count);
		if (c->with) {
			assert_string_equal(es.shared_with[0]->name, "FontCache");
			assert_string_equal(es.shared_with[2]->name, "nsi");
		}
		assert_ptr_equal(es.service, &rows[1]);
		free(es.shared_with);
	}
}

static void a_service_of_a_user_counts_for_the_process_whatever_its_type(void **state)
{
	struct service rows[] = { row("EventSystem", "Running", "Share Process", 816),
		row("CDPUserSvc_1a2b3", "Running", "Unknown", 816) };
	struct service_facts services = { true, rows, COUNT(rows) };
	struct eventsystem_facts es;
	struct error e = { 0 };

	(void)state;
	assert_int_equal(eventsystem_group(&services, &es, &e), 0);
	assert_true(es.sharing == SHARING_SHARED && es.shared_count == 1);
	free(es.shared_with);
}

/* Older systems refuse the whole query for one column that they do not have. */
static void no_column_is_asked_for_that_2012r2_lacks(void **state)
{
	(void)state;
	assert_null(strstr(SERVICES_WQL, "DelayedAutoStart"));
	assert_null(strstr(SERVICES_WQL, "*"));
}

static void a_list_that_is_not_whole_groups_nothing(void **state)
{
	struct service rows[] = { row("EventSystem", "Running", "Own Process", 816), row("nsi", "Running", NULL, 816) };
	struct service_facts part = { false, rows, 2 }, without = { true, rows + 1, 1 };
	struct eventsystem_facts es;
	struct error e = { 0 };

	(void)state;
	eventsystem_group(&part, &es, &e);
	assert_true(es.sharing == SHARING_UNKNOWN && !es.service);
	eventsystem_group(&without, &es, &e);
	assert_true(es.sharing == SHARING_UNKNOWN && !es.service);
}

#define IDLE "\"System Idle Process\",\"0\",\"N/A\"\r\n\"System\",\"4\",\"N/A\"\r\n"
#define SVCHOST "\"svchost.exe\",\"816\",\"EventSystem,FontCache,netprofm,nsi\"\r\n"

static void tasklist_is_read_in_any_language(void **state)
{
	static const struct {
		const char *about, *text;
		unsigned codepage;
		size_t count;
	} cases[] = {
		{ "English", "\r\n" IDLE SVCHOST "\"cmd.exe\",\"9\",\"N/A\"\r\n", 0, 4 },
		{ "blanks behind the commas",
			IDLE "\"svchost.exe\",\"816\",\"EventSystem, FontCache, netprofm, nsi\"\r\n", 0, 4 },
		{ "Japanese, code page 932",
			"\"System Idle Process\",\"0\",\"\x8a\x59\x93\x96\x82\xc8\x82\xb5\"\r\n" SVCHOST
			"\"cmd.exe\",\"9\",\"\x8a\x59\x93\x96\x82\xc8\x82\xb5\"\r\n",
			932, 4 },
		{ "its page unknown",
			"\"System Idle Process\",\"0\",\"\x8a\x59\x93\x96\x82\xc8\x82\xb5\"\r\n" SVCHOST
			"\"cmd.exe\",\"9\",\"\x8a\x59\x93\x96\x82\xc8\x82\xb5\"\r\n",
			0, 4 },
		{ "a quote in a name", IDLE "\"a\"\"b.exe\",\"7\",\"Foo\"\r\n" SVCHOST, 0, 5 },
		{ "line feeds only", "\"Idle\",\"0\",\"-\"\n\"svchost.exe\",\"816\",\"EventSystem,nsi\"\n", 0, 2 },
	};

	(void)state;
	FOR_EACH(c, cases) {
		OWN_VALUE(service_facts_done) struct service_facts services = { 0 };
		struct eventsystem_facts es;
		struct error e = { 0 };
		if (services_from_tasklist(c->text, strlen(c->text), c->codepage, &services, &e) < 0)
			fail_msg("%s: %s", c->about, e.cause);
		if (!services.seen || services.count != c->count)
			fail_msg("%s: %zu services", c->about, services.count);
		eventsystem_group(&services, &es, &e);
		assert_int_equal(es.sharing, SHARING_SHARED);
		assert_int_equal(es.service->pid, 816);
		free(es.shared_with);
	}
}

static void a_tasklist_that_is_not_whole_is_none(void **state)
{
	static const char *const bad[] = { "", "\r\n", SVCHOST, IDLE, IDLE "\"svchost.exe\",\"816\",\"EventSyst",
		IDLE "\"svchost.exe\",\"81x\",\"EventSystem\"\r\n", IDLE "\"svchost.exe\",\"816\"\r\n",
		IDLE "\"svchost.exe\",\"99999999999\",\"EventSystem\"\r\n", IDLE "svchost.exe 816 EventSystem\r\n",
		IDLE "\"svchost.exe\",\"816\",\"EventSystem\"", IDLE SVCHOST "ERROR: no\r\n" };

	(void)state;
	FOR_EACH(text, bad) {
		struct service_facts services = { 0 };
		struct error e = { 0 };
		if (services_from_tasklist(*text, strlen(*text), 0, &services, &e) == 0)
			fail_msg("accepted: %s", *text);
		assert_int_equal(e.kind, ERROR_PARSE);
		assert_false(services.seen || services.service);
	}
}

static void a_nul_does_not_end_a_tasklist_early(void **state)
{
	static const char text[] = IDLE "\"svchost.exe\",\"816\",\"EventSystem\"\r\n\0" SVCHOST;
	struct service_facts services = { 0 };
	struct error e = { 0 };

	(void)state;
	assert_int_equal(services_from_tasklist(text, sizeof(text) - 1, 0, &services, &e), -1);
	assert_false(services.seen);
}

/* Nothing that a cut list leaves may make a shared process look like one that is not. */
static void a_cut_tasklist_never_shows_eventsystem_alone(void **state)
{
	static const char text[] = IDLE SVCHOST "\"svchost.exe\",\"900\",\"Dhcp\"\r\n";

	(void)state;
	for (size_t len = 0; len < sizeof(text); len++) {
		OWN_VALUE(service_facts_done) struct service_facts services = { 0 };
		struct eventsystem_facts es = { 0 };
		struct error e = { 0 };
		if (services_from_tasklist(text, len, 0, &services, &e) == 0)
			eventsystem_group(&services, &es, &e);
		if (es.sharing == SHARING_ALONE)
			fail_msg("cut at %zu", len);
		free(es.shared_with);
	}
}

static void the_registry_tells_the_configured_type(void **state)
{
	static const char *const text[][2] = {
		{ "\r\nHKEY_LOCAL_MACHINE\\...\\EventSystem\r\n    Type    REG_DWORD    0x20\r\n\r\n",
			"Share Process" },
		{ "\r\nHKEY_LOCAL_MACHINE\\...\\EventSystem\r\n    Type    REG_DWORD    0x10\r\n\r\n", "Own Process" },
		{ "\r\n    Type    REG_DWORD    0x110\r\n", NULL },
		{ "\r\n    Type    REG_DWORD", NULL },
		{ "", NULL },
	};

	(void)state;
	FOR_EACH(c, text) {
		struct service rows[] = { row("EventSystem", NULL, NULL, 816) };
		struct service_facts services = { true, rows, 1 };
		services_take_type((*c)[0], strlen((*c)[0]), &services);
		if ((*c)[1])
			assert_string_equal(rows[0].service_type, (*c)[1]);
		else
			assert_null(rows[0].service_type);
		free(rows[0].service_type);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(group_follows_the_process),
		cmocka_unit_test(a_service_of_a_user_counts_for_the_process_whatever_its_type),
		cmocka_unit_test(no_column_is_asked_for_that_2012r2_lacks),
		cmocka_unit_test(a_list_that_is_not_whole_groups_nothing),
		cmocka_unit_test(tasklist_is_read_in_any_language),
		cmocka_unit_test(a_tasklist_that_is_not_whole_is_none),
		cmocka_unit_test(a_nul_does_not_end_a_tasklist_early),
		cmocka_unit_test(a_cut_tasklist_never_shows_eventsystem_alone),
		cmocka_unit_test(the_registry_tells_the_configured_type),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
