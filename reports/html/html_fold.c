/* html_fold: many host names as a few folded ones (fold.h), so that lines break between them and not inside. */
#include "html_page.h"

#include "fold.h"
#include "language.h"

/* Each folded group in an element of its own. */
static void groups(const struct page *page, const char *folded)
{
	OWN_VALUE(str_done) struct str group = { 0 };
	bool inside = false;

	for (const char *c = folded; *c; c++) {
		inside = *c == '[' || (inside && *c != ']');
		str_addc(&group, *c);
		if (c[1] && (inside || *c != ','))
			continue;
		page_put(page, "<span>");
		page_shown(page, str_text(&group));
		page_put(page, "</span>");
		str_clear(&group);
	}
}

int page_folded(const struct page *page, const char *tag, const struct html_names *names, size_t most, struct error *e)
{
	OWN_VALUE(str_done) struct str folded = { 0 };

	size_t left = fold_first(&folded, (const char *const *)names->name, names->count, most);
	if (str_failed(&folded))
		return error_set(e, ERROR_LOCAL, _("out of memory"));
	fprintf(page->out, "<%s class=\"folded\">", tag);
	groups(page, str_text(&folded));
	if (left) {
		page_put(page, " ");
		SAY(page, "span class=\"dim\"", "more", (unsigned)left);
	}
	fprintf(page->out, "</%s>", tag);
	return 0;
}
