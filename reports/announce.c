/* announce: see the header. */
#include "announce.h"

#include <string.h>
#include <syslog.h>

#include "diff.h"
#include "escape.h"
#include "figures.h"
#include "lineage.h"
#include "system_log.h"

enum announcement {
	NOTHING,
	HOST_GONE,
	HOST_FINDING,
	HOST_NOT_CHECKED,
	HOST_RESOLVED,
	HOST_OTHER,
	HOSTS_MORE,
	RUN_WELL,
	RUN_PROBLEM,
	RUN_CUT,
};

static const struct {
	const char *name, *message_id;
	int priority;
} announcements[] = {
	[HOST_GONE] = { "VSSF0001E", "1e3cc85395be4c20a53eddb7678430b0", LOG_ERR },
	[HOST_FINDING] = { "VSSF0002W", "9875addf0e6b401ba9663c9dd3f7341a", LOG_WARNING },
	[HOST_NOT_CHECKED] = { "VSSF0003W", "4b25074cd1864f4287523e516db0c57e", LOG_WARNING },
	[HOST_RESOLVED] = { "VSSF0004I", "f1611dde812e42b386eb9fc81a1980bc", LOG_INFO },
	[HOST_OTHER] = { "VSSF0005I", "c556e93053a64ceea20dd32f34514943", LOG_INFO },
	[HOSTS_MORE] = { "VSSF0006W", "a228d566803945669bdb959d3e3b8a67", LOG_WARNING },
	[RUN_WELL] = { "VSSF0010I", "3916727dbb264bab82b8df3d8d777cf3", LOG_INFO },
	[RUN_PROBLEM] = { "VSSF0011W", "0e951aff1ad3437787f1d088c4cb5b78", LOG_WARNING },
	[RUN_CUT] = { "VSSF0012E", "cb9933c739d84f82bd9f83af40dca27b", LOG_ERR },
};

/* about: what the host is, or the figures of the run. */
static void announce(
	enum announcement which, const struct run_info *run, const struct log_entry *fields, const struct str *about)
{
	OWN_VALUE(str_done) struct str message = { 0 };
	struct log_entry entry = *fields;

	str_addf(&message, "%s ", announcements[which].name);
	escape_terminal(&message, run_profile(run)); /* one line, whatever the texts hold */
	str_add(&message, ": ");
	escape_terminal(&message, str_text(about));
	entry.message = str_text(&message);
	entry.id = announcements[which].message_id;
	entry.priority = announcements[which].priority;
	entry.run = run->id;
	entry.profile = run_profile(run);
	system_log(&entry);
}

/* ---- Servers ---- */

static const char *name_of(int verdict)
{
	return verdict == DIFF_ABSENT ? "-" : verdict_name((enum verdict)verdict);
}

/* Only changes of verdict: not that a server without a finding came, was renamed or went. */
static enum announcement kind_of(const struct diff_host *host, bool isolate_required)
{
	if (host->now == DIFF_ABSENT || host->class == DIFF_RENAMED)
		return NOTHING;
	if (host->now == VERDICT_AFFECTED || host->now == VERDICT_WRITERS_MISSING)
		return HOST_GONE;
	if (diff_is_finding(host->now, isolate_required))
		return HOST_FINDING;
	if (!diff_is_checked(host->now))
		return HOST_NOT_CHECKED;
	if (host->class == DIFF_RESOLVED)
		return HOST_RESOLVED;
	return host->class == DIFF_ADDED ? NOTHING : HOST_OTHER;
}

static void announce_host(enum announcement which, const struct run_info *run, const struct diff_host *host)
{
	const char *before = name_of(host->before), *now = name_of(host->now);
	OWN_VALUE(str_done) struct str about = { 0 };

	str_addf(&about, "%s: %s -> %s", host->host, before, now);
	if (host->kind)
		str_addf(&about, " (%s)", host->kind);
	if (host->reason)
		str_addf(&about, ": %s", host->reason);
	announce(which, run, &(struct log_entry){ .host = host->host, .verdict = now, .before = before }, &about);
}

static int announce_hosts(struct store *store, const struct run_info *run, struct error *e)
{
	OWN_VALUE(run_info_done) struct run_info before = { 0 };
	OWN_VALUE(diff_done) struct diff diff = { 0 };
	OWN_VALUE(str_done) struct str about = { 0 };
	bool isolate_required = json_is_true(json_object_get(run->meta, "isolate_required"));
	size_t count = 0;
	char id[27];

	if (lineage_before(store, run, id, e) < 0 || (*id && store_run(store, id, &before, e) < 0) ||
		diff_of(&diff, store, *id ? &before : NULL, run, e) < 0)
		return -1;
	for (size_t i = 0; i < diff.count; i++) {
		enum announcement which = kind_of(&diff.host[i], isolate_required);
		count += which != NOTHING;
		if (which != NOTHING && count <= ANNOUNCED_HOSTS_MAX)
			announce_host(which, run, &diff.host[i]);
	}
	if (count > ANNOUNCED_HOSTS_MAX) {
		str_addf(&about, "%zu more changes: see vssfleet diff", count - ANNOUNCED_HOSTS_MAX);
		announce(HOSTS_MORE, run, &(struct log_entry){ 0 }, &about);
	}
	return 0;
}

/* ---- The run ---- */

int announce_run(struct store *store, const struct run_info *run, struct error *e)
{
	bool complete = !strcmp(run->state, "complete");
	OWN_VALUE(str_done) struct str about = { 0 };
	struct figures figures;

	if ((complete && announce_hosts(store, run, e) < 0) || figures_of(&figures, store, run, run->started, e) < 0)
		return -1;
	str_addf(&about, "run %s %s: ", run->id, complete ? "ended" : "was cut");
	figures_say(&about, &figures);
	bool problem = figures_findings(&figures) || figures_not_checked(&figures) || !figures.total;
	announce(!complete ? RUN_CUT : problem ? RUN_PROBLEM : RUN_WELL, run, &(struct log_entry){ 0 }, &about);
	return 0;
}
