/* html_summary: the top of the page: whose report it is, the answer in a sentence, the next command, the tiles. */
#include "html_page.h"

#include <string.h>
#include <time.h>

#include "own.h"

enum { PER_MILLE = 1000, FOLDED_GROUPS = 6 };

static bool is_cut(const struct page *page)
{
	return strcmp(page->run->state, "complete") != 0;
}

void html_head(const struct page *page)
{
	char utc[32] = "";
	time_t end = (time_t)(page->run->ended == UNSEEN ? page->run->started : page->run->ended);
	const char *profile = json_string_value(json_object_get(page->run->meta, "profile"));
	struct tm tm;

	if (gmtime_r(&end, &tm))
		strftime(utc, sizeof(utc), "%Y-%m-%dT%H:%M:%SZ", &tm);
	page_put(page, "<a class=\"skip\" href=\"#hosts\" data-t=\"skip\">");
	page_words(page, "skip");
	page_put(page, "</a>\n<header><h1>");
	page_text(page, "span", "title");
	if (profile) {
		page_put(page, " \xc2\xb7 ");
		page_shown(page, profile);
	}
	fprintf(page->out, "</h1><p><time datetime=\"%s\" title=\"%s\">", utc, utc);
	page_time(page, end);
	fprintf(page->out, " %s</time></p><p>", page->zone);
	page_text(page, "span", "run");
	fprintf(page->out, " <code>%s</code></p>\n<div class=\"tools\">", page->run->id);
	page_text(page, "button type=\"button\" id=\"language\" hidden data-script", "other_language");
	page_text(page, "button type=\"button\" id=\"theme\" hidden data-script", "theme");
	page_text(page, "button type=\"button\" id=\"print\" hidden data-script", "print");
	page_put(page, "</div></header>\n<main>\n");
}

static unsigned warnings(const struct html_survey *s)
{
	return s->verdict[VERDICT_VSS_FAULT] + s->verdict[VERDICT_FIX_PENDING] + s->verdict[VERDICT_AT_RISK];
}

/* Problems that the sentence about hosts without writers leaves unsaid: those among them count once. */
static unsigned besides(const struct html_survey *s)
{
	unsigned critical = s->verdict[VERDICT_AFFECTED] + s->verdict[VERDICT_WRITERS_MISSING];
	unsigned elsewhere = s->gone > critical ? s->gone - critical : 0; /* fix_pending or unknown, without writers */

	return warnings(s) > elsewhere ? warnings(s) - elsewhere : 0;
}

static void findings(const struct page *page, unsigned total)
{
	const struct html_survey *s = &page->survey;

	if (s->gone) {
		SAY(page, "span", "v.gone", s->gone, total, s->verdict[VERDICT_AFFECTED]);
		if (besides(s)) {
			page_put(page, " ");
			SAY(page, "span", "v.more", besides(s));
		}
	} else if (s->verdict[VERDICT_VSS_FAULT])
		SAY(page, "span", "v.warn", warnings(s), total);
	else
		SAY(page, "span", "v.risk", warnings(s), total);
	page_put(page, " ");
}

/* The table of UX section 2.1; nothing here may sound like an all-clear unless everything was checked. */
static void sentence(const struct page *page)
{
	const struct html_survey *s = &page->survey;
	unsigned unchecked = survey_unchecked(s), checked = survey_checked(s), total = s->total;
	bool found = s->gone || warnings(s);

	page_put(page, "<p class=\"sentence\">");
	if (is_cut(page)) {
		SAY(page, "span", strcmp(page->run->state, "running") ? "v.interrupted" : "v.running", checked, total);
		page_put(page, " ");
	}
	if (found)
		findings(page, total);
	if (!total)
		page_text(page, "span", "v.empty");
	else if (!checked && !found)
		SAY(page, "span", "v.none", total);
	else if (unchecked && found)
		SAY(page, "span", "v.incomplete", unchecked);
	else if (unchecked)
		SAY(page, "span", "v.no_all_clear", checked, unchecked);
	else if (!found)
		SAY(page, "span", "v.complete", total);
	page_put(page, "</p>\n");
}

static const char *colour(const struct page *page)
{
	const struct html_survey *s = &page->survey;

	if (s->gone || s->verdict[VERDICT_AFFECTED] || s->verdict[VERDICT_WRITERS_MISSING])
		return "critical";
	return warnings(s) || s->regressed.count || survey_unchecked(s) || !s->total || is_cut(page) ? "warning" : "ok";
}

/* Coverage and health are two ratios, never one; shared and busy stand beside them (UX section 1). */
static void ratios(const struct page *page)
{
	const struct html_survey *s = &page->survey;
	unsigned checked = survey_checked(s), healthy = s->verdict[VERDICT_HEALTHY];
	unsigned shared = s->verdict[VERDICT_SHARED], busy = s->verdict[VERDICT_BUSY];

	if (!s->total)
		return;
	page_put(page, "<p class=\"ratios\">");
	SAY(page, "span", "coverage", PER_MILLE * checked / s->total, checked, s->total);
	if (checked)
		SAY(page, "span", "health", PER_MILLE * healthy / checked, healthy, checked);
	if (shared || busy)
		SAY(page, "span", "beside", shared, busy);
	if (s->unproved)
		SAY(page, "span class=\"bad\"", "unproved", s->unproved);
	if (s->unsealed)
		SAY(page, "span class=\"bad\"", "unsealed", s->unsealed);
	page_put(page, "</p>\n");
}

static bool was_allowed(json_t *meta, const char *option)
{
	return json_is_true(json_object_get(meta, option));
}

/* A repair that did not last is news, whatever the server's state is now. */
static int relapses(const struct page *page, struct error *e)
{
	const struct html_survey *s = &page->survey;

	if (!s->regressed.count)
		return 0;
	page_put(page, "<p class=\"loud\">");
	SAY(page, "span", "v.regressed", (unsigned)s->regressed.count);
	page_put(page, " ");
	if (page_folded(page, "span", &s->regressed, FOLDED_GROUPS, e) < 0)
		return -1;
	page_put(page, "</p>\n");
	return 0;
}

/* The repair, where it is the published fault: a dry run, as all of `fix` is without --apply. */
static void next_command(const struct page *page)
{
	const struct html_survey *s = &page->survey;

	if (!s->worst)
		return;
	page_put(page, "<p class=\"next\">");
	page_text(page, "span", "next");
	page_put(page, " <code>");
	if (s->verdict[VERDICT_AFFECTED] > s->waived[VERDICT_AFFECTED])
		fprintf(page->out, "vssfleet fix isolate --from-run %s -l verdict:affected", page->run->id);
	else
		page_command(page, s->worst);
	page_put(page, "</code>");
	page_copy(page);
	page_put(page, "</p>\n");
}

int html_verdict(const struct page *page, struct error *e)
{
	json_t *meta = page->run->meta;

	fprintf(page->out, "<section class=\"verdict %s\" id=\"verdict\">\n", colour(page));
	sentence(page);
	ratios(page);
	if (relapses(page, e) < 0)
		return -1;
	if (was_allowed(meta, "insecure_tls"))
		page_text(page, "p class=\"loud\"", "v.insecure_tls");
	if (was_allowed(meta, "insecure_plaintext"))
		page_text(page, "p class=\"loud\"", "v.insecure_plaintext");
	next_command(page);
	page_put(page, "</section>\n");
	return 0;
}

/* A share of the fleet in per mille; bad news is never rounded away, good news never up. */
static unsigned share(unsigned count, unsigned total, bool good)
{
	return (PER_MILLE * count + (good ? 0 : total - 1)) / total;
}

/* A tile is for one verdict, or for both of those that were not checked. */
static bool is_of(enum verdict tile, int verdict)
{
	if (verdict == DIFF_ABSENT)
		return false;
	return tile == VERDICT_UNKNOWN ? html_is_unchecked((enum verdict)verdict) : (int)tile == verdict;
}

/* How many came and how many left since the last run. */
static void change(const struct page *page, enum verdict tile)
{
	unsigned came = 0, left = 0;

	for (size_t i = 0; i < page->diff.count; i++) {
		const struct diff_host *host = &page->diff.host[i];
		came += is_of(tile, host->now) && !is_of(tile, host->before);
		left += is_of(tile, host->before) && !is_of(tile, host->now);
	}
	if (came || left)
		page_put(page, "<span class=\"change\">");
	if (came)
		fprintf(page->out, "+%u ", came);
	if (left)
		fprintf(page->out, "\xe2\x88\x92%u", left);
	if (came || left)
		page_put(page, "</span>");
}

static void tile(const struct page *page, const char *state, const char *states, enum verdict verdict, unsigned count)
{
	bool good = verdict == VERDICT_HEALTHY;
	unsigned waived = verdict == VERDICT_UNKNOWN ? 0 : page->survey.waived[verdict];
	char key[40];

	snprintf(key, sizeof(key), "s.%s", state);
	fprintf(page->out,
		"<button type=\"button\" class=\"%s%s\" data-state=\"%s\" aria-pressed=\"false\" disabled data-script>",
		state, count ? "" : " zero", states);
	page_icon(page, state);
	page_text(page, "span class=\"label\"", key);
	page_put(page, "<span class=\"count\">");
	page_grouped(page, count);
	if (page->survey.total) {
		unsigned per_mille = share(count, page->survey.total, good);
		fprintf(page->out, "<small>%u.%u %%</small>", per_mille / 10, per_mille % 10);
	}
	page_put(page, "</span>");
	change(page, verdict);
	if (waived)
		SAY(page, "span class=\"waived\"", "waived", waived);
	page_put(page, "</button>\n");
}

void html_tiles(const struct page *page)
{
	static const enum verdict order[] = { VERDICT_AFFECTED, VERDICT_WRITERS_MISSING, VERDICT_VSS_FAULT,
		VERDICT_FIX_PENDING, VERDICT_AT_RISK, VERDICT_BUSY, VERDICT_SHARED, VERDICT_HEALTHY };
	const struct html_survey *s = &page->survey;

	page_put(page, "<div class=\"tiles\" role=\"group\" data-label=\"states\" aria-label=\"");
	page_words(page, "states");
	page_put(page, "\">\n");
	FOR_EACH(v, order)
		if (s->verdict[*v] || *v == VERDICT_AFFECTED || *v == VERDICT_HEALTHY)
			tile(page, verdict_name(*v), verdict_name(*v), *v, s->verdict[*v]);
	tile(page, "unchecked", "unreachable unknown", VERDICT_UNKNOWN, survey_unchecked(s));
	page_put(page, "</div>\n");
}
