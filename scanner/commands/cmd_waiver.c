/* waiver: findings that somebody answers for until a date: lists them, looks them over, adds and removes one. */
#include "command.h"
#include "column.h"
#include "escape.h"
#include "hosts.h"
#include "language.h"
#include "places.h"
#include "targets.h"
#include "waived.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { EXPIRES_SOON_DAYS = 30, STATE_WIDTH = 8 };

struct looking {
	struct waivers waivers;
	struct hosts hosts;
	char run[27]; /* that the hosts are of; "" if there is none */
	struct error error;
};

static void looking_done(struct looking *looking)
{
	waivers_done(&looking->waivers);
	hosts_done(&looking->hosts);
}

static void print_safely(const char *text)
{
	OWN_VALUE(str_done) struct str safe = { 0 };

	escape_terminal(&safe, text ? text : "");
	fputs(str_text(&safe), stdout);
}

static int64_t days_left(const struct waivers *waivers, const struct waiver *waiver)
{
	return waiver->last_day - waivers->today;
}

/* ---- list ---- */

static void print_waiver(const struct waivers *waivers, const struct waiver *waiver)
{
	const char *const texts[] = { waiver->owner, waiver->ticket ? waiver->ticket : "-", waiver->verdicts,
		waiver->hosts, waiver->reason };

	const char *state = waiver_expired(waivers, waiver) ? _("EXPIRED") : _("holds");

	printf("%-20s  %s  %s%*s", waiver->id, waiver->expires, state, column_pad(state, STATE_WIDTH), "");
	FOR_EACH(text, texts) {
		fputs("  ", stdout);
		print_safely(*text);
	}
	putchar('\n');
}

static int list(const char *file)
{
	OWN_VALUE(waivers_done) struct waivers waivers = { 0 };
	struct error e = { 0 };

	if (*file && waivers_read(&waivers, file, waivers_day(time(NULL)), &e) < 0)
		return complain(EXIT_USAGE, &e);
	for (size_t i = 0; i < waivers.count; i++)
		print_waiver(&waivers, &waivers.waiver[i]);
	if (!waivers.count)
		*file ? complain_text(0, _("%s has no waivers"), file)
		      : complain_text(0, "%s", _("there is no file of waivers"));
	return EXIT_OK;
}

/* ---- lint ---- */

static int add_host(struct looking *looking, const json_t *of)
{
	const struct place place = { "the store", 0 };
	const struct host host = { .name = (char *)json_string_value(json_object_get(of, "name")),
		.source = (char *)place.source };
	const json_t *groups = json_object_get(of, "groups"), *group;
	size_t at, i;

	if (!host.name)
		return error_set(&looking->error, ERROR_LOCAL, _("run %s: a record cannot be read"), looking->run);
	if (hosts_add(&looking->hosts, &host, &at, place, &looking->error) < 0)
		return -1;
	json_array_foreach(groups, i, group)
	{
		if (!json_is_string(group))
			return error_set(
				&looking->error, ERROR_LOCAL, _("run %s: a record cannot be read"), looking->run);
		if (host_join(&looking->hosts.host[at], json_string_value(group), place, &looking->error) < 0)
			return -1;
	}
	return 0;
}

static int note_host(void *context, json_t *record, json_t *evidence)
{
	(void)evidence;
	return add_host(context, json_object_get(record, "host"));
}

static int use(void *context, json_t *record, json_t *evidence)
{
	struct looking *looking = context;
	const char *name = json_string_value(json_object_get(json_object_get(record, "host"), "name"));
	const char *word = json_string_value(json_object_get(record, "verdict"));
	int verdict = word ? verdict_of_name(word) : -1;

	(void)evidence;
	if (name && verdict >= 0)
		waivers_for(&looking->waivers, name, (enum verdict)verdict);
	return 0;
}

/* The hosts that are given, else those of the newest run. */
static int find_hosts(struct looking *looking, const struct options *o, struct store *store, struct error *e)
{
	if (targets_named(o))
		return targets_read(&looking->hosts, o, e);
	if (store_records(store, looking->run, STORE_AS_FINISHED, 0, note_host, looking, e) < 0)
		return -1;
	if (looking->error.kind == ERROR_NONE)
		return 0;
	*e = looking->error;
	return -1;
}

/* Which hosts the waivers are for, and what they did in the newest run; as far as either is known. */
static int try_on_run(struct looking *looking, const struct options *o)
{
	struct error e = { 0 };
	OWN_VALUE(run_info_done) struct run_info info = { 0 };
	OWN(store_close) struct store *store = open_store(o, &e);

	if (!store)
		return complain(exit_of(&e), &e);
	if (store_run(store, o->run, &info, &e) == 0)
		memcpy(looking->run, info.id, sizeof(info.id));
	else if (o->run || !e.has_code || e.code != ENOENT)
		return complain(exit_of(&e), &e);
	else
		complain_text(0, _("%s: whether the waivers are used is not known"), e.cause);
	if (!*looking->run && !targets_named(o))
		return EXIT_OK;
	error_clear(&e);
	if (find_hosts(looking, o, store, &e) < 0 || waivers_cover(&looking->waivers, &looking->hosts, &e) < 0)
		return complain(EXIT_USAGE, &e);
	if (*looking->run && store_records(store, looking->run, STORE_AS_FINISHED, 0, use, looking, &e) < 0)
		return complain(EXIT_INTERNAL, &e);
	return EXIT_OK;
}

static size_t hosts_of(const struct looking *looking, const struct waiver *waiver)
{
	size_t count = 0;

	for (size_t i = 0; waiver->covers && i < looking->hosts.count; i++)
		count += waiver->covers[i];
	return count;
}

static void remark(const struct looking *looking, const struct waiver *waiver)
{
	int64_t left = days_left(&looking->waivers, waiver);

	if (left < 0)
		printf(_("%s: EXPIRED on %s; %zu findings of it are findings again\n"), waiver->id, waiver->expires,
			waiver->lapsed);
	else if (left <= EXPIRES_SOON_DAYS)
		printf(_("%s: expires in %lld days\n"), waiver->id, (long long)left);
	if (waiver->covers && !hosts_of(looking, waiver))
		printf(_("%s: unused: its hosts select none of %zu servers\n"), waiver->id, looking->hosts.count);
	else if (*looking->run && !waiver->used && !waiver->lapsed)
		printf(_("%s: unused: none of its %zu servers has such a finding in run %s\n"), waiver->id,
			hosts_of(looking, waiver), looking->run);
}

static int lint(const char *file, const struct options *o)
{
	OWN_VALUE(looking_done) struct looking looking = { 0 };
	struct error e = { 0 };
	bool expired = false;
	int code;

	if (!*file)
		return complain_text(EXIT_USAGE, _("there is no file of waivers"));
	if (waivers_read(&looking.waivers, file, waivers_day(time(NULL)), &e) < 0)
		return complain(EXIT_USAGE, &e);
	if ((code = try_on_run(&looking, o)) != EXIT_OK)
		return code;
	for (size_t i = 0; i < looking.waivers.count; i++) {
		const struct waiver *waiver = &looking.waivers.waiver[i];
		remark(&looking, waiver);
		expired |= waiver_expired(&looking.waivers, waiver);
	}
	return expired ? EXIT_FINDINGS : EXIT_OK;
}

/* ---- add, rm ---- */

static int add(const char *file, const char *id, const struct options *o)
{
	char today[sizeof("2026-12-31")];
	time_t now = time(NULL);
	struct tm date;
	struct error e = { 0 };
	const struct {
		const char *name, *value;
	} needed[] = { { "hosts", o->waiver_hosts }, { "verdicts", o->waiver_verdicts }, { "reason", o->waiver_reason },
		{ "owner", o->waiver_owner }, { "expires", o->waiver_expires } };

	FOR_EACH(option, needed)
		if (!option->value)
			return complain_text(EXIT_USAGE, _("waiver add: --%s is missing"), option->name);
	strftime(today, sizeof(today), "%Y-%m-%d", gmtime_r(&now, &date));
	const struct waiver waiver = { .id = (char *)id,
		.hosts = (char *)o->waiver_hosts,
		.verdicts = (char *)o->waiver_verdicts,
		.reason = (char *)o->waiver_reason,
		.ticket = (char *)o->waiver_ticket,
		.owner = (char *)o->waiver_owner,
		.approved_by = (char *)o->waiver_approved_by,
		.created = today,
		.expires = (char *)o->waiver_expires };
	if (waivers_add(file, &waiver, waivers_day(now), &e) < 0)
		return complain(EXIT_USAGE, &e);
	printf(_("%s: waiver \"%s\" until %s\n"), file, id, o->waiver_expires);
	return EXIT_OK;
}

static int remove_waiver(const char *file, const char *id)
{
	struct error e = { 0 };

	if (waivers_remove(file, id, waivers_day(time(NULL)), &e) < 0)
		return complain(EXIT_USAGE, &e);
	printf(_("%s: waiver \"%s\" removed\n"), file, id);
	return EXIT_OK;
}

/* ---- the command ---- */

static int act(struct options *o)
{
	static const char *const verbs[] = { "list", "lint", "add", "rm" };
	const char *verb = o->argument_count ? o->argument[0] : "list";
	const char *id = o->argument_count > 1 ? o->argument[1] : NULL;
	OWN_VALUE(str_done) struct str path = { 0 };
	struct error e = { 0 };
	size_t v = 0;

	while (v < COUNT(verbs) && strcmp(verb, verbs[v]) != 0)
		v++;
	if (v == COUNT(verbs))
		return complain_text(EXIT_USAGE, _("there is no waiver %s: list, lint, add ID or rm ID"), verb);
	bool writes = v >= 2;
	if (writes != (id != NULL) || o->argument_count > 2)
		return complain_text(EXIT_USAGE, writes ? _("waiver %s ID") : _("waiver %s takes no name"), verb);
	if (waived_path(&path, o, writes, &e) < 0)
		return complain(EXIT_USAGE, &e);
	o->argument_count = 0; /* they are no hosts */
	const char *file = str_text(&path);
	return v == 0 ? list(file) : v == 1 ? lint(file, o) : v == 2 ? add(file, id, o) : remove_waiver(file, id);
}

int cmd_waiver(int argc, char **argv)
{
	struct options o;

	options_parse(&o, argc, argv, GROUP_TARGETS | GROUP_STORE | GROUP_RUN | GROUP_WAIVER,
		"[list|lint|add ID|rm ID]",
		_("Findings that somebody answers for until a date: they stay visible and leave --fail-on. lint says "
		  "which have expired or are used by no server of the newest run, or of the hosts that are given."));
	int code = act(&o);
	return fflush(stdout) == 0 ? code : EXIT_INTERNAL;
}
