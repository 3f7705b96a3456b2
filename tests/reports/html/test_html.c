/* The HTML report as bytes: whole, the same every time, inside its limits, and never a false all-clear. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/evp.h>

#include "digest.h"
#include "fleet.h"
#include "html.h"
#include "ndjson.h"
#include "page.h"
#include "record.h"
#include "text.h"

struct written {
	char *page;
	size_t len;
};

static void written_done(struct written *w)
{
	free(w->page);
}

static void write_with(struct written *w, struct store *store, const char *run, const struct report_options *options)
{
	OWN_VALUE(run_info_done) struct run_info info = { 0 };
	struct error e = { 0 };
	FILE *out = open_memstream(&w->page, &w->len);

	assert_non_null(out);
	assert_int_equal(store_run(store, run, &info, &e), 0);
	if (report_html_write(store, &info, options, (FILE *const[REPORT_FILES_MAX]){ out }, &e) < 0)
		fail_msg("%s", e.cause);
	assert_int_equal(fclose(out), 0);
}

static void write_page(struct written *w, struct store *store, const char *run, const char *lang)
{
	write_with(w, store, run, &(struct report_options){ .lang = lang });
}

static struct store *fleet(char run[27], unsigned count, const char *state)
{
	struct error e = { 0 };
	struct store *store = store_open(":memory:", &e);

	if (!store || fleet_fill(store, run, count, state, &e) < 0)
		fail_msg("%s", e.cause);
	return store;
}

/* A run of the same fleet that was before. */
static void page_after(struct written *w, unsigned count, const char *before, const char *state, const char *lang)
{
	char run[27];
	struct error e = { 0 };
	OWN(store_close) struct store *store = fleet(run, count, before);

	if (fleet_fill(store, run, count, state, &e) < 0)
		fail_msg("%s", e.cause);
	write_page(w, store, run, lang);
}

static void page_of(struct written *w, unsigned count, const char *state, const char *lang)
{
	char run[27];
	OWN(store_close) struct store *store = fleet(run, count, state);

	write_page(w, store, run, lang);
}

static void the_last_line_is_the_hash_of_all_before_it(void **state)
{
	OWN_VALUE(written_done) struct written w = { 0 };
	unsigned char digest[32];
	char line[128], *at = line + sprintf(line, "<!-- complete sha256=");
	(void)state;

	page_of(&w, 40, "complete", "en");
	const char *last = strstr(w.page, "<!-- complete");
	assert_non_null(last);
	EVP_Digest(w.page, (size_t)(last - w.page), digest, NULL, EVP_sha256(), NULL);
	for (size_t i = 0; i < sizeof(digest); i++)
		at += sprintf(at, "%02x", digest[i]);
	strcpy(at, " -->\n");
	assert_string_equal(last, line);
}

static void the_same_run_gives_the_same_bytes(void **state)
{
	OWN_VALUE(written_done) struct written first = { 0 }, second = { 0 };
	char run[27];
	OWN(store_close) struct store *store = fleet(run, 60, "partial");
	(void)state;

	write_page(&first, store, run, "ja");
	write_page(&second, store, run, "ja");
	assert_int_equal(first.len, second.len);
	assert_memory_equal(first.page, second.page, first.len);
}

static void a_page_stays_inside_its_budget(void **state)
{
	static const struct {
		const char *about, *state;
		unsigned hosts;
		size_t most;
	} cases[] = {
		{ "an ordinary bad morning", "complete", 1000, 1000 * 1000 },
		{ "nobody was reached", "dark", 1000, 1000 * 1000 },
		{ "every server lost its writers", "down", 1000, 1000 * 1000 },
		{ "every server lost its writers again, and is waived", "badged", 1000, 1000 * 1000 },
		{ "10,000, an ordinary bad morning", "complete", 10000, 6 * 1000 * 1000 },
		{ "10,000, again and waived", "badged", 10000, 6 * 1000 * 1000 },
	};
	(void)state;

	FOR_EACH(c, cases) {
		OWN_VALUE(written_done) struct written w = { 0 };
		page_after(&w, c->hosts, "clear", c->state, "en");
		if (w.len > c->most)
			fail_msg("%s: %zu bytes", c->about, w.len);
	}
	assert_in_range(page_report_css_len, 1, 12 << 10);
	assert_in_range(page_report_js_len, 1, 16 << 10);
	assert_in_range(page_strings_json_len, 1, 20 << 10);
}

static unsigned occurrences(const char *text, const char *of)
{
	unsigned count = 0;

	for (const char *at = text; (at = strstr(at, of)); at++)
		count++;
	return count;
}

static void a_hostile_host_opens_no_tag(void **state)
{
	OWN_VALUE(written_done) struct written w = { 0 };
	(void)state;

	page_after(&w, 60, "clear", "complete", "en");
	assert_true(occurrences(w.page, "id=\"diff\"") && occurrences(w.page, "id=\"waivers\""));
	assert_true(occurrences(w.page, "<div class=\"badge regressed\">") > 0);
	assert_int_equal(occurrences(w.page, "<script"), 5); /* four blocks of data, one script */
	assert_int_equal(occurrences(w.page, "</script"), 5);
	assert_int_equal(occurrences(w.page, "<img"), 0);
	assert_int_equal(occurrences(w.page, " style="), 0);
	assert_int_equal(occurrences(w.page, "\xe2\x80\xae"), 0); /* U+202E */
	assert_true(occurrences(w.page, "&lt;img src=x") > 0);
	assert_null(strstr(page_report_js, "innerHTML"));
	assert_null(strstr(page_report_js, "eval"));
}

static void has_hash_of(const char *page, const char *source, const char *text, size_t len)
{
	OWN_VALUE(str_done) struct str expected = { 0 }, element = { 0 };
	unsigned char digest[32];

	EVP_Digest(text, len, digest, NULL, EVP_sha256(), NULL);
	str_addf(&expected, "%s-src 'sha256-", source);
	base64_encode(&expected, digest, sizeof(digest));
	str_addc(&expected, '\'');
	str_addf(&element, "<%s>%s</%s>", source, text, source);
	if (!strstr(page, str_text(&expected)) || !strstr(page, str_text(&element)))
		fail_msg("the policy does not allow the page's own %s", source);
}

static void the_policy_allows_exactly_what_is_there(void **state)
{
	OWN_VALUE(written_done) struct written w = { 0 };
	(void)state;

	page_of(&w, 20, "complete", "en");
	has_hash_of(w.page, "style", page_report_css, page_report_css_len);
	has_hash_of(w.page, "script", page_report_js, page_report_js_len);
	assert_null(strstr(w.page, "unsafe"));
}

/* A record with just what the sentence depends on. */
static void put_hosts(
	struct store *store, const char *run, unsigned *next, const char *verdict, const char *writers, unsigned count)
{
	struct error e = { 0 };
	char name[32];

	for (unsigned i = 0; i < count; i++) {
		snprintf(name, sizeof(name), "h%u", (*next)++);
		json_t *record = record_never_begun(run, name);
		json_object_set_new(record, "verdict", json_string(verdict));
		json_object_set_new(json_object_get(record, "checkpoints"), "writers", json_string(writers));
		json_object_set_new(record, "checked_at", json_string("2026-11-22T12:05:41Z"));
		assert_int_equal(store_put(store, run, record, NULL, &e), 0);
		json_decref(record);
	}
}

struct mix {
	unsigned affected, missing, fault, pending_gone, at_risk, shared, healthy, unknown, unknown_gone, unreachable,
		never_begun;
};

static void page_of_mix(struct written *w, const struct mix *m)
{
	char run[27], name[100][12];
	const char *names[100];
	struct error e = { 0 };
	OWN(store_close) struct store *store = store_open(":memory:", &e);
	unsigned next = 0, count = m->affected + m->missing + m->fault + m->pending_gone + m->at_risk + m->shared +
				   m->healthy + m->unknown + m->unknown_gone + m->unreachable + m->never_begun;

	for (unsigned i = 0; i < count; i++) {
		snprintf(name[i], sizeof(name[i]), "h%u", i);
		names[i] = name[i];
	}
	json_t *meta = json_object();
	assert_int_equal(store_run_begin(store, meta, names, count, run, &e), 0);
	put_hosts(store, run, &next, "affected", "match", m->affected);
	put_hosts(store, run, &next, "writers_missing", "match", m->missing);
	put_hosts(store, run, &next, "vss_fault", "no_match", m->fault);
	put_hosts(store, run, &next, "fix_pending", "match", m->pending_gone);
	put_hosts(store, run, &next, "at_risk", "no_match", m->at_risk);
	put_hosts(store, run, &next, "shared", "no_match", m->shared);
	put_hosts(store, run, &next, "healthy", "no_match", m->healthy);
	put_hosts(store, run, &next, "unknown", "unknown", m->unknown);
	put_hosts(store, run, &next, "unknown", "match", m->unknown_gone);
	put_hosts(store, run, &next, "unreachable", "unknown", m->unreachable);
	assert_int_equal(store_run_end(store, run, m->never_begun > 0, &e), 0);
	write_page(w, store, run, "en");
	json_decref(meta);
}

/* The text of the first element with this class, without its tags. */
static void text_of(struct str *text, const char *page, const char *opening)
{
	const char *at = strstr(page, opening), *end = at ? strstr(at, "</p>") : NULL;

	assert_non_null(end);
	for (bool tag = false; at < end; at++) {
		tag = *at == '<' || (tag && *at != '>');
		if (!tag && *at != '>')
			str_addc(text, *at);
	}
}

static void the_sentence_says_what_was_found_and_what_was_not(void **state)
{
	static const struct {
		const char *about;
		struct mix mix;
		const char *colour, *sentence;
	} cases[] = {
		{ "all checked, nothing found", { .healthy = 9, .shared = 3 }, "ok",
			"All 12 servers checked, no fault found." },
		{ "findings", { .affected = 2, .missing = 1, .healthy = 7 }, "critical",
			"3 of 10 servers list no VSS writer; 2 match the published fault. " },
		{ "one finding is singular", { .affected = 1, .healthy = 1 }, "critical",
			"1 of 2 servers lists no VSS writer; 1 matches the published fault. " },
		{ "findings and more", { .affected = 2, .fault = 3, .unreachable = 1 }, "critical",
			"2 of 6 servers list no VSS writer; 2 match the published fault. 3 more need attention. "
			"1 server could not be checked and is not counted as healthy." },
		{ "a pending fix whose writers are still missing", { .pending_gone = 1, .healthy = 1 }, "critical",
			"1 of 2 servers lists no VSS writer; 0 match the published fault. " },
		{ "no writers, but undecided why", { .unknown_gone = 2, .healthy = 1 }, "critical",
			"2 of 3 servers list no VSS writer; 0 match the published fault. "
			"2 servers could not be checked and are not counted as healthy." },
		{ "warnings only", { .fault = 1, .at_risk = 1, .healthy = 1 }, "warning",
			"2 of 3 servers have another VSS fault; no checked one lost all its writers. " },
		{ "risk only", { .at_risk = 2, .healthy = 1 }, "warning",
			"2 of 3 servers are at risk or wait for a restart; no checked one lost all its writers. " },
		{ "incomplete", { .healthy = 4, .unknown = 1, .unreachable = 1 }, "warning",
			"No fault on the 4 servers checked; 2 unchecked: no all-clear." },
		{ "nothing was checked", { .unreachable = 3 }, "warning",
			"None of the 3 servers could be checked: nothing is known about them." },
		{ "interrupted", { .healthy = 4, .never_begun = 2 }, "warning",
			"Interrupted: 4 of 6 servers checked. No fault on the 4 servers checked; 2 unchecked: no "
			"all-clear." },
		{ "no server at all", { 0 }, "warning", "This run holds no server." },
	};
	(void)state;

	FOR_EACH(c, cases) {
		OWN_VALUE(written_done) struct written w = { 0 };
		OWN_VALUE(str_done) struct str text = { 0 }, verdict = { 0 };
		page_of_mix(&w, &c->mix);
		text_of(&text, w.page, "<p class=\"sentence\">");
		if (strcmp(str_text(&text), c->sentence) != 0)
			fail_msg("%s: %s", c->about, str_text(&text));
		str_addf(&verdict, "class=\"verdict %s\"", c->colour);
		if (!strstr(w.page, str_text(&verdict)))
			fail_msg("%s: the colour is not %s", c->about, c->colour);
	}
}

static void a_share_is_never_rounded_towards_good_news(void **state)
{
	OWN_VALUE(written_done) struct written w = { 0 };
	(void)state;

	page_of_mix(&w, &(struct mix){ .healthy = 66, .affected = 1, .unreachable = 1 });
	assert_non_null(strstr(w.page, "Coverage 98.5 %"));       /* 98.529 */
	assert_non_null(strstr(w.page, "Health 98.5 %"));         /* 98.507 */
	assert_non_null(strstr(w.page, "<small>97.0 %</small>")); /* healthy, 97.058 */
	assert_non_null(strstr(w.page, "<small>1.5 %</small>"));  /* affected, 1.470 */
}

/* One record, with members of this JSON set in it. */
static void put_one(struct store *store, const char *run, const char *name, const char *members)
{
	struct error e = { 0 };
	json_t *record = record_never_begun(run, name), *with = json_loads(members, 0, NULL);

	assert_non_null(with);
	json_object_update(record, with);
	json_object_set_new(record, "checked_at", json_string("2026-11-22T12:05:41Z"));
	assert_int_equal(store_put(store, run, record, NULL, &e), 0);
	json_decref(record);
	json_decref(with);
}

/* A run of these hosts; described in this JSON. */
static void add_run(struct store *store, char run[27], const char *described, const char *const (*hosts)[2],
	size_t count, int interrupted)
{
	struct error e = { 0 };
	const char *names[10];
	json_t *meta = json_loads(described, 0, NULL);

	for (size_t i = 0; i < count; i++)
		names[i] = hosts[i][0];
	assert_int_equal(store_run_begin(store, meta, names, count, run, &e), 0);
	for (size_t i = 0; i < count; i++)
		put_one(store, run, hosts[i][0], hosts[i][1]);
	assert_int_equal(store_run_end(store, run, interrupted, &e), 0);
	json_decref(meta);
}

static struct store *store_with(char run[27], const char *const (*hosts)[2], size_t count)
{
	struct error e = { 0 };
	struct store *store = store_open(":memory:", &e);

	assert_non_null(store);
	add_run(store, run, "{}", hosts, count, 0);
	return store;
}

static void has(const char *page, const char *text)
{
	if (!strstr(page, text))
		fail_msg("not on the page: %s", text);
}

static void a_waived_finding_is_counted_and_said_apart(void **state)
{
	static const char *const hosts[][2] = {
		{ "h0", "{\"verdict\": \"affected\", \"waiver\": {\"id\": \"W-1\", \"owner\": \"sato\", \"expires\": "
			"\"2099-01-01\"}}" },
		{ "h1", "{\"verdict\": \"affected\", \"waiver\": {\"id\": \"W-2\", \"owner\": \"sato\", \"expires\": "
			"\"2020-01-01\"}}" },
		{ "h2", "{\"verdict\": \"unknown\", \"waiver\": {\"id\": \"W-3\", \"owner\": \"sato\", \"expires\": "
			"\"2099-01-01\"}}" },
		{ "h3", "{\"verdict\": \"affected\", \"waiver\": null}" },
	};
	OWN_VALUE(written_done) struct written w = { 0 };
	char run[27];
	OWN(store_close) struct store *store = store_with(run, hosts, COUNT(hosts));
	(void)state;

	write_page(&w, store, run, "en");
	has(w.page, "<span class=\"count\">3<small>");
	has(w.page, ">of which 1 waived</span></button>");
	has(w.page, "Waived: W-1, sato, until 2099-01-01");
	has(w.page, "<th scope=\"row\">W-1</th>");
	assert_null(strstr(w.page, "Waived: W-2")); /* it has expired */
	assert_null(strstr(w.page, "<th scope=\"row\">W-2</th>"));
	assert_null(strstr(w.page, "Waived: W-3")); /* nobody can answer for what nobody knows */
	assert_null(strstr(w.page, "<th scope=\"row\">W-3</th>"));
}

static void a_repair_that_did_not_last_is_never_all_clear(void **state)
{
	static const char *const hosts[][2] = {
		{ "h0", "{\"verdict\": \"shared\", \"remedied\": {\"change\": \"CHG7\", \"action\": \"isolate\", "
			"\"at\": "
			"\"2026-11-12T13:02:11Z\", \"regressed\": true, \"back\": \"2026-11-22T12:05:41Z\"}}" },
		{ "h1", "{\"verdict\": \"healthy\", \"remedied\": {\"change\": \"CHG8\", \"action\": \"isolate\", "
			"\"at\": "
			"\"2026-11-12T13:02:11Z\", \"regressed\": false, \"back\": null}}" },
	};
	OWN_VALUE(written_done) struct written w = { 0 };
	char run[27];
	OWN(store_close) struct store *store = store_with(run, hosts, COUNT(hosts));
	(void)state;

	write_page(&w, store, run, "en");
	has(w.page, "class=\"verdict warning\"");
	has(w.page, ">1 repaired server did not stay repaired:</span> <span class=\"folded\"><span>h0</span></span>");
	has(w.page, "[[\"regressed\",\"2026-11-12\",\"2026-11-22\",\"CHG7\"]]");
	assert_int_equal(occurrences(w.page, "[\"regressed\","), 1);
	has(w.page, "\"h1\":{"); /* a repaired server shows what the repair did */
}

static void the_changes_are_those_since_the_run_before(void **state)
{
	static const char *const before[][2] = { { "h0", "{\"verdict\": \"affected\"}" },
		{ "h1", "{\"verdict\": \"affected\"}" }, { "h2", "{\"verdict\": \"affected\"}" },
		{ "h3", "{\"verdict\": \"healthy\"}" }, { "h4", "{\"verdict\": \"healthy\"}" } };
	static const char *const now[][2] = { { "h0", "{\"verdict\": \"healthy\"}" },
		{ "h1", "{\"verdict\": \"unknown\"}" }, { "h3", "{\"verdict\": \"affected\"}" },
		{ "h4", "{\"verdict\": \"healthy\"}" } };
	OWN_VALUE(written_done) struct written first = { 0 }, second = { 0 };
	char run[27];
	const char *names[COUNT(now)];
	struct error e = { 0 };
	OWN(store_close) struct store *store = store_with(run, before, COUNT(before));
	json_t *meta = json_object();
	(void)state;

	write_page(&first, store, run, "en");
	has(first.page, ">No earlier run of this fleet to compare with.</p></section>");
	for (size_t i = 0; i < COUNT(now); i++)
		names[i] = now[i][0];
	assert_int_equal(store_run_begin(store, meta, names, COUNT(now), run, &e), 0);
	for (size_t i = 0; i < COUNT(now); i++)
		put_one(store, run, now[i][0], now[i][1]);
	assert_int_equal(store_run_end(store, run, 0, &e), 0);
	write_page(&second, store, run, "en");
	has(second.page, ">1 as before</span>");
#define LINE(class, host) class "</th><td class=\"num\">1</td><td class=\"folded\"><span>" host "</span></td>"
	has(second.page, LINE("New", "h3"));
	has(second.page, LINE("Resolved", "h0"));
	has(second.page, LINE("Newly not checked", "h1")); /* not resolved: nobody knows */
	has(second.page, LINE("Removed", "h2"));
	json_decref(meta);
}

static void every_waiver_of_the_run_is_told_also_those_that_took_nothing(void **state)
{
	static const char *const hosts[][2] = { { "h0", "{\"verdict\": \"affected\", \"waiver\": {\"id\": \"W-1\", "
							"\"owner\": \"sato\", \"expires\": \"2099-01-01\"}}" } };
	static const char described[] =
		"{\"waivers\": [{\"id\": \"W-1\", \"hosts\": \"all\", \"expires\": \"2099-01-01\"},"
		"{\"id\": \"W-2\", \"hosts\": \"osa:&web\", \"expires\": \"2020-01-01\"},"
		"{\"id\": \"W-3\", \"hosts\": \"sgp\", \"expires\": \"2099-01-01\"}]}";
	OWN_VALUE(written_done) struct written w = { 0 };
	struct error e = { 0 };
	char run[27];
	OWN(store_close) struct store *store = store_open(":memory:", &e);
	(void)state;

	add_run(store, run, described, hosts, COUNT(hosts), 0);
	write_page(&w, store, run, "en");
	assert_int_equal(occurrences(w.page, "<th scope=\"row\">W-1</th>"), 1);
	has(w.page, "<th scope=\"row\">W-2</th><td class=\"bad\" data-t=\"wv.expired\">");
	has(w.page, "osa:&amp;web</td>");
	has(w.page, ">unused</td>");
	has(w.page, ">1 waiver has expired: what it covered counts again.</p>");
}

static void a_remedy_is_offered_where_it_helps(void **state)
{
	static const char *const hosts[][2] = {
		{ "h0", "{\"verdict\": \"affected\"}" },
		{ "h1", "{\"verdict\": \"at_risk\"}" },
		{ "h2", "{\"verdict\": \"writers_missing\", \"cause\": \"D4 eventsystem_disabled\"}" },
		{ "h3", "{\"verdict\": \"writers_missing\", \"cause\": \"D8 not_visible\"}" },
		{ "h4", "{\"verdict\": \"vss_fault\", \"cause\": \"writer_failed\", \"vss\": {\"writers\": ["
			"{\"name\": \"NTDS\", \"state\": 9, \"service\": \"NTDS\"}]}}" },
		{ "h5", "{\"verdict\": \"affected\", \"waiver\": {\"id\": \"W-1\", \"expires\": \"2099-01-01\"}}" },
	};
	OWN_VALUE(written_done) struct written w = { 0 };
	char run[27];
	OWN(store_close) struct store *store = store_with(run, hosts, COUNT(hosts));
	(void)state;

	write_page(&w, store, run, "en");
	has(w.page, ">2 servers</span> <span class=\"folded\"><span>h[0-1]</span></span>");
	has(w.page, "-l verdict:affected,verdict:at_risk</code>");
	has(w.page, "sc config EventSystem start= auto\nsc start EventSystem");
	has(w.page, "<code>D8 not_visible</code>");
	has(w.page, "<code>NTDS</code>");
	assert_int_equal(occurrences(w.page, "-l verdict:affected,"), 1);
	assert_null(strstr(w.page, "sc stop NTDS")); /* that stops what the server is for */
	has(w.page, ">1 waived server is left out here.</p>");
}

static void a_japanese_reader_gets_the_verdict_in_japanese(void **state)
{
	static const char *const hosts[][2] = {
		{ "h0", "{\"verdict\": \"affected\", \"reason\": \"No VSS writer is listed\", \"reason_ja\": "
			"\"一つもありません\"}" },
	};
	OWN_VALUE(written_done) struct written w = { 0 };
	char run[27];
	OWN(store_close) struct store *store = store_with(run, hosts, COUNT(hosts));
	(void)state;

	write_page(&w, store, run, "ja");
	has(w.page, "<span lang=\"ja\">一つもありません</span>");
	has(w.page, "<span lang=\"en\">No VSS writer is listed</span>");
	has(w.page, "\"No VSS writer is listed\",\"一つもありません\"");
}

static void the_runs_before_are_a_trend_and_a_row_of_states(void **state)
{
	static const char *const gone[][2] = { { "h0", "{\"verdict\": \"affected\"}" },
		{ "h1", "{\"verdict\": \"healthy\"}" } };
	static const char *const well[][2] = { { "h0", "{\"verdict\": \"healthy\"}" },
		{ "h1", "{\"verdict\": \"healthy\"}" } };
	OWN_VALUE(written_done) struct written w = { 0 };
	struct error e = { 0 };
	char run[27];
	OWN(store_close) struct store *store = store_open(":memory:", &e);
	(void)state;

	add_run(store, run, "{}", gone, 2, 0);
	add_run(store, run, "{\"profile\": \"other\"}", gone, 2, 0); /* of another fleet: no part of it */
	add_run(store, run, "{}", well, 1, 1);
	add_run(store, run, "{}", gone, 2, 0);
	write_page(&w, store, run, "en");
	has(w.page, ">Last 3 runs</h2>");
	has(w.page, ">No writers: now 1, at first 1. Not checked: now 0, at first 0.</title>");
	has(w.page, "M40 14h.01M500 14h.01"); /* the interrupted one is a gap */
	has(w.page, "\"90\"]");               /* healthy when interrupted, affected before */
	has(w.page, "\"-9\"]");
	has(w.page, "<span class=\"count\">1<small>50.0 %</small></span></button>");
}

static void a_tile_says_how_many_came_and_left(void **state)
{
	static const char *const before[][2] = { { "h0", "{\"verdict\": \"affected\"}" },
		{ "h1", "{\"verdict\": \"healthy\"}" }, { "h2", "{\"verdict\": \"unknown\"}" } };
	static const char *const now[][2] = { { "h0", "{\"verdict\": \"healthy\"}" },
		{ "h1", "{\"verdict\": \"affected\"}" }, { "h2", "{\"verdict\": \"unreachable\"}" } };
	OWN_VALUE(written_done) struct written w = { 0 };
	char run[27];
	OWN(store_close) struct store *store = store_with(run, before, COUNT(before));
	(void)state;

	add_run(store, run, "{}", now, COUNT(now), 0);
	write_page(&w, store, run, "en");
	/* writers gone, healthy; that which is not checked still is not */
	assert_int_equal(occurrences(w.page, "<span class=\"change\">+1 \xe2\x88\x92"
					     "1</span>"),
		2);
	assert_int_equal(occurrences(w.page, "<span class=\"change\">"), 2);
}

static void evidence_is_there_for_those_that_were_asked_for(void **state)
{
	static const struct {
		const char *about;
		enum report_evidence evidence;
		bool problem, healthy, raw;
	} cases[] = {
		{ "of those with a problem", EVIDENCE_PROBLEM, true, false, true },
		{ "of nobody", EVIDENCE_NONE, true, false, false },
		{ "of everybody", EVIDENCE_ALL, true, true, true },
	};
	char run[27];
	OWN(store_close) struct store *store = fleet(run, 40, "complete");
	(void)state;

	FOR_EACH(c, cases) {
		OWN_VALUE(written_done) struct written w = { 0 };
		write_with(&w, store, run, &(struct report_options){ .lang = "en", .evidence = c->evidence });
		const char *details = strstr(w.page, "id=\"details\"");
		assert_non_null(details);
		if (!!strstr(details, "\"fs-tyo-0001.corp.example.jp\":{") != c->problem ||
			!!strstr(details, "\"web-sgp-0023.corp.example.jp\":{") != c->healthy ||
			!!strstr(details, "vssadmin 1.1") != c->raw)
			fail_msg("%s", c->about);
	}
}

static void the_page_names_the_hash_of_the_results(void **state)
{
	OWN_VALUE(written_done) struct written w = { 0 }, results = { 0 };
	OWN_VALUE(run_info_done) struct run_info info = { 0 };
	char run[27], hex[DIGEST_DIGITS + 1];
	unsigned char digest[DIGEST_BYTES];
	struct error e = { 0 };
	OWN(store_close) struct store *store = fleet(run, 20, "complete");
	FILE *out = open_memstream(&results.page, &results.len);
	(void)state;

	write_page(&w, store, run, "en");
	assert_int_equal(store_run(store, run, &info, &e), 0);
	assert_int_equal(report_ndjson_write(store, &info, &(struct report_options){ 0 },
				 (FILE *const[REPORT_FILES_MAX]){ out }, &e),
		0);
	assert_int_equal(fclose(out), 0);
	EVP_Digest(results.page, results.len, digest, NULL, EVP_sha256(), NULL);
	digest_hex(hex, digest, sizeof(digest));
	has(w.page, hex);
}

/* The placeholders {0} of a text, sorted by number, as bits. */
static unsigned numbers_of(const char *text)
{
	unsigned numbers = 0;

	for (const char *at = text; (at = strchr(at, '{')); at++)
		numbers |= 1u << (at[1] - '0');
	return numbers;
}

static void every_text_is_there_in_both_languages(void **state)
{
	OWN_VALUE(written_done) struct written w = { 0 };
	json_t *strings = json_loadb(page_strings_json, page_strings_json_len, 0, NULL), *text;
	const char *key;
	char name[64];
	(void)state;

	assert_non_null(strings);
	json_object_foreach(strings, key, text)
	{
		const char *en = json_string_value(json_array_get(text, 0));
		const char *ja = json_string_value(json_array_get(text, 1));
		if (!en || !*en || !ja || !*ja || numbers_of(en) != numbers_of(ja))
			fail_msg("%s: not the same text twice", key);
	}
	page_after(&w, 200, "down", "partial", "ja");
	for (const char *at = w.page; (at = strstr(at, " data-t=\"")); at++)
		if (sscanf(at, " data-t=\"%63[^\"]", name) == 1 && !json_object_get(strings, name))
			fail_msg("%s: no such text", name);
	json_decref(strings);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_last_line_is_the_hash_of_all_before_it),
		cmocka_unit_test(the_same_run_gives_the_same_bytes),
		cmocka_unit_test(a_page_stays_inside_its_budget),
		cmocka_unit_test(a_hostile_host_opens_no_tag),
		cmocka_unit_test(the_policy_allows_exactly_what_is_there),
		cmocka_unit_test(the_sentence_says_what_was_found_and_what_was_not),
		cmocka_unit_test(a_share_is_never_rounded_towards_good_news),
		cmocka_unit_test(a_waived_finding_is_counted_and_said_apart),
		cmocka_unit_test(a_repair_that_did_not_last_is_never_all_clear),
		cmocka_unit_test(the_changes_are_those_since_the_run_before),
		cmocka_unit_test(every_waiver_of_the_run_is_told_also_those_that_took_nothing),
		cmocka_unit_test(a_remedy_is_offered_where_it_helps),
		cmocka_unit_test(a_japanese_reader_gets_the_verdict_in_japanese),
		cmocka_unit_test(the_runs_before_are_a_trend_and_a_row_of_states),
		cmocka_unit_test(a_tile_says_how_many_came_and_left),
		cmocka_unit_test(evidence_is_there_for_those_that_were_asked_for),
		cmocka_unit_test(the_page_names_the_hash_of_the_results),
		cmocka_unit_test(every_text_is_there_in_both_languages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
