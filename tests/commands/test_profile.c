/* profile: which setting wins, and what a configuration may not say. */
#include "cases.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command.h"
#include "option_table.h"
#include "options.h"
#include "profile.h"

/* main.c has them; here nothing may be said. */
int complain_text(int code, const char *format, ...)
{
	(void)code;
	fail_msg("%s", format);
	return -1;
}

int complain(int code, const struct error *e)
{
	(void)code;
	fail_msg("%s", e->cause);
	return -1;
}

static char directory[] = "/tmp/test_profile.XXXXXX", own[80], given[80];

static void write_file(const char *path, const char *text)
{
	FILE *out = fopen(path, "w");

	assert_non_null(out);
	fputs(text ? text : "", out);
	fclose(out);
}

static int make_place(void **state)
{
	char path[60];
	(void)state;

	if (!mkdtemp(directory))
		return -1;
	snprintf(path, sizeof(path), "%s/vssfleet", directory);
	snprintf(own, sizeof(own), "%s/config", path);
	snprintf(given, sizeof(given), "%s/given.conf", directory);
	setenv("XDG_CONFIG_HOME", directory, 1);
	return mkdir(path, 0700);
}

static int remove_place(void **state)
{
	char path[60];
	(void)state;

	snprintf(path, sizeof(path), "%s/vssfleet", directory);
	unlink(own);
	unlink(given);
	return rmdir(path) < 0 || rmdir(directory) < 0 ? -1 : 0;
}

#define OWN_FILE "forks = 5\n[profile \"tokyo\"]\nforks = 6\n[profile \"osaka\"]\nforks = 7\n"
#define GIVEN_FILE "forks = 3\n[profile \"tokyo\"]\nforks = 4\n"

static void the_nearest_setting_wins(void **state)
{
	static const struct {
		const char *about, *own, *given, *profile, *environment, *flag;
		unsigned expect;
		const char *origin; /* the end of it */
	} cases[] = {
		{ "nobody says anything", "rate = 1\n", NULL, NULL, NULL, NULL, 64, "built-in" },
		{ "the own file", OWN_FILE, NULL, NULL, NULL, NULL, 5, "config:1" },
		{ "its profile", OWN_FILE, NULL, "tokyo", NULL, NULL, 6, "config:3" },
		{ "another profile", OWN_FILE, NULL, "osaka", NULL, NULL, 7, "config:5" },
		{ "the given file", OWN_FILE, GIVEN_FILE, NULL, NULL, NULL, 3, "given.conf:1" },
		{ "the given file's profile", OWN_FILE, GIVEN_FILE, "tokyo", NULL, NULL, 4, "given.conf:3" },
		{ "a profile of the own file, behind the given one", OWN_FILE, GIVEN_FILE, "osaka", NULL, NULL, 3,
			"given.conf:1" },
		{ "the environment", OWN_FILE, GIVEN_FILE, "tokyo", "2", NULL, 2, "VSSFLEET_FORKS" },
		{ "an empty variable", OWN_FILE, GIVEN_FILE, "tokyo", "", NULL, 4, "given.conf:3" },
		{ "the command line", OWN_FILE, GIVEN_FILE, "tokyo", "2", "--forks=1", 1, "command line" },
	};

	(void)state;
	FOR_EACH(c, cases) {
		char *argv[8] = { (char *)"vssfleet scan" };
		int argc = 1;
		struct options o;
		write_file(own, c->own);
		write_file(given, c->given);
		if (c->given) {
			argv[argc++] = (char *)"-c";
			argv[argc++] = given;
		}
		if (c->profile) {
			argv[argc++] = (char *)"--profile";
			argv[argc++] = (char *)c->profile;
		}
		if (c->flag)
			argv[argc++] = (char *)c->flag;
		c->environment ? setenv("VSSFLEET_FORKS", c->environment, 1) : unsetenv("VSSFLEET_FORKS");
		options_parse(&o, argc, argv, GROUP_PACE, NULL, "");
		const char *origin = options_origin(option_setting("forks"));
		if (o.forks != c->expect || strlen(origin) < strlen(c->origin) ||
			strcmp(origin + strlen(origin) - strlen(c->origin), c->origin) != 0)
			fail_msg("%s: %u of %s", c->about, o.forks, origin);
	}
	unsetenv("VSSFLEET_FORKS");
}

static void every_kind_of_setting_is_taken(void **state)
{
	char *argv[] = { (char *)"vssfleet scan", (char *)"--profile=p", NULL };
	struct options o;
	(void)state;

	write_file(own, "[profile \"p\"]\ninventory = a.ini\ninventory = b.ini\ninsecure-tls = yes\nno-input = no\n"
			"since = 2d\nscheme = https\nformat = csv,\n  json\nfail-on = affected\nuser = u\n");
	options_parse(&o, 2, argv, GROUP_TARGETS | GROUP_ACCESS | GROUP_OUTCOME | GROUP_REPORT, "[TARGET...]", "");
	assert_int_equal(o.source_count, 2);
	assert_string_equal(o.source[1], "b.ini");
	assert_true(o.sources_configured && o.insecure_tls && !o.no_input);
	assert_int_equal(o.since_s, 2 * 86400);
	assert_int_equal(o.scheme, SCHEME_HTTPS);
	assert_int_equal(o.format_count, 2);
	assert_int_equal(o.fail_on, 1u << VERDICT_AFFECTED);
	assert_string_equal(o.user, "u");
	assert_string_equal(o.profile, "p");
}

static void mistakes_are_named_with_their_line(void **state)
{
	static const struct {
		const char *about, *text, *profile, *error;
	} cases[] = {
		{ "a key", "\nforsk = 3\n", NULL, "config:2: forsk is unknown; did you mean forks?" },
		{ "a key of a profile that is not used", "[profile \"a\"]\nforsk = 3\n", NULL, "config:2: forsk" },
		{ "a command", "apply = yes\n", NULL, "apply can only be given on the command line" },
		{ "a consent", "yes = yes\n", NULL, "yes can only be given on the command line" },
		{ "a password", "password = x\n", NULL, "passwords are not read from here" },
		{ "twice", "forks = 1\nforks = 2\n", NULL, "config:2: forks is given twice" },
		{ "a section", "[profil \"a\"]\nforks = 1\n", NULL, "[profil \"a\"] is no section; there are" },
		{ "a section's key", "[mail]\ntoo = x\n", NULL, "config:2: too is unknown" },
		{ "a key in another section", "[mail]\nforks = 1\n", NULL, "forks does not belong into [mail]" },
		{ "in two spellings", "mail-to = a@b\n[mail]\nto = c@d\n", NULL, "config:3: mail-to is given twice" },
		{ "a name", "[profile \"a/b\"]\nforks = 1\n", NULL, "is no name of a profile" },
		{ "no such profile", "[profile \"a\"]\nforks = 1\n", "b", "there is no [profile \"b\"]" },
		{ "a profile like a path", "", "../b", "--profile ../b" },
	};

	(void)state;
	FOR_EACH(c, cases) {
		OWN_VALUE(settings_done) struct settings settings = { 0 };
		struct error e = { 0 };
		write_file(own, c->text);
		if (settings_read(&settings, NULL, c->profile, &e) == 0 || !strstr(e.cause, c->error))
			fail_msg("%s: %s", c->about, e.cause);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_nearest_setting_wins),
		cmocka_unit_test(every_kind_of_setting_is_taken),
		cmocka_unit_test(mistakes_are_named_with_their_line),
	};
	return cmocka_run_group_tests(tests, make_place, remove_place);
}
