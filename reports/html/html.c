/* html: see the header. The page is written from top to bottom in passes over the run: one that counts and makes the
 * script's short rows, and two over the hosts with a problem, for the table and for what the script tells of them. */
#include "html.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "html_page.h"
#include "html_seal.h"
#include "language.h"
#include "page.h"

/* ---- The frame of the page ---- */
/* UX section 2.7: only this style and this script, nothing from anywhere else. */
static void policy(const struct page *page)
{
	page_put(page, "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src ");
	html_source_hash(page->out, page_report_css, page_report_css_len);
	page_put(page, "; script-src ");
	html_source_hash(page->out, page_report_js, page_report_js_len);
	page_put(page, "; img-src data:; base-uri 'none'; form-action 'none'\">\n");
}

static void open_page(const struct page *page)
{
	fprintf(page->out, "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n",
		page->language ? "ja" : "en");
	policy(page);
	page_put(page, "<meta name=\"referrer\" content=\"no-referrer\">\n<meta name=\"robots\" content=\"noindex\">\n"
		       "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		       "<meta name=\"generator\" content=\"vssfleet " VSSFLEET_VERSION "\">\n");
	page_text(page, "title", "title");
	page_put(page, "\n<style>");
	page_put(page, page_report_css);
	fprintf(page->out, "</style>\n</head>\n<body data-run=\"%s\" data-offset=\"%d\">\n", page->run->id,
		page->offset);
	html_icons(page);
}

static int write_page(const struct page *page, struct error *e)
{
	open_page(page);
	html_head(page);
	if (html_verdict(page, e) < 0)
		return -1;
	html_tiles(page);
	page_put(page, "<div class=\"two\">\n");
	html_chart(page);
	html_trend(page);
	page_put(page, "</div>\n");
	html_signoff(page);
	if (html_remedy(page, e) < 0 || html_diff(page, e) < 0 || html_unchecked(page, e) < 0 ||
		html_table(page, e) < 0 || html_waivers(page, e) < 0 || html_about(page, e) < 0)
		return -1;
	page_put(page, "</main>\n");
	if (html_islands(page, e) < 0)
		return -1;
	page_put(page, "<script>");
	page_put(page, page_report_js);
	page_put(page, "</script>\n</body>\n</html>\n");
	return 0;
}

/* ---- What has to be known before the first byte ---- */
static void set_zone(struct page *page)
{
	time_t at = (time_t)(page->run->ended == UNSEEN ? page->run->started : page->run->ended);
	struct tm tm = { 0 };

	localtime_r(&at, &tm);
	int minutes = (int)(tm.tm_gmtoff / 60), size = minutes < 0 ? -minutes : minutes;
	page->offset = (int)tm.tm_gmtoff;
	snprintf(page->zone, sizeof(page->zone), "%.8s (%c%02d:%02d)", tm.tm_zone ? tm.tm_zone : "",
		minutes < 0 ? '-' : '+', size / 60 % 24, size % 60);
}

static int count(void *context, json_t *record, json_t *evidence)
{
	struct page *page = context;
	struct shown_host host;
	(void)evidence;

	if (!html_host(&host, record) || !survey_add(&page->survey, &host))
		return 1;
	bool waived = html_is_waived(page, &host);
	if (waived ? !survey_add_waived(&page->survey, &host) : !survey_add_remedy(&page->survey, &host))
		return 1;
	return !html_add_row(page, &host);
}

static int survey(struct page *page, struct error *e)
{
	if (html_past_read(&page->past, page->store, page->run, e) < 0 || html_compare(page, e) < 0)
		return -1;
	if (page_each(page, STORE_BY_VERDICT, 0, count, page, e) < 0)
		return -1;
	if (fflush(page->rows) != 0)
		return error_set(e, ERROR_LOCAL, _("out of memory"));
	if (page->survey.total != page->run->total)
		return error_set(e, ERROR_LOCAL, _("run %s: %u of %u records can be read"), page->run->id,
			page->survey.total, page->run->total);
	survey_sort(&page->survey);
	return 0;
}

static void page_done(struct page *page)
{
	html_survey_done(&page->survey);
	html_past_done(&page->past);
	diff_done(&page->diff);
	run_info_done(&page->before);
	if (page->rows)
		fclose(page->rows);
	free(page->rows_text);
	json_decref(page->strings);
}

int report_html_write(struct store *store, const struct run_info *run, const struct report_options *options,
	FILE *const out[REPORT_FILES_MAX], struct error *e)
{
	OWN_VALUE(html_seal_done) struct html_seal seal = { 0 };
	OWN_VALUE(page_done)
	struct page page = { .store = store,
		.run = run,
		.options = options,
		.seal = &seal,
		.language = options->lang && !strcmp(options->lang, "ja") };

	page.strings = json_loadb(page_strings_json, page_strings_json_len, 0, NULL);
	page.rows = open_memstream(&page.rows_text, &page.rows_len);
	if (!page.strings || !page.rows)
		return error_set(e, ERROR_LOCAL, _("out of memory"));
	if (!(page.out = html_seal_begin(&seal, out[0], e)))
		return -1;
	set_zone(&page);
	return survey(&page, e) < 0 || write_page(&page, e) < 0 ? -1 : html_seal_end(&seal, e);
}
