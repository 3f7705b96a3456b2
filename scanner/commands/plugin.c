/* plugin: see the header. */
#include "plugin.h"

#include <stdio.h>
#include <string.h>

#include "escape.h"
#include "own.h"

/* What a metric is compared with; what is shown of a verdict are all of it. */
static double watched(const struct figures *figures, enum metric metric)
{
	switch ((int)metric) {
	case METRIC_HOSTS:
		return figures->total;
	case METRIC_NOT_CHECKED:
		return figures_not_checked(figures);
	case METRIC_COVERAGE:
		return figures->total ? 100.0 * figures_checked(figures) / figures->total : 0;
	default:
		return figures->verdict[metric] - figures->waived[metric];
	}
}

/* Why the numbers of the run say nothing about the fleet today; false if they do. */
static bool is_void(const struct plugin *plugin, const struct run_info *run, const struct figures *figures, int64_t now,
	struct str *why)
{
	int64_t age = run->ended == UNSEEN ? UNSEEN : now - run->ended;

	if (strcmp(run->state, "complete"))
		str_addf(
			why, "the latest run is %s: %u of %u servers have a result", run->state, run->done, run->total);
	else if (age == UNSEEN || age < 0)
		str_add(why, "the latest run ended in the future: check the clock");
	else if (age > plugin->max_age_s)
		str_addf(why, "the latest run is %lld h old, more than %u h are not accepted", (long long)(age / 3600),
			plugin->max_age_s / 3600);
	else if (!figures->total)
		str_add(why, "the latest run has no server");
	return why->len;
}

static enum plugin_state state_of(const struct plugin *plugin, const struct figures *figures)
{
	enum plugin_state state = figures_not_checked(figures) ? PLUGIN_WARNING : PLUGIN_OK;

	for (int m = 0; m < METRICS; m++) {
		double value = watched(figures, (enum metric)m);
		if (range_alarms(&plugin->critical.of[m], value))
			return PLUGIN_CRITICAL;
		if (range_alarms(&plugin->warning.of[m], value))
			state = PLUGIN_WARNING;
	}
	return state;
}

static void add_age(struct str *line, int64_t age)
{
	if (age < 2 * 3600)
		str_addf(line, " (%lld min old)", (long long)(age / 60));
	else if (age < 2 * 86400)
		str_addf(line, " (%lld h old)", (long long)(age / 3600));
	else
		str_addf(line, " (%lld d old)", (long long)(age / 86400));
}

static void add_ranges(struct str *line, const struct plugin *plugin, enum metric metric)
{
	const char *warning = plugin->warning.of[metric].text, *critical = plugin->critical.of[metric].text;

	str_addf(line, ";%s;%s", warning ? warning : "", critical ? critical : "");
}

static void add_performance(struct str *line, const struct plugin *plugin, const struct figures *figures, int64_t age)
{
	unsigned permille = figures_permille(figures);

	str_addc(line, '|');
	for (int v = 0; v < VERDICTS; v++) {
		str_addf(line, "%s=%u", verdict_name((enum verdict)v), figures->verdict[v]);
		add_ranges(line, plugin, (enum metric)v);
		str_addf(line, ";0;%u ", figures->total);
	}
	str_addf(line, "hosts=%u", figures->total);
	add_ranges(line, plugin, METRIC_HOSTS);
	str_addf(line, ";0; not_checked=%u", figures_not_checked(figures));
	add_ranges(line, plugin, METRIC_NOT_CHECKED);
	str_addf(line, ";0;%u coverage=%u.%u%%", figures->total, permille / 10, permille % 10);
	add_ranges(line, plugin, METRIC_COVERAGE);
	str_addf(line, ";0;100 age=%llds;%u", (long long)age, plugin->max_age_s);
}

enum plugin_state plugin_judge(const struct plugin *plugin, const struct run_info *run, const struct figures *figures,
	int64_t now, struct str *line)
{
	static const char *const words[] = { "OK", "WARNING", "CRITICAL" };
	OWN_VALUE(str_done) struct str why = { 0 };

	if (is_void(plugin, run, figures, now, &why))
		return plugin_unknown(line, str_text(&why));
	enum plugin_state state = state_of(plugin, figures);
	str_addf(line, "VSSFLEET %s: ", words[state]);
	figures_say(line, figures);
	add_age(line, now - run->ended);
	add_performance(line, plugin, figures, now - run->ended);
	return state;
}

/* A bar would begin the performance data. */
enum plugin_state plugin_unknown(struct str *line, const char *why)
{
	OWN_VALUE(str_done) struct str safe = { 0 };
	const char *text;

	escape_terminal(&safe, why);
	str_add(line, "VSSFLEET UNKNOWN: ");
	text = str_text(&safe);
	size_t room = PLUGIN_LINE_MAX - line->len, len = strlen(text);
	bool cut = len > room;
	if (cut)
		for (len = room - strlen("..."); ((unsigned char)text[len] & 0xc0) == 0x80;)
			len--;
	for (size_t i = 0; i < len; i++)
		str_addc(line, text[i] == '|' ? '/' : text[i]);
	str_add(line, cut ? "..." : "");
	return PLUGIN_UNKNOWN;
}
