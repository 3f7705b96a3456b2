/* html_unchecked: the hosts that were not checked, by what stopped us, with the cure: enough to work from alone. */
#include "html_page.h"

enum { FOLDED_GROUPS = 12 };

static void label(const struct page *page, const char *prefix, const char *word)
{
	char key[40];

	snprintf(key, sizeof(key), "%s.%s", prefix, word);
	page_text(page, "span", key);
}

static int row(const struct page *page, const struct html_cause *cause, const struct html_names *names, struct error *e)
{
	char cure[60];

	fprintf(page->out, "<tr><th scope=\"row\"><a href=\"#kind=%s\">", cause->kind);
	label(page, "k", cause->kind);
	page_put(page, "</a>");
	if (cause->sign) {
		page_put(page, "<br><span class=\"dim\">");
		label(page, "n", cause->sign);
		page_put(page, "</span>");
	}
	page_put(page, "</th>");
	page_count(page, names->count);
	if (page_folded(page, "td", names, FOLDED_GROUPS, e) < 0)
		return -1;
	snprintf(cure, sizeof(cure), "d.%s%s%s", cause->kind, cause->sign ? "." : "", cause->sign ? cause->sign : "");
	page_text(page, "td class=\"c-do\"", cure);
	page_put(page, "</tr>\n");
	return 0;
}

int html_unchecked(const struct page *page, struct error *e)
{
	const struct html_survey *s = &page->survey;

	if (!survey_unchecked(s))
		return 0;
	page_put(page, "<section id=\"unchecked\">");
	page_text(page, "h2", "nc");
	TABLE(page, "nc.about", "kind", "count#", "servers", "nc.do");
	for (size_t i = 0; i < html_cause_count; i++)
		if (s->not_checked[i].count && row(page, &html_causes[i], &s->not_checked[i], e) < 0)
			return -1;
	page_table_end(page);
	page_put(page, "</section>\n");
	return 0;
}
