/* html_trend: how many servers lost their writers, and how many could not be checked, in the last runs of this fleet. A
 * run that was interrupted is a gap: its numbers would look like recovery. */
#include "html_page.h"

#include <string.h>

#include "own.h"

enum { WIDTH = 540, HEIGHT = 190, LEFT = 40, RIGHT = 500, TOP = 14, BOTTOM = 160 }; /* user units */

static const struct series {
	const char *state;
	enum verdict verdict[2];
} series[] = {
	{ "gone", { VERDICT_AFFECTED, VERDICT_WRITERS_MISSING } },
	{ "unchecked", { VERDICT_UNREACHABLE, VERDICT_UNKNOWN } },
};

static unsigned value_of(const struct page *page, const struct series *s, size_t run)
{
	const unsigned *verdict = run ? page->past.run[run].verdict : page->survey.verdict;

	return verdict[s->verdict[0]] + verdict[s->verdict[1]];
}

static size_t runs_of(const struct page *page)
{
	return page->past.count < PAST_TREND ? page->past.count : PAST_TREND;
}

/* The oldest is on the left. */
static unsigned x_of(size_t run, size_t runs)
{
	return RIGHT - (unsigned)(run * (RIGHT - LEFT) / (runs - 1));
}

static unsigned y_of(unsigned value, unsigned most)
{
	return BOTTOM - (BOTTOM - TOP) * value / most;
}

static unsigned most_of(const struct page *page, size_t runs)
{
	unsigned most = 1;

	for (size_t i = 0; i < runs; i++)
		FOR_EACH(s, series)
			if (page->past.run[i].complete && value_of(page, s, i) > most)
				most = value_of(page, s, i);
	return most;
}

/* From gap to gap; a run between two gaps is a dot. */
static void line(const struct page *page, const struct series *s, size_t runs, unsigned most)
{
	const char *move = "M";

	fprintf(page->out, "<path class=\"%s\" d=\"", s->state);
	for (size_t i = runs; i--;) {
		if (page->past.run[i].complete)
			fprintf(page->out, "%s%u %uh.01", move, x_of(i, runs), y_of(value_of(page, s, i), most));
		move = page->past.run[i].complete ? "L" : "M";
	}
	page_put(page, "\"/>\n");
}

static void label(const struct page *page, const char *class, unsigned x, unsigned y, unsigned value)
{
	fprintf(page->out, "<text class=\"%s\" x=\"%u\" y=\"%u\">", class, x, y);
	page_grouped(page, value);
	page_put(page, "</text>\n");
}

/* Where the last values are too near to each other the higher one makes room. */
static void last_values(const struct page *page, unsigned most)
{
	unsigned gone = value_of(page, &series[0], 0), unchecked = value_of(page, &series[1], 0);
	unsigned y_gone = y_of(gone, most) + 4, y_unchecked = y_of(unchecked, most) + 4;

	if (!page->past.run[0].complete)
		return;
	if (gone >= unchecked && y_gone + 13 > y_unchecked)
		y_gone = y_unchecked - 13;
	else if (unchecked > gone && y_unchecked + 13 > y_gone)
		y_unchecked = y_gone - 13;
	label(page, "last gone", RIGHT + 6, y_gone, gone);
	label(page, "last unchecked", RIGHT + 6, y_unchecked, unchecked);
}

static void axis(const struct page *page, size_t runs, unsigned most)
{
	char first[11], last[11];

	page_day(first, page, page->past.run[runs - 1].at);
	page_day(last, page, page->past.run[0].at);
	fprintf(page->out, "<path class=\"axis\" d=\"M%d %dH%dM%d %dH%d\"/>", LEFT, TOP, RIGHT, LEFT, BOTTOM, RIGHT);
	label(page, "name", LEFT - 6, TOP + 4, most);
	label(page, "name", LEFT - 6, BOTTOM + 4, 0);
	fprintf(page->out,
		"<text class=\"dim\" x=\"%d\" y=\"%d\">%s</text><text class=\"name dim\" x=\"%d\" y=\"%d\">%s</text>\n",
		LEFT, BOTTOM + 20, first, RIGHT, BOTTOM + 20, last);
}

static void row(const struct page *page, size_t run)
{
	page_put(page, "<tr><th scope=\"row\">");
	page_time(page, page->past.run[run].at);
	page_put(page, "</th>");
	if (page->past.run[run].complete)
		FOR_EACH(s, series)
			page_count(page, value_of(page, s, run));
	else
		page_text(page, "td colspan=\"2\" class=\"num dim\"", "k.aborted");
	page_count(page, page->past.run[run].total);
	page_put(page, "</tr>\n");
}

static void legend(const struct page *page)
{
	page_put(page, "<p class=\"legend\">");
	FOR_EACH(s, series) {
		fprintf(page->out,
			"<span class=\"%s\"><svg class=\"dash\" aria-hidden=\"true\"><path class=\"%s\" d=\"M0 "
			"6h26\"/></svg>",
			s->state, s->state);
		page_state(page, "span", s->state);
		page_put(page, "</span>");
	}
	page_put(page, "</p>\n");
}

void html_trend(const struct page *page)
{
	size_t runs = runs_of(page);

	if (runs < 2)
		return;
	unsigned most = most_of(page, runs);
	page_put(page, "<section id=\"trend\">");
	SAY(page, "h2", "tr", (unsigned)runs);
	fprintf(page->out, "<svg class=\"chart\" role=\"img\" viewBox=\"0 0 %d %d\" aria-labelledby=\"trend-alt\">\n",
		WIDTH, HEIGHT);
	SAY(page, "title id=\"trend-alt\"", "tr.alt", value_of(page, &series[0], 0),
		value_of(page, &series[0], runs - 1), value_of(page, &series[1], 0),
		value_of(page, &series[1], runs - 1));
	axis(page, runs, most);
	FOR_EACH(s, series)
		line(page, s, runs, most);
	last_values(page, most);
	page_put(page, "</svg>\n");
	legend(page);
	page_put(page, "<details>");
	page_text(page, "summary", "groups.table");
	TABLE(page, "tr.about", "m.started", "s.gone#", "s.unchecked#", "servers#");
	for (size_t i = 0; i < runs; i++)
		row(page, i);
	page_table_end(page);
	page_put(page, "</details></section>\n");
}
