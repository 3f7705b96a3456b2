/* vssadmin: any language reads alike, and nothing but a whole output proves anything. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <iconv.h>

#include "listing.h"
#include "own.h"
#include "vssadmin.h"

static void encode(struct str *out, const struct str *utf8, const char *to)
{
	iconv_t cd = iconv_open(to, "UTF-8");
	char *in = utf8->data, room[1024];
	size_t left = utf8->len;

	while (left) {
		char *at = room;
		size_t free_room = sizeof(room);
		size_t rc = iconv(cd, &in, &left, &at, &free_room);
		assert_true(rc != (size_t)-1 || free_room < sizeof(room));
		str_addn(out, room, sizeof(room) - free_room);
	}
	iconv_close(cd);
}

static void encoded_listing(struct str *out, const struct language *l, const struct listed *writers, size_t count)
{
	OWN_VALUE(str_done) struct str utf8 = { 0 };
	char page[16];

	listing(&utf8, l, NULL, writers, count);
	snprintf(page, sizeof(page), "CP%u", l->codepage);
	encode(out, &utf8, l->codepage ? page : "UTF-8");
}

static struct vss_facts read_all(const struct str *bytes, int exit_code, unsigned oem)
{
	struct vssadmin_output output = { str_text(bytes), bytes->len, exit_code, true, false, oem };
	struct vss_facts vss;
	vssadmin_read(&output, &vss);
	return vss;
}

static void expect(const char *about, const struct vss_facts *vss, enum vss_outcome outcome, size_t count)
{
	if (vss->outcome != outcome || vss->count != count)
		fail_msg("%s: %s with %zu writers (%s)", about, vss_outcome_name(vss->outcome), vss->count, vss->note);
}

static void every_language_reads_alike(void **state)
{
	(void)state;
	for (const struct language *l = languages; l < languages + language_count; l++) {
		OWN_VALUE(str_done) struct str bytes = { 0 };
		encoded_listing(&bytes, l, minimum, MINIMUM_AND_ONE);
		OWN_VALUE(vss_facts_done) struct vss_facts vss = read_all(&bytes, 0, l->codepage);
		expect(l->about, &vss, VSS_WRITERS, MINIMUM_AND_ONE);
		assert_true(vss.error_free_known);
		for (size_t i = 0; i < vss.count; i++) {
			const struct writer *w = &vss.writer[i];
			assert_string_equal(w->id, minimum[i].id);
			assert_string_equal(w->instance_id, minimum[i].instance);
			assert_int_equal(w->state, 1);
			assert_true(w->complete && w->error_free);
			assert_string_equal(w->state_text, l->stable);
			assert_string_equal(w->last_error, l->no_error);
			if (*l->open != '\xc2')
				assert_string_equal(w->name, minimum[i].name);
		}
		assert_string_equal(vss.writer[0].service, "CryptSvc");
		assert_null(vss.writer[6].service);
		assert_int_equal(vss.codepage, l->codepage ? l->codepage : 65001);
	}
}

static void an_empty_list_is_empty_in_every_language(void **state)
{
	(void)state;
	for (const struct language *l = languages; l < languages + language_count; l++) {
		OWN_VALUE(str_done) struct str bytes = { 0 };
		encoded_listing(&bytes, l, NULL, 0);
		OWN_VALUE(vss_facts_done) struct vss_facts live = read_all(&bytes, 0, l->codepage);
		expect(l->about, &live, VSS_EMPTY, 0);
		OWN_VALUE(vss_facts_done) struct vss_facts saved = read_all(&bytes, UNSEEN, l->codepage);
		expect(l->about, &saved, VSS_EMPTY, 0);
	}
}

#define HEAD "vssadmin 1.1 - tool\r\n(C) Copyright 2001-2013 Microsoft Corp.\r\n\r\n"
#define WRITER(name, state, error)                                                                                     \
	"Writer name: '" name "'\r\n   Writer Id: {e8132975-6f93-4464-a53e-1050253ae220}\r\n"                          \
	"   Writer Instance Id: {7f4f6a3a-0001-4c5e-9a0b-eacf897c2bb2}\r\n   State: " state                            \
	"\r\n   Last error: " error "\r\n\r\n"

static void outcomes_are_strict(void **state)
{
	const struct {
		const char *about, *text;
		int exit_code;
		enum vss_outcome outcome;
		size_t count;
	} cases[] = {
		{ "one writer", HEAD WRITER("A", "[1] Stable", "No error"), 0, VSS_WRITERS, 1 },
		{ "the copyright of 2003", "vssadmin 1.1 - t\r\n(C) Copyright 2001 Microsoft Corp.\r\n\r\n", 0,
			VSS_EMPTY, 0 },
		{ "13: nothing at all", "", 0, VSS_UNREADABLE, 0 },
		{ "no banner", "(C) Copyright 2001-2013 Microsoft Corp.\r\n\r\n", 0, VSS_UNREADABLE, 0 },
		{ "no copyright", "vssadmin 1.1 - tool\r\n\r\n", 0, VSS_UNREADABLE, 0 },
		{ "another program's banner", "vssadmins 1.1 - tool\r\n(C) Copyright 2001-2013 Microsoft Corp.\r\n\r\n",
			0, VSS_UNREADABLE, 0 },
		{ "the English preamble, then a writer",
			HEAD "Waiting for responses.\r\nThese may be delayed if a shadow copy is being "
			     "prepared.\r\n\r\n" WRITER("A", "[1] Stable", "No error"),
			0, VSS_WRITERS, 1 },
		{ "the English preamble, then nothing",
			HEAD
			"Waiting for responses.\r\nThese may be delayed if a shadow copy is being prepared.\r\n\r\n",
			0, VSS_EMPTY, 0 },
		{ "a localised preamble, then nothing", HEAD "En attente de l'autre.\r\nPatience.\r\n\r\n", 0,
			VSS_EMPTY_UNVERIFIED, 0 },
		{ "a localised preamble, then a writer",
			HEAD "En attente de l'autre.\r\nPatience.\r\n\r\n" WRITER("A", "[1] Stable", "Rien"), 0,
			VSS_WRITERS, 1 },
		{ "three unexplained lines", HEAD "a\r\nb\r\nc\r\n\r\n", 0, VSS_UNREADABLE, 0 },
		{ "the remains of a writer", HEAD "   State: [1] Stable\r\n\r\n", 0, VSS_UNREADABLE, 0 },
		{ "permission refused", HEAD "Error: You don't have the correct permissions\r\n", 2, VSS_FAILED, 0 },
		{ "an hr with exit 0", HEAD "Error: 0x8000FFFF\r\n", 0, VSS_FAILED, 0 },
		{ "an hr in a saved file", HEAD "Error: 0x8000FFFF\r\n\r\n", UNSEEN, VSS_FAILED, 0 },
		{ "empty, but exit 2", HEAD, 2, VSS_FAILED, 0 },
		{ "writers, but exit 1", HEAD WRITER("A", "[1] Stable", "No error"), 1, VSS_FAILED, 0 },
		{ "the program is missing", "", 9009, VSS_FAILED, 0 },
		{ "killed by a watchdog behind the banner", HEAD, exit_code_of(UINT32_MAX), VSS_FAILED, 0 },
		{ "killed by a watchdog behind a writer", HEAD WRITER("A", "[1] Stable", "No error"),
			exit_code_of(UINT32_MAX), VSS_FAILED, 0 },
		{ "an hr behind the writers", HEAD WRITER("A", "[1] Stable", "No error") "Error: 0x80042302\r\n", 0,
			VSS_FAILED, 0 },
		{ "a last error with an hr is explained", HEAD WRITER("A", "[1] Stable", "Unexpected 0x800423f4"), 0,
			VSS_WRITERS, 1 },
		{ "a line nobody knows behind the writers", HEAD WRITER("A", "[1] Stable", "No error") "Hm.\r\n", 0,
			VSS_PARTIAL, 1 },
		{ "a state without a number", HEAD WRITER("A", "Stable", "No error"), 0, VSS_PARTIAL, 1 },
		{ "a state that is no number", HEAD WRITER("A", "[1x] Stable", "No error"), 0, VSS_PARTIAL, 1 },
		{ "a state beyond all numbers", HEAD WRITER("A", "[99999999999] Stable", "No error"), 0, VSS_PARTIAL,
			1 },
		{ "[10] that lost its zero",
			HEAD WRITER("A", "[1] Stable", "No error") WRITER("B", "[1] Failed", "Late"), 0, VSS_PARTIAL,
			2 },
		{ "[10] is ten", HEAD WRITER("A", "[10] Failed", "Timed out"), 0, VSS_WRITERS, 1 },
		{ "writers without a head", WRITER("A", "[1] Stable", "No error"), 0, VSS_PARTIAL, 1 },
		{ "a saved file with a prompt before",
			"C:\\>vssadmin list writers\r\n" HEAD WRITER("A", "[1] S", "No error"), UNSEEN, VSS_WRITERS,
			1 },
		{ "an empty saved file with a prompt before is not proved", "C:\\>vssadmin list writers\r\n" HEAD,
			UNSEEN, VSS_EMPTY_UNVERIFIED, 0 },
	};

	(void)state;
	FOR_EACH(c, cases) {
		struct str bytes = { .data = (char *)c->text, .len = strlen(c->text) };
		OWN_VALUE(vss_facts_done) struct vss_facts vss = read_all(&bytes, c->exit_code, 0);
		expect(c->about, &vss, c->outcome, c->count);
	}
}

static void ten_is_not_one(void **state)
{
	struct str bytes = { .data = (char *)HEAD WRITER("A", "[10] Failed", "Timed out") };

	(void)state;
	bytes.len = strlen(bytes.data);
	OWN_VALUE(vss_facts_done) struct vss_facts vss = read_all(&bytes, 0, 0);
	assert_int_equal(vss.writer[0].state, 10);
	assert_string_equal(vss.writer[0].state_text, "Failed");
}

static void bytes_that_are_no_text_are_unreadable(void **state)
{
	static const char nul[] = HEAD "\0";
	struct str bytes = { .data = (char *)nul, .len = sizeof(nul) - 1 };

	(void)state;
	OWN_VALUE(vss_facts_done) struct vss_facts vss = read_all(&bytes, 0, 0);
	expect("a NUL", &vss, VSS_UNREADABLE, 0);
}

static void an_unknown_page_is_trusted_where_all_agree(void **state)
{
	static const char *const pages[] = { "ja, code page 932", "fr, code page 850" };

	(void)state;
	FOR_EACH(about, pages) {
		OWN_VALUE(str_done) struct str bytes = { 0 };
		encoded_listing(&bytes, language(*about), minimum, MINIMUM_AND_ONE);
		OWN_VALUE(vss_facts_done) struct vss_facts vss = read_all(&bytes, 0, 0);
		expect(*about, &vss, VSS_WRITERS, MINIMUM_AND_ONE);
		assert_string_equal(vss.writer[6].id, minimum[6].id);
	}
}

static void a_saved_utf16_file_reads_alike(void **state)
{
	OWN_VALUE(str_done) struct str utf8 = { 0 }, bytes = { 0 };

	(void)state;
	listing(&utf8, language("ja"), NULL, minimum, MINIMUM);
	str_addn(&bytes, "\xff\xfe", 2);
	encode(&bytes, &utf8, "UTF-16LE");
	OWN_VALUE(vss_facts_done) struct vss_facts vss = read_all(&bytes, UNSEEN, 0);
	expect("UTF-16", &vss, VSS_WRITERS, MINIMUM);
	bytes.len--;
	OWN_VALUE(vss_facts_done) struct vss_facts odd = read_all(&bytes, UNSEEN, 0);
	expect("half a character", &odd, VSS_UNREADABLE, 0);
}

static void no_error_is_what_most_stable_writers_say(void **state)
{
	static const struct {
		const char *about;
		const char *error[7]; /* NULL behind the last */
		bool known;
		bool free_of_error[7];
	} cases[] = {
		{ "three agree, one does not", { "ok", "ok", "ok", "retry" }, true, { true, true, true, false } },
		{ "two agree", { "ok", "ok", "retry", "late" }, false, { false, false, false, false } },
		{ "two against two", { "ok", "ok", "retry", "retry" }, false, { false, false, false, false } },
		{ "three of six agree", { "ok", "ok", "ok", "a", "b", "c" }, false, { false } },
		{ "three of five agree", { "a", "ok", "b", "ok", "ok" }, true, { false, true, false, true, true } },
		{ "all agree", { "ok", "ok", "ok", "ok" }, true, { true, true, true, true } },
		{ "all agree on an error", { "Retryable error", "Retryable error", "Retryable error" }, false,
			{ false } },
		{ "most agree on an error", { "Timed out", "Timed out", "Timed out", "ok" }, false, { false } },
	};

	(void)state;
	FOR_EACH(c, cases) {
		OWN_VALUE(str_done) struct str bytes = { 0 };
		struct listed writers[7];
		size_t count = 0;
		for (; c->error[count]; count++) {
			writers[count] = minimum[count];
			writers[count].error = c->error[count];
		}
		listing(&bytes, language("en"), NULL, writers, count);
		OWN_VALUE(vss_facts_done) struct vss_facts vss = read_all(&bytes, 0, 0);
		expect(c->about, &vss, VSS_WRITERS, count);
		if (vss.error_free_known != c->known)
			fail_msg("%s: known is %d", c->about, vss.error_free_known);
		for (size_t i = 0; i < count; i++)
			if (vss.writer[i].error_free != c->free_of_error[i])
				fail_msg("%s: writer %zu", c->about, i);
	}
}

static void one_instance_twice_is_seen_and_one_class_twice_is_legal(void **state)
{
	struct listed adam[] = {
		{ "ADAM (one) Writer", "dd846aaa-a1b6-42a8-aaf8-03dcb6114bfd", "7f4f6a3a-0001-4c5e-9a0b-eacf897c2bb2",
			1 },
		{ "ADAM (two) Writer", "dd846aaa-a1b6-42a8-aaf8-03dcb6114bfd", "7f4f6a3a-0002-4c5e-9a0b-eacf897c2bb2",
			1 },
	};

	(void)state;
	for (int same = 0; same < 2; same++) {
		OWN_VALUE(str_done) struct str bytes = { 0 };
		if (same)
			adam[1].instance = adam[0].instance;
		listing(&bytes, language("en"), NULL, adam, 2);
		OWN_VALUE(vss_facts_done) struct vss_facts vss = read_all(&bytes, 0, 0);
		expect("ADAM", &vss, VSS_WRITERS, 2);
		assert_int_equal(vss.duplicate_instance, same);
	}
}

static void a_farm_of_writers_has_no_limit(void **state)
{
	enum { FARM = 400 };
	OWN_VALUE(str_done) struct str bytes = { 0 };
	static struct listed farm[FARM];
	static char instance[FARM][37];

	(void)state;
	for (size_t i = 0; i < FARM; i++) {
		snprintf(instance[i], sizeof(instance[i]), "7f4f6a3a-%04zx-4c5e-9a0b-eacf897c2bb2", i);
		farm[i] = (struct listed){ "Oracle VSS Writer - X", minimum[6].id, instance[i], 1, NULL };
	}
	listing(&bytes, language("ja"), NULL, farm, FARM);
	assert_true(bytes.len > 64 * 1024);
	OWN_VALUE(vss_facts_done) struct vss_facts vss = read_all(&bytes, 0, 0);
	expect("a farm", &vss, VSS_WRITERS, FARM);
	assert_string_equal(vss.writer[0].service, "OracleVssWriter*");
}

/* The position behind the last line of a writer, or behind the copyright's blank line: what is before looks whole. */
static bool is_boundary(const struct str *bytes, size_t at)
{
	const char *text = str_text(bytes), *rest = text + at;

	if (!at || text[at - 1] != '\n')
		return false;
	rest += strspn(rest, "\r\n");
	bool opens = !*rest || *rest == 'W' ||
		     !strncmp(rest, "\xe3\x83\xa9\xe3\x82\xa4\xe3\x82\xbf\xe3\x83\xbc\xe5\x90\x8d", 15) ||
		     !strncmp(rest, "\x83\x89\x83\x43\x83\x5e\x81\x5b\x96\xbc", 10) || !strncmp(rest, "Verf", 4) ||
		     !strncmp(rest, "Nom", 3) || !strncmp(rest, "Nazwa", 5) || *rest == '\xe2' ||
		     !strncmp(rest, "名前", 6) || !strncmp(rest, "nom", 3);
	return opens && *rest != ' ' && *rest != '\t';
}

static void cut_everywhere(const struct language *l, const struct listed *writers, size_t count)
{
	OWN_VALUE(str_done) struct str whole = { 0 };
	char about[100];

	encoded_listing(&whole, l, writers, count);
	for (size_t len = 0; len < whole.len; len++) {
		char *exact = malloc(len ? len : 1); /* so that a read beyond it is seen */
		memcpy(exact, str_text(&whole), len);
		struct vssadmin_output output = { exact, len, UNSEEN, false, false, l->codepage };
		struct vss_facts vss;

		snprintf(about, sizeof(about), "%s cut at %zu", l->about, len);
		vssadmin_read(&output, &vss);
		expect(about, &vss, VSS_UNREADABLE, 0);
		vss_facts_done(&vss);

		output.timed_out = true;
		vssadmin_read(&output, &vss);
		expect(about, &vss, VSS_TIMEOUT, 0);
		vss_facts_done(&vss);

		output.done = true;
		output.timed_out = false;
		vssadmin_read(&output, &vss);
		if (vss.outcome == VSS_EMPTY && count && !is_boundary(&whole, len))
			fail_msg("%s is empty", about);
		if (vss.outcome == VSS_WRITERS && vss.count < count && !is_boundary(&whole, len))
			fail_msg("%s is %zu writers", about, vss.count);
		vss_facts_done(&vss);
		free(exact);
	}
}

static void a_cut_output_never_looks_better_than_the_whole(void **state)
{
	static const struct listed one_failed[] = {
		{ "SqlServerWriter", "a65faa63-5ea8-4ebc-9dbd-a0c4db26912a", "7f4f6a3a-0009-4c5e-9a0b-eacf897c2bb2", 10,
			"Late" },
	};

	(void)state;
	for (const struct language *l = languages; l < languages + language_count; l++) {
		cut_everywhere(l, minimum, MINIMUM_AND_ONE);
		cut_everywhere(l, one_failed, 1);
		cut_everywhere(l, NULL, 0);
	}
}

/* A cut that looks whole exists, and only where the header says: one behind the copyright, few behind a writer. */
static void a_saved_file_cut_inside_a_line_is_never_whole(void **state)
{
	OWN_VALUE(str_done) struct str whole = { 0 };
	size_t looks_whole = 0;

	(void)state;
	encoded_listing(&whole, language("en"), minimum, MINIMUM);
	for (size_t len = 0; len < whole.len; len++) {
		struct str cut = { .data = whole.data, .len = len };
		OWN_VALUE(vss_facts_done) struct vss_facts vss = read_all(&cut, UNSEEN, 0);
		looks_whole += vss.outcome == VSS_EMPTY || (vss.outcome == VSS_WRITERS && vss.count < MINIMUM);
	}
	/* "\n", "\n\r", "\n\r\n" behind each of five writers, and "\n\r\n" behind the copyright */
	assert_true(looks_whole <= 5 * 3 + 1);
}

/* Every byte of an output replaced by others: nothing crashes, and no writer appears from nowhere. */
static void damaged_bytes_never_add_writers(void **state)
{
	static const char damage[] = { 0, '\n', '{', '\'', '\xff', ':' };
	OWN_VALUE(str_done) struct str whole = { 0 };

	(void)state;
	encoded_listing(&whole, language("ja"), minimum, 2);
	for (size_t at = 0; at < whole.len; at++)
		FOR_EACH(byte, damage) {
			char was = whole.data[at];
			whole.data[at] = *byte;
			OWN_VALUE(vss_facts_done) struct vss_facts vss = read_all(&whole, 0, 932);
			if (vss.outcome == VSS_EMPTY || (vss.outcome == VSS_WRITERS && vss.count != 2))
				fail_msg("byte %zu as %d: %s", at, *byte, vss_outcome_name(vss.outcome));
			whole.data[at] = was;
		}
}

static void read_recording(const char *name, struct str *bytes)
{
	const char *folder = getenv("VSSFLEET_RECORDINGS");
	char path[1000], piece[4096];
	size_t n;

	if (!folder)
		skip();
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	FILE *file = fopen(path, "rb");
	if (!file)
		fail_msg("%s cannot be read", path);
	while ((n = fread(piece, 1, sizeof(piece), file)) > 0)
		str_addn(bytes, piece, n);
	fclose(file);
}

static void the_recorded_list_has_six_stable_writers(void **state)
{
	OWN_VALUE(str_done) struct str bytes = { 0 };

	(void)state;
	read_recording("ja-2012r2-healthy-as-in-seed.txt", &bytes);
	OWN_VALUE(vss_facts_done) struct vss_facts vss = read_all(&bytes, UNSEEN, 0);
	expect("the recording", &vss, VSS_WRITERS, 6);
	assert_true(vss.error_free_known);
	for (size_t i = 0; i < vss.count; i++)
		assert_true(vss.writer[i].state == 1 && vss.writer[i].error_free);
}

static void the_recorded_empty_list_is_empty(void **state)
{
	OWN_VALUE(str_done) struct str bytes = { 0 };

	(void)state;
	read_recording("ja-2012r2-empty.txt", &bytes);
	OWN_VALUE(vss_facts_done) struct vss_facts vss = read_all(&bytes, UNSEEN, 0);
	expect("the recording", &vss, VSS_EMPTY, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_language_reads_alike),
		cmocka_unit_test(an_empty_list_is_empty_in_every_language),
		cmocka_unit_test(outcomes_are_strict),
		cmocka_unit_test(ten_is_not_one),
		cmocka_unit_test(bytes_that_are_no_text_are_unreadable),
		cmocka_unit_test(an_unknown_page_is_trusted_where_all_agree),
		cmocka_unit_test(a_saved_utf16_file_reads_alike),
		cmocka_unit_test(no_error_is_what_most_stable_writers_say),
		cmocka_unit_test(one_instance_twice_is_seen_and_one_class_twice_is_legal),
		cmocka_unit_test(a_farm_of_writers_has_no_limit),
		cmocka_unit_test(a_cut_output_never_looks_better_than_the_whole),
		cmocka_unit_test(a_saved_file_cut_inside_a_line_is_never_whole),
		cmocka_unit_test(damaged_bytes_never_add_writers),
		cmocka_unit_test(the_recorded_list_has_six_stable_writers),
		cmocka_unit_test(the_recorded_empty_list_is_empty),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
