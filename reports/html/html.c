/* html: see the header. The page is written from top to bottom in passes over the run: one that counts and makes the
 * script's short rows, and two over the hosts with a problem, for the table and for what the script tells of them.
 * Every byte goes through a hash on its way, and the last line says so: a page that was cut lacks it. */
#include "html.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "html_page.h"
#include "page.h"
#include "str.h"
#include "text.h"

enum { DIGEST = 32 /* bytes of SHA-256 */, BUFFER = 64 << 10 };

/* ---- A stream that hashes what it passes on ---- */
struct sink {
	FILE *out;
	EVP_MD_CTX *digest;
};

static ssize_t sink_write(void *context, const char *bytes, size_t len)
{
	struct sink *sink = context;

	if (!EVP_DigestUpdate(sink->digest, bytes, len))
		return 0;
	return (ssize_t)fwrite(bytes, 1, len, sink->out);
}

static void free_digest(EVP_MD_CTX **digest)
{
	EVP_MD_CTX_free(*digest);
}

static void close_stream(FILE **stream)
{
	if (*stream)
		fclose(*stream);
}

/* ---- The frame of the page ---- */
static void source_hash(const struct page *page, const char *text, size_t len)
{
	OWN_VALUE(str_done) struct str base64 = { 0 };
	unsigned char digest[DIGEST];

	EVP_Digest(text, len, digest, NULL, EVP_sha256(), NULL);
	base64_encode(&base64, digest, sizeof(digest));
	fprintf(page->out, "'sha256-%s'", str_text(&base64));
}

/* UX section 2.7: only this style and this script, nothing from anywhere else. */
static void policy(const struct page *page)
{
	page_put(page, "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src ");
	source_hash(page, page_report_css, page_report_css_len);
	page_put(page, "; script-src ");
	source_hash(page, page_report_js, page_report_js_len);
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
	html_verdict(page);
	html_tiles(page);
	page_put(page, "<div class=\"two\">\n");
	html_chart(page);
	if (html_unchecked(page, e) < 0)
		return -1;
	page_put(page, "</div>\n");
	if (html_table(page, e) < 0)
		return -1;
	html_about(page);
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

	return !html_host(&host, record) || !survey_add(&page->survey, &host) || !html_add_row(page, &host);
}

static int survey(struct page *page, struct error *e)
{
	if (page_each(page, STORE_BY_VERDICT, 0, count, page, e) < 0)
		return -1;
	if (fflush(page->rows) != 0)
		return error_set(e, ERROR_LOCAL, "out of memory");
	if (page->survey.total != page->run->total)
		return error_set(e, ERROR_LOCAL, "run %s: %u of %u records can be read", page->run->id,
			page->survey.total, page->run->total);
	survey_sort(&page->survey);
	return 0;
}

static void page_done(struct page *page)
{
	survey_done(&page->survey);
	close_stream(&page->rows);
	free(page->rows_text);
	json_decref(page->strings);
}

int report_html_write(struct store *store, const struct run_info *run, const struct report_options *options,
	FILE *const out[REPORT_FILES_MAX], struct error *e)
{
	__attribute__((cleanup(free_digest))) EVP_MD_CTX *digest = EVP_MD_CTX_new();
	struct sink sink = { out[0], digest };
	__attribute__((cleanup(close_stream))) FILE *stream =
		fopencookie(&sink, "w", (cookie_io_functions_t){ .write = sink_write });
	OWN_VALUE(page_done)
	struct page page = {
		.out = stream, .store = store, .run = run, .language = options->lang && !strcmp(options->lang, "ja")
	};
	unsigned char hash[DIGEST];

	page.strings = json_loadb(page_strings_json, page_strings_json_len, 0, NULL);
	page.rows = open_memstream(&page.rows_text, &page.rows_len);
	if (!page.strings || !page.rows || !stream || !digest || !EVP_DigestInit_ex(digest, EVP_sha256(), NULL))
		return error_set(e, ERROR_LOCAL, "out of memory");
	setvbuf(stream, NULL, _IOFBF, BUFFER);
	set_zone(&page);
	if (survey(&page, e) < 0 || write_page(&page, e) < 0)
		return -1;
	if (fflush(stream) != 0 || ferror(stream) || !EVP_DigestFinal_ex(digest, hash, NULL))
		return error_set(e, ERROR_LOCAL, "the report cannot be written: %s", strerror(errno));
	fputs("<!-- complete sha256=", out[0]);
	for (size_t i = 0; i < sizeof(hash); i++)
		fprintf(out[0], "%02x", hash[i]);
	fputs(" -->\n", out[0]);
	return ferror(out[0]) ? error_set(e, ERROR_LOCAL, "the report cannot be written: %s", strerror(errno)) : 0;
}
