/* registry: the environment of a server, from what reg query prints on each version of Windows. */
#include "cases.h"

#include <string.h>

#include "registry.h"

#define VALUE(name, type, value) "\r\nHKEY_LOCAL_MACHINE\\KEY\r\n    " name "    " type "    " value "\r\n\r\n"
#define TEXT(name, value) VALUE(name, "REG_SZ", value)
#define VERSION(version, build) TEXT("CurrentVersion", version) TEXT("CurrentBuildNumber", build)
#define NUMBERS(major, minor)                                                                                          \
	VALUE("CurrentMajorVersionNumber", "REG_DWORD", major) VALUE("CurrentMinorVersionNumber", "REG_DWORD", minor)

static void every_version_is_told(void **state)
{
	static const struct {
		const char *about, *text, *version;
		int product_type, codepage;
	} cases[] = {
		{ "2008 R2, Germany", VERSION("6.1", "7601") TEXT("ProductType", "ServerNT") TEXT("OEMCP", "850"),
			"6.1.7601", 3, 850 },
		{ "2012 R2, a domain controller in Japan",
			VERSION("6.3", "9600") TEXT("ProductType", "LanmanNT") TEXT("OEMCP", "932"), "6.3.9600", 2,
			932 },
		{ "2019 still says 6.3",
			VERSION("6.3", "17763") NUMBERS("0xa", "0x0") TEXT("ProductType", "ServerNT")
				TEXT("OEMCP", "437"),
			"10.0.17763", 3, 437 },
		{ "Windows 10", VERSION("6.3", "19045") NUMBERS("0xa", "0x0") TEXT("ProductType", "WinNT"),
			"10.0.19045", 1, UNSEEN },
		{ "2019 without its numbers is not 2012 R2", VERSION("6.3", "17763"), NULL, UNSEEN, UNSEEN },
		{ "no build", TEXT("CurrentVersion", "6.3"), NULL, UNSEEN, UNSEEN },
		{ "tabs, as reg of old printed", "! REG.EXE VERSION 3.0\r\n\r\n\tOEMCP\tREG_SZ\t932\r\n", NULL, UNSEEN,
			932 },
		{ "line feeds only", "KEY\n    OEMCP    REG_SZ    932\n", NULL, UNSEEN, 932 },
		{ "the first of two", TEXT("OEMCP", "932") TEXT("OEMCP", "437"), NULL, UNSEEN, 932 },
		{ "numbers that are none", VERSION("6.3", "96x0") TEXT("OEMCP", "9x") TEXT("ProductType", "Server"),
			NULL, UNSEEN, UNSEEN },
		{ "a name that only begins alike", TEXT("OEMCPX", "932") TEXT("XOEMCP", "932"), NULL, UNSEEN, UNSEEN },
		{ "a value that looks like a name", TEXT("ProductName", "OEMCP    REG_SZ    932"), NULL, UNSEEN,
			UNSEEN },
		{ "cut", "    OEMCP    REG_SZ", NULL, UNSEEN, UNSEEN },
		{ "cut in the type", "    OEMCP    RE", NULL, UNSEEN, UNSEEN },
		{ "no value", "    OEMCP    REG_SZ    \r\n", NULL, UNSEEN, UNSEEN },
		{ "nothing", "", NULL, UNSEEN, UNSEEN },
	};

	(void)state;
	FOR_EACH(c, cases) {
		OWN_VALUE(facts_done) struct facts facts;
		struct environment_facts *env = &facts.environment;
		facts_init(&facts);
		environment_from_registry(c->text, env);
		bool version = c->version ? env->version && !strcmp(env->version, c->version) : !env->version;
		if (!version || env->product_type != c->product_type || env->oem_codepage != c->codepage)
			fail_msg("%s: %s, type %d, page %d", c->about, env->version ? env->version : "?",
				env->product_type, env->oem_codepage);
	}
}

static void texts_are_taken_to_the_end_of_their_line(void **state)
{
	OWN_VALUE(facts_done) struct facts facts;
	struct environment_facts *env = &facts.environment;

	(void)state;
	facts_init(&facts);
	environment_from_registry(TEXT("ProductName", "Windows Server 2012 R2 Standard") TEXT("Default", "0411") TEXT(
					  "SystemManufacturer", "VMware, Inc.  ") TEXT("SystemProductName", "VMware7,1"),
		env);
	assert_string_equal(env->caption, "Windows Server 2012 R2 Standard");
	assert_string_equal(env->locale, "0411");
	assert_string_equal(env->manufacturer, "VMware, Inc.");
	assert_string_equal(env->model, "VMware7,1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_version_is_told),
		cmocka_unit_test(texts_are_taken_to_the_end_of_their_line),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
