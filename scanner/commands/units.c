/* units: see the header. */
#include "units.h"
#include "errno_text.h"
#include "language.h"
#include "own.h"
#include "profile.h"
#include "report_file.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TASKS_OF_TEMPLATE = 512, TASKS_BESIDE_HOSTS = 64 };
static const char prefix[] = "vssfleet-scan@", drop_in[] = "vssfleet.conf", timer_suffix[] = ".timer.d";

void units_done(struct units *units)
{
	for (size_t i = 0; i < UNITS; i++) {
		str_done(&units->unit[i].directory);
		str_done(&units->unit[i].text);
	}
}

/* % begins a specifier in a unit. */
static void add_escaped(struct str *text, const char *value)
{
	for (; *value; value++)
		str_add(text, (const char[]){ *value, *value == '%' ? '%' : '\0', '\0' });
}

int units_plan(const struct unit_plan *plan, struct units *units, struct error *e)
{
	struct unit *timer = &units->unit[UNIT_TIMER], *service = &units->unit[UNIT_SERVICE];

	str_addf(&timer->directory, "%s/%s%s%s", plan->directory, prefix, plan->profile, timer_suffix);
	str_addf(&service->directory, "%s/%s%s.service.d", plan->directory, prefix, plan->profile);
	str_add(&timer->text, "[Timer]\n");
	if (plan->on_calendar) {
		str_add(&timer->text, "OnCalendar=\nOnCalendar="); /* the empty one forgets the template's */
		add_escaped(&timer->text, plan->on_calendar);
		str_addc(&timer->text, '\n');
	}
	if (plan->forks + TASKS_BESIDE_HOSTS > TASKS_OF_TEMPLATE || plan->config)
		str_add(&service->text, "[Service]\n");
	if (plan->forks + TASKS_BESIDE_HOSTS > TASKS_OF_TEMPLATE)
		str_addf(&service->text, "TasksMax=%u\n", plan->forks + TASKS_BESIDE_HOSTS);
	if (plan->config) {
		str_add(&service->text, "Environment=\"VSSFLEET_CONFIG=");
		add_escaped(&service->text, plan->config);
		str_add(&service->text, "\"\n");
	}
	for (size_t i = 0; i < UNITS; i++)
		if (str_failed(&units->unit[i].directory) || str_failed(&units->unit[i].text))
			return error_set(e, ERROR_LOCAL, _("the name of a unit is too long"));
	return 0;
}

static int failed(const struct str *path, struct error *e)
{
	return error_code(e, ERROR_LOCAL, errno, "%.200s: %s", str_text(path), errno_text(errno));
}

static int write_text(void *context, FILE *const out[REPORT_FILES_MAX], struct error *e)
{
	const struct unit *unit = context;

	if (fchmod(fileno(out[0]), 0644) < 0)
		return report_cannot_write(drop_in, e);
	fputs(str_text(&unit->text), out[0]);
	return 0; /* report_files_write() asks the stream */
}

static int remove_one(const struct unit *unit, struct error *e)
{
	OWN_VALUE(str_done) struct str file = { 0 };

	str_addf(&file, "%s/%s", str_text(&unit->directory), drop_in);
	if (unlink(str_text(&file)) < 0 && errno != ENOENT)
		return failed(&file, e);
	/* What somebody else put there stays. */
	if (rmdir(str_text(&unit->directory)) < 0 && errno != ENOENT && errno != ENOTEMPTY)
		return failed(&unit->directory, e);
	return 0;
}

static int write_one(struct unit *unit, struct error *e)
{
	static const char *const names[] = { drop_in, NULL };
	const char *directory = str_text(&unit->directory);

	if (mkdir(directory, 0755) < 0 && errno != EEXIST)
		return failed(&unit->directory, e);
	if (chmod(directory, 0755) < 0) /* whatever the umask */
		return failed(&unit->directory, e);
	return report_files_write(directory, names, write_text, unit, e);
}

int units_write(struct units *units, struct error *e)
{
	for (size_t i = 0; i < UNITS; i++)
		if ((units->unit[i].text.len ? write_one(&units->unit[i], e) : remove_one(&units->unit[i], e)) < 0)
			return -1;
	return 0;
}

int units_remove(struct units *units, struct error *e)
{
	for (size_t i = 0; i < UNITS; i++)
		if (remove_one(&units->unit[i], e) < 0)
			return -1;
	return 0;
}

/* ---- listing ---- */

/* The last word counts, as for systemd; % was doubled. */
static void read_calendar(const char *file, struct str *calendar)
{
	FILE *stream = fopen(file, "re");
	char text[512];

	while (stream && fgets(text, sizeof(text), stream))
		if (!strncmp(text, "OnCalendar=", strlen("OnCalendar="))) {
			str_clear(calendar);
			text[strcspn(text, "\n")] = '\0';
			for (const char *c = text + strlen("OnCalendar="); *c; c += 1 + (c[0] == '%' && c[1] == '%'))
				str_addc(calendar, *c);
		}
	if (stream)
		fclose(stream);
}

static bool profile_of(const char *entry, char *profile, size_t room)
{
	size_t len = strlen(entry), fixed = strlen(prefix) + strlen(timer_suffix);

	if (len <= fixed || len - fixed >= room || strncmp(entry, prefix, strlen(prefix)) != 0 ||
		strcmp(entry + len - strlen(timer_suffix), timer_suffix) != 0)
		return false;
	snprintf(profile, room, "%.*s", (int)(len - fixed), entry + strlen(prefix));
	return profile_name_valid(profile);
}

static int is_entry(const struct dirent *entry)
{
	char profile[PROFILE_NAME_MAX + 1];

	return profile_of(entry->d_name, profile, sizeof(profile));
}

int units_each(const char *directory, int (*each)(void *context, const char *profile, const char *on_calendar),
	void *context, struct error *e)
{
	struct dirent **entry = NULL;
	int count = scandir(directory, &entry, is_entry, alphasort), rc = 0;

	if (count < 0)
		return error_code(e, ERROR_LOCAL, errno, "%.200s: %s", directory, errno_text(errno));
	for (int i = 0; i < count; i++) {
		OWN_VALUE(str_done) struct str file = { 0 };
		OWN_VALUE(str_done) struct str calendar = { 0 };
		char profile[PROFILE_NAME_MAX + 1];
		str_addf(&file, "%s/%s/%s", directory, entry[i]->d_name, drop_in);
		profile_of(entry[i]->d_name, profile, sizeof(profile));
		if (rc == 0 && access(str_text(&file), F_OK) == 0) {
			read_calendar(str_text(&file), &calendar);
			rc = each(context, profile, calendar.len ? str_text(&calendar) : NULL);
		}
		free(entry[i]);
	}
	free(entry);
	return rc;
}
