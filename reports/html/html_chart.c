/* html_chart: problems by group, as stacked bars of problems only: with the hosts that are fine drawn in, every bar
 * would be nearly all green. The same numbers stand in a table for those who cannot see it. */
#include "html_page.h"

#include <string.h>

#include "own.h"
#include "text.h"

enum {
	BARS_MAX = 12,
	TABLE_MAX = 200,
	WIDTH = 540, /* user units of the drawing */
	NAME_END = 112,
	BAR_START = 148,
	BAR_WIDTH = 200, /* of the group with most problems */
	ROW = 26,
	NAME_LONG = 15, /* characters */
};

static const struct segment {
	const char *state;
	enum verdict verdict[2];
} segments[] = {
	{ "gone", { VERDICT_AFFECTED, VERDICT_WRITERS_MISSING } },
	{ "vss_fault", { VERDICT_VSS_FAULT, VERDICT_VSS_FAULT } },
	{ "fix_pending", { VERDICT_FIX_PENDING, VERDICT_FIX_PENDING } },
	{ "at_risk", { VERDICT_AT_RISK, VERDICT_AT_RISK } },
	{ "unchecked", { VERDICT_UNREACHABLE, VERDICT_UNKNOWN } },
};

static unsigned count_of(const struct segment *segment, const unsigned verdict[VERDICTS])
{
	unsigned second = segment->verdict[1] == segment->verdict[0] ? 0 : verdict[segment->verdict[1]];

	return verdict[segment->verdict[0]] + second;
}

static void group_name(const struct page *page, const struct survey_group *group, const char *tag, size_t most)
{
	OWN_VALUE(str_done) struct str name = { 0 };
	size_t characters = 0;

	if (!group->name) {
		page_text(page, tag, "groups.none");
		return;
	}
	for (const char *c = group->name; *c; c++) {
		characters += ((unsigned char)*c & 0xc0) != 0x80;
		if (characters > most) {
			str_add(&name, "\xe2\x80\xa6");
			break;
		}
		str_addc(&name, *c);
	}
	fprintf(page->out, "<%s>", tag);
	page_shown(page, str_text(&name));
	fprintf(page->out, "</%.*s>", (int)strcspn(tag, " "), tag);
}

static void bar(const struct page *page, const struct survey_group *group, unsigned row, unsigned most)
{
	unsigned x = BAR_START, y = row * ROW, problems = survey_problems(group->verdict);
	char tag[80];

	snprintf(tag, sizeof(tag), "text class=\"name\" x=\"%d\" y=\"%u\"", NAME_END, y + 17);
	group_name(page, group, tag, NAME_LONG);
	fprintf(page->out, "<text class=\"name\" x=\"%d\" y=\"%u\">%u</text>", BAR_START - 8, y + 17, problems);
	FOR_EACH(segment, segments) {
		unsigned count = count_of(segment, group->verdict), width = BAR_WIDTH * count / most;
		if (!count)
			continue;
		width = width < 2 ? 2 : width;
		fprintf(page->out, "<rect class=\"%s\" x=\"%u\" y=\"%u\" width=\"%u\" height=\"%d\"/>", segment->state,
			x, y + 3, width - 1, ROW - 6);
		if (width >= 10 + 7 * (unsigned)snprintf(NULL, 0, "%u", count))
			fprintf(page->out, "<text class=\"in\" x=\"%u\" y=\"%u\">%u</text>", x + width / 2, y + 17,
				count);
		x += width;
	}
	snprintf(tag, sizeof(tag), "text class=\"dim\" x=\"%u\" y=\"%u\"", x + 10, y + 17);
	SAY(page, tag, "groups.fine", group->total - problems, group->total);
	page_put(page, "\n");
}

static void legend(const struct page *page)
{
	page_put(page, "<p class=\"legend\">");
	FOR_EACH(segment, segments)
		if (count_of(segment, page->survey.verdict)) {
			fprintf(page->out, "<span class=\"%s\">", segment->state);
			page_state(page, "span", segment->state);
			page_put(page, "</span>");
		}
	page_put(page, "</p>\n");
}

static void table_row(const struct page *page, const struct survey_group *group)
{
	page_put(page, "<tr>");
	group_name(page, group, "th scope=\"row\"", 80);
	FOR_EACH(segment, segments)
		if (count_of(segment, page->survey.verdict))
			fprintf(page->out, "<td class=\"num\">%u</td>", count_of(segment, group->verdict));
	fprintf(page->out, "<td class=\"num\">%u</td></tr>\n", group->total);
}

static void table(const struct page *page, size_t rows)
{
	page_put(page, "<details>");
	page_text(page, "summary", "groups.table");
	page_put(page, "<table><thead><tr>");
	page_text(page, "th scope=\"col\"", "c.group");
	FOR_EACH(segment, segments)
		if (count_of(segment, page->survey.verdict)) {
			char key[40];
			snprintf(key, sizeof(key), "s.%s", segment->state);
			page_text(page, "th scope=\"col\" class=\"num\"", key);
		}
	page_text(page, "th scope=\"col\" class=\"num\"", "servers");
	page_put(page, "</tr></thead><tbody>\n");
	for (size_t i = 0; i < rows && i < TABLE_MAX; i++)
		table_row(page, &page->survey.group[i]);
	page_put(page, "</tbody></table></details>\n");
}

/* What the bars say, for those who cannot see them. */
static void numbers(const struct page *page, size_t bars)
{
	page_put(page, "<desc id=\"groups-n\">");
	for (size_t i = 0; i < bars; i++) {
		const struct survey_group *group = &page->survey.group[i];
		page_put(page, i ? ", " : "");
		page_shown(page, group->name ? group->name : "-");
		fprintf(page->out, " %u/%u", survey_problems(group->verdict), group->total);
	}
	page_put(page, "</desc>\n");
}

void html_chart(const struct page *page)
{
	const struct html_survey *s = &page->survey;
	size_t with_problems = 0;

	while (with_problems < s->group_count && survey_problems(s->group[with_problems].verdict))
		with_problems++;
	if (!with_problems)
		return;
	size_t bars = with_problems < BARS_MAX ? with_problems : BARS_MAX;
	page_put(page, "<section id=\"groups\">");
	page_text(page, "h2 id=\"groups-h\"", "groups");
	fprintf(page->out,
		"<svg class=\"chart\" role=\"img\" viewBox=\"0 0 %d %zu\" aria-labelledby=\"groups-h groups-n\">\n",
		WIDTH, bars * ROW);
	numbers(page, bars);
	for (size_t i = 0; i < bars; i++)
		bar(page, &s->group[i], (unsigned)i, survey_problems(s->group[0].verdict));
	page_put(page, "</svg>\n");
	legend(page);
	if (with_problems > bars)
		SAY(page, "p class=\"dim\"", "groups.more", (unsigned)(with_problems - bars));
	if (s->twice)
		page_text(page, "p class=\"dim\"", "groups.twice");
	table(page, with_problems);
	page_put(page, "</section>\n");
}
