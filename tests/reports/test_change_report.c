/* The views of a change: a row for every host, nothing sounds better than it is, and no text of a host or a user does
 * anything. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <libxml/HTMLparser.h>
#include <openssl/evp.h>

#include "change_report.h"
#include "hostile.h"
#include "text.h"

#define ID "C-20261123-01"

enum { HOSTS_MAX = 20, HOSTILE_CHANGES = 300 };

static const struct report_options options = { .lang = "en", .csv_delimiter = ',', .csv_encoding = CSV_UTF8 };

/* ---- Changes to report ---- */
struct change {
	struct change_past past;
	struct past host[HOSTS_MAX];
	struct plan plan;
	struct plan_host planned[HOSTS_MAX];
	char name[HOSTS_MAX][24];
};

static void change_done(struct change *c)
{
	for (size_t i = 0; i < c->past.count; i++) {
		json_decref(c->host[i].result);
		for (int act = 0; act < ACTS; act++) {
			json_decref(c->host[i].intended[act]);
			json_decref(c->host[i].outcome[act]);
		}
	}
	json_decref(c->past.start);
	json_decref(c->past.end);
	json_decref(c->past.places);
}

static void begin_with(struct change *c, json_t *start, json_t *end)
{
	snprintf(c->past.id, sizeof(c->past.id), ID);
	c->past.start = start;
	c->past.end = end;
	c->past.host = c->host;
	c->past.places = json_object();
	c->plan.host = c->planned;
}

static json_t *started(const char *action, const char *text)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:{s:i, s:s, s:s, s:s}, s:s, s:[s, s], s:s, s:s}", "type",
		"change_start", "at", "2026-11-23T01:00:00.000Z", "change", ID, "action", action, "plan_sha256",
		"0123abcd", "who", "uid", 1000, "user", text, "host", text, "principal", text, "ticket", text, "argv",
		"vssfleet", text, "undoes", text, "max_fail", "10%");
}

static json_t *ended(const char *how)
{
	return how ? json_pack("{s:s, s:s, s:s, s:s, s:s, s:i}", "type", "change_end", "at", "2026-11-23T01:10:00.000Z",
			     "change", ID, "end", how, "why", "the window closed", "failed", 2)
		   : NULL;
}

static struct past *add_host(struct change *c, bool begun)
{
	size_t i = c->plan.count++;

	snprintf(c->name[i], sizeof(c->name[i]), "h%zu.example", i);
	c->planned[i] = (struct plan_host){ .name = c->name[i], .at = { .ring = i ? 1 : 0 } };
	c->planned[i].before.pid = 816;
	if (!begun)
		return NULL;
	json_object_set_new(c->past.places, c->name[i], json_integer((json_int_t)c->past.count));
	c->host[c->past.count] = (struct past){ .host = c->name[i] };
	return &c->host[c->past.count++];
}

static json_t *state(int pid, const char *type, const char *neighbour, int writers)
{
	json_t *list = json_array(), *group = json_array();

	for (int i = 0; i < writers; i++)
		json_array_append_new(list, json_string("System Writer"));
	if (neighbour) {
		json_array_append_new(group, json_string(neighbour));
		json_array_append_new(group, json_string("nsi"));
	}
	return json_pack("{s:s, s:i, s:o, s:o}", "service_type", type, "pid", pid, "group", group, "writers", list);
}

static void add_result(struct change *c, const char *result, const char *text)
{
	struct past *past = add_host(c, true);

	past->intended[ACT_RESTART] = json_pack("{s:s, s:o}", "command", text, "before", state(816, text, text, 0));
	past->outcome[ACT_RESTART] = json_pack(
		"{s:b, s:b, s:i, s:s, s:s}", "done", 1, "observed", 1, "code", 1062, "message", text, "output", text);
	past->result = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:i, s:s, s:o, s:o, s:s, s:i}", "type",
		"change_result", "ended", "2026-11-23T01:02:03Z", "schema", "vssfleet/1", "change", ID, "host",
		past->host, "action", "isolate", "result", result, "step", "verify", "code", 1053, "reason", text,
		"before", state(816, text, text, 0), "after", state(1025, "Own Process", NULL, 6), "message", text,
		"duration_ms", 4120);
}

static void add_many(struct change *c, const char *result, unsigned count)
{
	while (count--)
		add_result(c, result, "x");
}

/* ---- What is written ---- */
enum view { HTML, CSV, NDJSON };

static char *written(const struct change *c, enum view view, const struct report_options *how, bool with_plan)
{
	struct change_report report = { &c->past, with_plan ? &c->plan : NULL };
	struct error e = { 0 };
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	int rc = view == HTML  ? change_report_html(out, &report, how, &e)
		 : view == CSV ? change_report_csv(out, &report, how, &e)
			       : change_report_ndjson(out, &report, &e);
	if (rc < 0)
		fail_msg("%s", e.cause);
	fclose(out);
	return text;
}

static unsigned occurrences(const char *text, const char *of)
{
	unsigned count = 0;

	for (const char *at = text; (at = strstr(at, of)); at += strlen(of))
		count++;
	return count;
}

struct mix {
	unsigned fixed, partial, pending, failed, rolled_back, deferred, skipped, unfinished, not_begun;
};

static void make_mix(struct change *c, const struct mix *m, const char *action, const char *end)
{
	begin_with(c, started(action, "x"), ended(end));
	add_many(c, "fixed", m->fixed);
	add_many(c, "fixed_partial", m->partial);
	add_many(c, "fix_pending", m->pending);
	add_many(c, "fix_failed", m->failed);
	add_many(c, "rolled_back", m->rolled_back);
	add_many(c, "deferred", m->deferred);
	add_many(c, "skipped", m->skipped);
	for (unsigned i = 0; i < m->unfinished; i++)
		add_host(c, true)->intended[ACT_CONFIGURE] = json_pack("{s:s}", "command", "sc config");
	for (unsigned i = 0; i < m->not_begun; i++)
		add_host(c, false);
}

static void the_page_says_what_became_of_all_and_what_to_do_next(void **unused)
{
	static const struct {
		const char *about, *action, *end;
		struct mix mix;
		const char *lang, *colour, *sentence, *also;
	} cases[] = {
		{ "all well", "isolate", "complete", { .fixed = 3 }, "en", "ok", "3 of 3 servers repaired.",
			"vssfleet rollback " ID },
		{ "one rolled back", "isolate", "complete", { .fixed = 16, .rolled_back = 1 }, "en", "critical",
			"16 of 17 servers repaired, 1 rolled back.", "vssfleet show h16.example" },
		{ "the threshold", "isolate", "threshold", { .fixed = 1, .failed = 1, .not_begun = 4 }, "en",
			"critical", "1 of 6 servers repaired, 1 failed, 4 not begun.",
			"Stopped by --max-fail 10%: 2 failed, rolled back or out of reach." },
		{ "stopped", "isolate", "stopped", { .fixed = 1, .not_begun = 1 }, "en", "warning",
			"1 of 2 servers repaired, 1 not begun.", "Stopped: the window closed." },
		{ "interrupted", "isolate", "interrupted", { .fixed = 1, .not_begun = 1 }, "en", "warning",
			"1 of 2 servers repaired, 1 not begun.", "vssfleet resume " ID },
		{ "cut", "isolate", NULL, { .fixed = 1, .unfinished = 1 }, "en", "warning",
			"1 of 2 servers repaired, 1 left in the middle.", "holds no end of this change" },
		{ "cut, though all were repaired", "isolate", NULL, { .fixed = 1 }, "en", "warning",
			"1 of 1 servers repaired.", "holds no end of this change" },
		{ "some of each", "reboot", "complete",
			{ .fixed = 1, .partial = 1, .pending = 1, .deferred = 2, .skipped = 1 }, "en", "warning",
			"1 of 6 servers repaired, 1 repaired in part, 1 waiting for a restart, 2 deferred, 1 without "
			"need.",
			"vssfleet show h2.example" },
		{ "nobody", "isolate", "complete", { 0 }, "en", "warning", "0 of 0 servers repaired.", "Servers" },
		{ "put back", "revert", "complete", { .fixed = 2 }, "en", "ok", "2 of 2 servers put back.", "revert" },
		{ "in Japanese", "isolate", "complete", { .fixed = 16, .rolled_back = 1 }, "ja", "critical",
			"17 台中 16 台を修復、切り戻し 1 台。", "<html lang=\"ja\">" },
	};
	(void)unused;

	FOR_EACH(c, cases) {
		OWN_VALUE(change_done) struct change change = { 0 };
		OWN_VALUE(str_done) struct str sentence = { 0 }, colour = { 0 };
		struct report_options how = { .lang = c->lang };
		make_mix(&change, &c->mix, c->action, c->end);
		OWN(own_free) char *page = written(&change, HTML, &how, true);
		str_addf(&sentence, "<p class=\"sentence\">%s</p>", c->sentence);
		str_addf(&colour, "class=\"verdict %s\"", c->colour);
		if (!strstr(page, str_text(&sentence)))
			fail_msg("%s: %.200s", c->about, strstr(page, "<p class=\"sentence\">"));
		if (!strstr(page, str_text(&colour)) || !strstr(page, c->also))
			fail_msg("%s: it is not %s, or does not say %s", c->about, c->colour, c->also);
		assert_int_equal(occurrences(page, "<tr class=\"row\">"), change.plan.count);
	}
}

static void the_last_line_is_the_hash_of_all_before_it(void **unused)
{
	OWN_VALUE(change_done) struct change change = { 0 };
	unsigned char digest[32];
	char line[128], *at = line + sprintf(line, "<!-- complete sha256=");
	(void)unused;

	make_mix(&change, &(struct mix){ .fixed = 2 }, "isolate", "complete");
	OWN(own_free) char *page = written(&change, HTML, &options, true);
	const char *last = strstr(page, "<!-- complete");
	assert_non_null(last);
	EVP_Digest(page, (size_t)(last - page), digest, NULL, EVP_sha256(), NULL);
	for (size_t i = 0; i < sizeof(digest); i++)
		at += sprintf(at, "%02x", digest[i]);
	strcpy(at, " -->\n");
	assert_string_equal(last, line);
}

static void a_host_is_shown_before_and_after_with_its_steps(void **unused)
{
	static const char *const expected[] = { ">Share Process &rarr; Own Process<", ">816 &rarr; 1025<",
		">2 &rarr; 0<", ">0 &rarr; 6<", "<p>PID 816</p>", "<span>nsi</span>", "<b>restart</b>: done, seen on",
		"<pre>Share Process</pre>", "2026-11-23 01:02:03<", "<td class=\"num\">1</td>" };
	OWN_VALUE(change_done) struct change change = { 0 };
	(void)unused;

	begin_with(&change, started("isolate", "alice"), ended("complete"));
	add_result(&change, "fixed", "Share Process");
	OWN(own_free) char *page = written(&change, HTML, &options, true);
	FOR_EACH(text, expected)
		if (!strstr(page, *text))
			fail_msg("the page lacks %s", *text);
}

/* Whatever texts say, the page has the elements and the attributes that harmless ones give it. */
static void count_nodes(const xmlNode *node, unsigned *elements, unsigned *attributes)
{
	for (; node; node = node->next) {
		*elements += node->type == XML_ELEMENT_NODE;
		for (const xmlAttr *a = node->type == XML_ELEMENT_NODE ? node->properties : NULL; a; a = a->next)
			++*attributes;
		count_nodes(node->children, elements, attributes);
	}
}

static void shape_of(const char *page, unsigned *elements, unsigned *attributes)
{
	xmlDoc *doc = htmlReadMemory(
		page, (int)strlen(page), NULL, "utf-8", HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_NONET);

	assert_non_null(doc);
	*elements = *attributes = 0;
	count_nodes(xmlDocGetRootElement(doc), elements, attributes);
	xmlFreeDoc(doc);
}

static void make_hostile(struct change *c, const char *text)
{
	OWN_VALUE(str_done) struct str bait = { 0 };

	text_sanitize(&bait, text, strlen(text));
	str_add(&bait, "<img src=x onerror=alert(1)>\"' style=\xe2\x80\xae");
	begin_with(c, started("isolate", str_text(&bait)), ended("complete"));
	add_result(c, "fix_failed", str_text(&bait));
	snprintf(c->name[0], sizeof(c->name[0]), "<b onload='x'>\"&");
}

static void a_hostile_text_opens_no_tag_and_no_attribute(void **unused)
{
	unsigned seed = 7, elements, attributes, found, given;
	OWN_VALUE(change_done) struct change tame = { 0 };
	(void)unused;

	begin_with(&tame, started("isolate", "x"), ended("complete"));
	add_result(&tame, "fix_failed", "x");
	OWN(own_free) char *plain = written(&tame, HTML, &options, false);
	shape_of(plain, &elements, &attributes);
	assert_true(elements > 60);
	for (int i = 0; i < HOSTILE_CHANGES; i++) {
		OWN_VALUE(change_done) struct change change = { 0 };
		char text[HOSTILE_MAX];
		make_hostile(&change, hostile_text(&seed, text));
		OWN(own_free) char *page = written(&change, HTML, &options, false);
		shape_of(page, &found, &given);
		assert_int_equal(found, elements);
		assert_int_equal(given, attributes);
		assert_null(strstr(page, "<img"));
		assert_null(strstr(page, "\xe2\x80\xae"));
		assert_null(strstr(page, "<script"));
	}
}

static void the_policy_allows_the_two_styles_and_nothing_else(void **unused)
{
	OWN_VALUE(change_done) struct change change = { 0 };
	(void)unused;

	make_mix(&change, &(struct mix){ .fixed = 2, .failed = 1 }, "isolate", "complete");
	OWN(own_free) char *page = written(&change, HTML, &options, true);
	const char *policy = strstr(page, "content=\"default-src 'none'; style-src 'sha256-");
	assert_non_null(policy);
	assert_int_equal(occurrences(page, "'sha256-"), 2);
	for (const char *style = page; (style = strstr(style, "<style>"));) {
		OWN_VALUE(str_done) struct str hash = { 0 };
		unsigned char digest[32];
		char base64[64];
		const char *end = strstr(style += strlen("<style>"), "</style>");
		EVP_Digest(style, (size_t)(end - style), digest, NULL, EVP_sha256(), NULL);
		EVP_EncodeBlock((unsigned char *)base64, digest, sizeof(digest));
		str_addf(&hash, "'sha256-%s'", base64);
		assert_non_null(strstr(policy, str_text(&hash)));
	}
	assert_null(strstr(page, "script"));
	assert_null(strstr(page, " style="));
	assert_null(strstr(page, "unsafe"));
}

static void csv_has_a_row_for_every_host_of_the_plan(void **unused)
{
	OWN_VALUE(change_done) struct change change = { 0 };
	(void)unused;

	begin_with(&change, started("isolate", "x"), ended(NULL));
	add_result(&change, "fixed", "Share Process");
	add_host(&change, true)->intended[ACT_RESTART] = json_pack("{s:o}", "before", state(816, "t", "nsi2", 3));
	add_host(&change, false);
	OWN(own_free) char *table = written(&change, CSV, &options, true);
	assert_string_equal(table,
		"\"change\",\"host\",\"ring\",\"action\",\"result\",\"step\",\"code\",\"reason\",\"type_before\","
		"\"type_after\",\"pid_before\",\"pid_after\",\"shared_with_before\",\"writers_before\","
		"\"writers_after\",\"message\",\"duration_ms\",\"ended_utc\"\r\n"
		"\"" ID "\",\"h0.example\",1,\"isolate\",\"fixed\",\"verify\",1053,\"Share Process\","
		"\"Share Process\",\"Own Process\",816,1025,\"Share Process;nsi\",0,6,\"Share Process\",4120,"
		"\"2026-11-23T01:02:03Z\"\r\n"
		"\"" ID "\",\"h1.example\",2,\"isolate\",,,,\"unfinished\",\"t\",,816,,\"nsi2;nsi\",3,,"
		"\"it was left in the middle: vssfleet resume looks what was done and goes on\",,\r\n"
		"\"" ID "\",\"h2.example\",2,\"isolate\",,,,\"not_begun\",,,816,,\"\",,,"
		"\"nothing was done to it\",,\r\n");
}

static void csv_keeps_formulas_and_quotes_harmless(void **unused)
{
	OWN_VALUE(change_done) struct change change = { 0 };
	struct report_options raw = options, semicolon = options, mark = options, japanese = options;
	(void)unused;

	begin_with(&change, started("isolate", "x"), ended(NULL));
	add_result(&change, "fixed", "=1+\"1\"\xe7\xb5\x82\xe2\x82\xac");
	raw.csv_raw = 1;
	semicolon.csv_delimiter = ';';
	mark.csv_encoding = CSV_UTF8_BOM;
	japanese.csv_encoding = CSV_CP932;
	OWN(own_free) char *guarded = written(&change, CSV, &options, true);
	OWN(own_free) char *bare = written(&change, CSV, &raw, true);
	OWN(own_free) char *german = written(&change, CSV, &semicolon, true);
	OWN(own_free) char *marked = written(&change, CSV, &mark, true);
	OWN(own_free) char *converted = written(&change, CSV, &japanese, true);
	assert_non_null(strstr(guarded, ",\"'=1+\"\"1\"\"\xe7\xb5\x82"));
	assert_non_null(strstr(bare, ",\"=1+\"\"1\"\""));
	assert_non_null(strstr(german, "\"change\";\"host\""));
	assert_int_equal(strncmp(marked, "\xef\xbb\xbf\"change\"", 11), 0);
	assert_non_null(strstr(converted, "\x8f\x49?\""));
}

static void ndjson_has_a_record_for_every_host(void **unused)
{
	static const char *const types[] = { "change_start", "change_result", "change_result", "change_result",
		"change_end" };
	OWN_VALUE(change_done) struct change change = { 0 };
	size_t n = 0;
	(void)unused;

	make_mix(&change, &(struct mix){ .fixed = 1, .unfinished = 1, .not_begun = 1 }, "isolate", "stopped");
	OWN(own_free) char *text = written(&change, NDJSON, &options, true);
	for (char *save, *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save), n++) {
		json_t *entry = json_loads(line, 0, NULL);
		assert_true(n < COUNT(types));
		assert_string_equal(json_string_value(json_object_get(entry, "type")), types[n]);
		assert_true(n == 0 || n == 1 || n == 4 || json_is_null(json_object_get(entry, "result")));
		json_decref(entry);
	}
	assert_int_equal(n, COUNT(types));
}

static void without_the_plan_what_the_journal_knows_is_reported(void **unused)
{
	OWN_VALUE(change_done) struct change change = { 0 };
	(void)unused;

	make_mix(&change, &(struct mix){ .fixed = 2, .unfinished = 1, .not_begun = 5 }, "isolate", NULL);
	OWN(own_free) char *table = written(&change, CSV, &options, false);
	assert_int_equal(occurrences(table, "\r\n"), 1 + 3);
}

static void files_are_private_and_there_together_or_not_at_all(void **unused)
{
	static const char *const names[] = { "change.html", "changes.csv", "changes.ndjson" };
	OWN_VALUE(change_done) struct change change = { 0 };
	char directory[] = "/tmp/test_change.XXXXXX", path[64], blocked[64];
	struct change_report report = { &change.past, &change.plan };
	struct report_options automatic = { .lang = "en", .csv_delimiter = ',' };
	struct error e = { 0 };
	struct stat st;
	(void)unused;

	make_mix(&change, &(struct mix){ .fixed = 2 }, "isolate", "complete");
	assert_non_null(mkdtemp(directory));
	snprintf(blocked, sizeof(blocked), "%s/changes.ndjson", directory);
	assert_int_equal(mkdir(blocked, 0700), 0);
	assert_int_equal(change_report_to_directory(directory, &report, &automatic, &e), -1);
	assert_non_null(strstr(e.cause, "changes.ndjson"));
	assert_int_equal(rmdir(blocked), 0);
	error_clear(&e);
	assert_int_equal(change_report_to_directory(directory, &report, &automatic, &e), 0);
	FOR_EACH(name, names) {
		snprintf(path, sizeof(path), "%s/%s", directory, *name);
		assert_int_equal(stat(path, &st), 0);
		assert_int_equal(st.st_mode & 07777, 0600);
		assert_int_equal(unlink(path), 0);
	}
	assert_int_equal(rmdir(directory), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_page_says_what_became_of_all_and_what_to_do_next),
		cmocka_unit_test(the_last_line_is_the_hash_of_all_before_it),
		cmocka_unit_test(a_host_is_shown_before_and_after_with_its_steps),
		cmocka_unit_test(a_hostile_text_opens_no_tag_and_no_attribute),
		cmocka_unit_test(the_policy_allows_the_two_styles_and_nothing_else),
		cmocka_unit_test(csv_has_a_row_for_every_host_of_the_plan),
		cmocka_unit_test(csv_keeps_formulas_and_quotes_harmless),
		cmocka_unit_test(ndjson_has_a_record_for_every_host),
		cmocka_unit_test(without_the_plan_what_the_journal_knows_is_reported),
		cmocka_unit_test(files_are_private_and_there_together_or_not_at_all),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
