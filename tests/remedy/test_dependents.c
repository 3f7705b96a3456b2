/* dependents: the output of sc.exe is read alike in every language, and one that is not whole is never taken. */
#include "cases.h"
#include "dependents.h"
#include "str.h"

#include <stdlib.h>
#include <string.h>

static struct service service[] = {
	{ .name = "EventSystem", .pid = 816 },
	{ .name = "COMSysApp", .pid = 2204 },
	{ .name = "SENS", .pid = 900 },
	{ .name = "SENSe", .pid = 901 },
	{ .name = "BITS", .pid = 0 },
	{ .name = "Netlogon", .pid = 640 },
	{ .name = "Copia de seguridad $1", .pid = 77 },
	{ .name = "Schlafender Dienst", .pid = 0 },
};
static const struct service_facts services = { true, service, COUNT(service) };

#define REST(type, state)                                                                                              \
	"        " type "               : 10  WIN32_OWN_PROCESS  \r\n"                                                 \
	"        " state "              : 4  RUNNING \r\n"                                                             \
	"                                (STOPPABLE, NOT_PAUSABLE, ACCEPTS_SHUTDOWN)\r\n"                              \
	"        WIN32_EXIT_CODE    : 0  (0x0)\r\n"                                                                    \
	"        SERVICE_EXIT_CODE  : 0  (0x0)\r\n"                                                                    \
	"        CHECKPOINT         : 0x0\r\n"                                                                         \
	"        WAIT_HINT          : 0x0\r\n"
#define HEAD(number) "Enum: entriesRead  = " number "\r\n"
#define BLOCK(name) "\r\nSERVICE_NAME: " name "\r\nDISPLAY_NAME: Shown as " name "\r\n" REST("TYPE", "STATE")

static const struct {
	const char *about, *text, *expect; /* the names of stops, a blank behind each */
} languages[] = {
	{ "English", HEAD("3") BLOCK("SENS") BLOCK("BITS") BLOCK("COMSysApp"), "SENS COMSysApp " },
	{ "English, as older versions begin",
		"[SC] EnumDependentServices: entriesread = 2\r\n" BLOCK("COMSysApp") BLOCK("SENS"), "COMSysApp SENS " },
	{ "German",
		"Enum: gelesene Eintr\xc3\xa4ge = 2\r\n\r\nDIENSTNAME: COMSysApp\r\nANZEIGENAME: "
		"COM+-Systemanwendung\r\n" REST("TYP ", "STATUS") "\r\nDIENSTNAME: SENS\r\nANZEIGENAME: SENS\r\n" REST(
			"TYP ", "STATUS"),
		"COMSysApp SENS " },
	{ "Spanish",
		"Enum: entriesRead  = 2\r\n\r\nNOMBRE_SERVICIO: SENS\r\nNOMBRE_MOSTRAR : Notificaci\xc3\xb3n\r\n" REST(
			"TIPO", "ESTADO") "\r\nNOMBRE_SERVICIO: BITS\r\nNOMBRE_MOSTRAR : BITS\r\n" REST("TIPO",
			"ESTADO"),
		"SENS " },
	{ "French, with a blank before the colon",
		"Enum: entriesRead  = 1\r\n\r\nNOM_SERVICE\xc2\xa0: SENS\r\nNOM_AFFICHE\xc2\xa0: Notification\r\n" REST(
			"TYPE", "STATE"),
		"SENS " },
	{ "Japanese, with full-width colons",
		"Enum: entriesRead  = 1\r\n\r\n\xe3\x82\xb5\xe3\x83\xbc\xe3\x83\x93\xe3\x82\xb9\xe5\x90\x8d\xef\xbc\x9a"
		"COMSysApp\r\n\xe8\xa1\xa8\xe7\xa4\xba\xe5\x90\x8d\xef\xbc\x9a COM+\r\n" REST("TYPE", "STATE"),
		"COMSysApp " },
	{ "a display name that is another service's name",
		HEAD("1") "\r\nSERVICE_NAME: SENS\r\nDISPLAY_NAME: Netlogon\r\n" REST("TYPE", "STATE"), "SENS " },
	{ "a display name that looks like a head",
		HEAD("1") "\r\nSERVICE_NAME: SENS\r\nDISPLAY_NAME: x = 2\r\n" REST("TYPE", "STATE"), "SENS " },
	{ "a name that begins with another one", HEAD("1") BLOCK("SENSe"), "SENSe " },
	{ "names in another case", HEAD("1") BLOCK("sens"), "SENS " },
	{ "bare line feeds", "Enum: entriesRead  = 1\n\nSERVICE_NAME: SENS\nDISPLAY_NAME: S\n        TYPE : 20\n",
		"SENS " },
	{ "nothing depends on it", HEAD("0"), "" },
	{ "nothing, and blank lines", "\r\n" HEAD("0") "\r\n\r\n", "" },
	{ "none that runs", HEAD("1") BLOCK("BITS"), "" },
	{ "none that runs, and a name with blanks", HEAD("1") BLOCK("Schlafender Dienst"), "" },
};

static void expect_names(const char *about, const struct names *names, const char *expect)
{
	OWN_VALUE(str_done) struct str all = { 0 };

	for (size_t i = 0; i < names->count; i++)
		str_addf(&all, "%s ", names->name[i]);
	if (strcmp(str_text(&all), expect) != 0)
		fail_msg("%s: %s", about, str_text(&all));
}

static void every_language_reads_alike(void **state)
{
	(void)state;
	FOR_EACH(c, languages) {
		OWN_VALUE(names_done) struct names stops = { 0 };
		struct error e = { 0 };
		if (dependents_read(c->text, strlen(c->text), &services, "EventSystem", &stops, &e) < 0)
			fail_msg("%s: %s", c->about, e.cause);
		expect_names(c->about, &stops, c->expect);
	}
}

static void what_is_there_already_stays_where_it_is(void **state)
{
	static const char text[] = HEAD("3") BLOCK("SENS") BLOCK("Netlogon") BLOCK("COMSysApp");
	OWN_VALUE(names_done) struct names stops = { 0 };
	struct error e = { 0 };

	(void)state;
	assert_int_equal(names_add(&stops, "comsysapp", &e), 0);
	assert_int_equal(dependents_read(text, strlen(text), &services, "EventSystem", &stops, &e), 0);
	expect_names("added", &stops, "comsysapp SENS Netlogon ");
}

static void what_is_not_whole_is_an_error(void **state)
{
	static const struct {
		const char *about, *text;
	} cases[] = {
		{ "nothing", "" },
		{ "blank lines", "\r\n\r\n" },
		{ "no head", BLOCK("SENS") },
		{ "a head that was cut", "Enum: entriesRead  = 1" },
		{ "a head without a number", "Enum: entriesRead  = \r\n" },
		{ "a head with something behind its number", "Enum: entriesRead  = 0 or more\r\n" },
		{ "a head with a negative number", "Enum: entriesRead  = -1\r\n" },
		{ "a head that is indented", "  Enum: entriesRead  = 0\r\n" },
		{ "a number beyond all services", "Enum: entriesRead  = 99999999999999999999\r\n" },
		{ "more than a list holds", "Enum: entriesRead  = 257\r\n" },
		{ "another message first", "[SC] EnumDependentServices FAILED 234:\r\n\r\n" HEAD("1") BLOCK("SENS") },
		{ "fewer than the head says", HEAD("2") BLOCK("SENS") },
		{ "more than the head says", HEAD("1") BLOCK("SENS") BLOCK("BITS") },
		{ "one where the head says none", HEAD("0") BLOCK("SENS") },
		{ "the same one twice", HEAD("2") BLOCK("SENS") BLOCK("SENS") },
		{ "a service of another server", HEAD("2") BLOCK("SENS") BLOCK("Unheard") },
		{ "a name that was cut", HEAD("1") "\r\nSERVICE_NAME: SENS" },
		{ "a block without a name", HEAD("1") "\r\nSERVICE_NAME:\r\n" REST("TYPE", "STATE") },
		{ "a name without a label", HEAD("1") "\r\nSENS\r\n" REST("TYPE", "STATE") },
		{ "a block that begins indented", HEAD("1") "\r\n  SERVICE_NAME: SENS\r\n" },
		{ "the service itself", HEAD("1") BLOCK("eventsystem") },
		{ "one that runs and has no plain name", HEAD("2") BLOCK("SENS") BLOCK("Copia de seguridad $1") },
	};

	(void)state;
	FOR_EACH(c, cases) {
		OWN_VALUE(names_done) struct names stops = { 0 };
		struct error e = { 0 };
		assert_int_equal(names_add(&stops, "W32Time", &e), 0);
		if (!dependents_read(c->text, strlen(c->text), &services, "EventSystem", &stops, &e) ||
			e.kind != ERROR_PARSE)
			fail_msg("%s: %s", c->about, e.cause);
		expect_names(c->about, &stops, "W32Time ");
	}
}

static void a_name_with_a_nul_is_no_service(void **state)
{
	static const char text[] = HEAD("1") "\r\nSERVICE_NAME: SENS\0x\r\n";
	OWN_VALUE(names_done) struct names stops = { 0 };
	struct error e = { 0 };

	(void)state;
	assert_int_equal(dependents_read(text, sizeof(text) - 1, &services, "EventSystem", &stops, &e), -1);
}

/* In memory of its own size, so that a byte read behind the end is seen. */
static int read_exactly(const char *text, size_t len, struct names *stops, struct error *e)
{
	OWN(own_free) char *copy = malloc(len ? len : 1);

	memcpy(copy, text, len);
	return dependents_read(copy, len, &services, "EventSystem", stops, e);
}

static void a_cut_is_an_error_or_changes_nothing(void **state)
{
	(void)state;
	FOR_EACH(c, languages)
		for (size_t len = 0; len < strlen(c->text); len++) {
			OWN_VALUE(names_done) struct names stops = { 0 };
			struct error e = { 0 };
			if (read_exactly(c->text, len, &stops, &e) == 0)
				expect_names(c->about, &stops, c->expect);
			else if (e.kind != ERROR_PARSE || stops.count)
				fail_msg("%s, cut at %zu: %s", c->about, len, e.cause);
		}
}

/* A byte in place of another may make the list wrong, which is an error, or touch what is not judged. It never makes
 * a dependent vanish that still stands in a block. */
static void a_damaged_byte_never_loses_a_service(void **state)
{
	static const char text[] = HEAD("2") BLOCK("SENS") BLOCK("COMSysApp");
	static const char bytes[] = "\0\n\r :=0129AS\xff\xc2\t";

	(void)state;
	for (size_t at = 0; at < sizeof(text) - 1; at++)
		for (size_t b = 0; b < sizeof(bytes) - 1; b++) {
			OWN_VALUE(names_done) struct names stops = { 0 };
			struct error e = { 0 };
			char damaged[sizeof(text)];
			memcpy(damaged, text, sizeof(text));
			damaged[at] = bytes[b];
			if (read_exactly(damaged, sizeof(text) - 1, &stops, &e) == 0)
				expect_names("damaged", &stops, "SENS COMSysApp ");
			else
				assert_int_equal(stops.count, 0);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_language_reads_alike),
		cmocka_unit_test(what_is_there_already_stays_where_it_is),
		cmocka_unit_test(what_is_not_whole_is_an_error),
		cmocka_unit_test(a_name_with_a_nul_is_no_service),
		cmocka_unit_test(a_cut_is_an_error_or_changes_nothing),
		cmocka_unit_test(a_damaged_byte_never_loses_a_service),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
