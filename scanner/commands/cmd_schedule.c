/* schedule: a profile is scanned regularly, by a timer of systemd. */
#include "command.h"
#include "errno_text.h"
#include "escape.h"
#include "language.h"
#include "options.h"
#include "own.h"
#include "profile.h"
#include "units.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Runs a program of systemd, whose complaints are on stderr. EXIT_OK, or EXIT_INTERNAL after it was said. */
static int run(const char *const *words)
{
	posix_spawn_file_actions_t actions;
	pid_t pid;
	int status, fault = posix_spawn_file_actions_init(&actions);

	if (!fault)
		fault = posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	if (!fault)
		fault = posix_spawnp(&pid, words[0], &actions, NULL, (char *const *)words, environ);
	posix_spawn_file_actions_destroy(&actions);
	if (fault)
		return complain_text(EXIT_INTERNAL, _("%s cannot be run: %s"), words[0], errno_text(fault));
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return complain_text(EXIT_INTERNAL, "%s: %s", words[0], errno_text(errno));
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return EXIT_OK;
	return complain_text(EXIT_INTERNAL, _("%s %s failed"), words[0], words[1]);
}

static int systemctl(const char *verb, const char *option, const char *profile)
{
	char unit[64];
	const char *words[5] = { "systemctl", verb };
	size_t count = 2;

	if (option)
		words[count++] = option;
	snprintf(unit, sizeof(unit), "vssfleet-scan@%s.timer", profile ? profile : "");
	if (profile)
		words[count++] = unit;
	return run(words);
}

/* systemd would say it too, but only when the timer is not started. */
static int check_calendar(const char *when)
{
	const char *const words[] = { "systemd-analyze", "calendar", when, NULL };

	return !when || run(words) == EXIT_OK ? EXIT_OK : EXIT_USAGE;
}

static void print_units(const struct units *units)
{
	for (size_t i = 0; i < UNITS; i++)
		if (units->unit[i].text.len)
			printf("# %s/vssfleet.conf\n%s\n", str_text(&units->unit[i].directory),
				str_text(&units->unit[i].text));
}

static int install(const struct options *o, const struct unit_plan *plan)
{
	OWN_VALUE(units_done) struct units units = { 0 };
	struct error e = { 0 };
	int code;

	if (units_plan(plan, &units, &e) < 0)
		return complain(EXIT_INTERNAL, &e);
	if (o->print) {
		print_units(&units);
		printf("systemctl daemon-reload\nsystemctl enable --now vssfleet-scan@%s.timer\n", plan->profile);
		return EXIT_OK;
	}
	if ((code = check_calendar(plan->on_calendar)) != EXIT_OK)
		return code;
	if (units_write(&units, &e) < 0)
		return complain(EXIT_INTERNAL, &e);
	if ((code = systemctl("daemon-reload", NULL, NULL)) != EXIT_OK)
		return code;
	return systemctl("enable", "--now", plan->profile);
}

static int remove_timer(const struct options *o, const struct unit_plan *plan)
{
	OWN_VALUE(units_done) struct units units = { 0 };
	struct error e = { 0 };
	int code;

	if (units_plan(plan, &units, &e) < 0)
		return complain(EXIT_INTERNAL, &e);
	if (o->print) {
		printf("systemctl disable --now vssfleet-scan@%s.timer\n", plan->profile);
		for (size_t i = 0; i < UNITS; i++)
			printf("rm -f %s/vssfleet.conf\n", str_text(&units.unit[i].directory));
		return EXIT_OK;
	}
	if ((code = systemctl("disable", "--now", plan->profile)) != EXIT_OK)
		return code;
	return units_remove(&units, &e) < 0 ? complain(EXIT_INTERNAL, &e) : systemctl("daemon-reload", NULL, NULL);
}

static int print_timer(void *context, const char *profile, const char *on_calendar)
{
	OWN_VALUE(str_done) struct str safe = { 0 };
	(void)context;

	escape_terminal(&safe, on_calendar ? on_calendar : _("as in the template"));
	printf("%-*s  %s\n", PROFILE_NAME_MAX, profile, str_text(&safe));
	return 0;
}

static int list(const char *directory)
{
	struct error e = { 0 };

	return units_each(directory, print_timer, NULL, &e) < 0 ? complain(EXIT_INTERNAL, &e) : EXIT_OK;
}

/* The profile has to be one that the service will find, and says how many servers at once. */
static int read_profile(struct unit_plan *plan, const struct options *o, char config[PATH_MAX])
{
	OWN_VALUE(settings_done) struct settings settings = { 0 };
	const char *given = o->config ? o->config : getenv("VSSFLEET_CONFIG");
	struct error e = { 0 };

	if (given && *given && !(plan->config = realpath(given, config)))
		return complain_text(EXIT_USAGE, "%s: %s", given, errno_text(errno));
	if (plan->config && strpbrk(plan->config, "\"\\\r\n"))
		return complain_text(EXIT_USAGE, _("%s: a path that no unit can hold"), plan->config);
	unsetenv("XDG_CONFIG_HOME"); /* the service has neither */
	unsetenv("HOME");
	if (settings_read(&settings, plan->config, plan->profile, &e) < 0)
		return complain(EXIT_USAGE, &e);
	const struct setting *forks = settings_find(&settings, "forks");
	plan->forks = forks ? (unsigned)strtoul(forks->value, NULL, 10) : o->forks;
	return EXIT_OK;
}

static int act(const struct options *o)
{
	const char *verb = o->argument_count ? o->argument[0] : "list";
	bool installs = !strcmp(verb, "install"), removes = !strcmp(verb, "remove");
	char config[PATH_MAX];
	struct unit_plan plan = { .directory = o->unit_directory ? o->unit_directory : UNIT_DIRECTORY,
		.profile = o->argument_count > 1 ? o->argument[1] : NULL,
		.on_calendar = o->on_calendar };
	int code;

	if (!installs && !removes && strcmp(verb, "list") != 0)
		return complain_text(EXIT_USAGE, _("there is no schedule %s: list, install or remove PROFILE"), verb);
	if ((installs || removes) != (plan.profile != NULL) || o->argument_count > 2)
		return complain_text(EXIT_USAGE,
			installs || removes ? _("schedule %s PROFILE") : _("schedule %s takes no name"), verb);
	if (!installs && !removes)
		return list(plan.directory);
	if (!profile_name_valid(plan.profile))
		return complain_text(
			EXIT_USAGE, _("\"%s\" is no name of a profile: letters, digits, - _ ."), plan.profile);
	if (o->on_calendar && (!*o->on_calendar || strpbrk(o->on_calendar, "\r\n")))
		return complain_text(EXIT_USAGE, _("--on-calendar is a time such as *-*-* 21:45"));
	if (!o->print && !o->unit_directory && geteuid() != 0)
		return complain_text(EXIT_USAGE, _("only root may set up services; --print shows what it would write"));
	if (installs && (code = read_profile(&plan, o, config)) != EXIT_OK)
		return code;
	return installs ? install(o, &plan) : remove_timer(o, &plan);
}

int cmd_schedule(int argc, char **argv)
{
	struct options o;

	options_parse(&o, argc, argv, GROUP_SCHEDULE, "[list|install PROFILE|remove PROFILE]",
		_("Scans a profile regularly: a timer of systemd starts vssfleet-scan@PROFILE.service. The settings "
		  "are those of [profile \"PROFILE\"] in the configuration."));
	int code = act(&o);
	return fflush(stdout) == 0 ? code : EXIT_INTERNAL;
}
