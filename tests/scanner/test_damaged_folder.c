/* damaged_folder: a folder that was collected by hand, cut or damaged at any byte of any file, never earns a verdict
 * that the whole would not earn. Nothing is left out: what no parser could tell, a number that became another number or
 * a name another name, the hashes tell; and the damage is named. */
#include "cases.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "collector.h"
#include "hand.h"

struct folder {
	struct place place;
	struct judgement whole;
};

static bool is_better(const struct judgement *whole, const struct judgement *j)
{
	bool claims = j->verdict == VERDICT_HEALTHY || j->verdict == VERDICT_SHARED ||
		      j->verdict == VERDICT_WRITERS_MISSING || j->verdict == VERDICT_AFFECTED;
	return claims && (j->verdict != whole->verdict || j->confidence > whole->confidence);
}

/* The hashes hold words of certutil too, whose damage does no harm. */
static bool is_named(const struct result *result, const char *file)
{
	return !strcmp(file, COLLECTED_HASHES) ||
	       (result->error_count && !strcmp(result->errors[0].error.operation, file));
}

static void expect(const struct folder *f, const char *file, const char *how, size_t at)
{
	OWN_VALUE(result_done) struct result result;

	place_judge(&f->place, &result);
	if (is_better(&f->whole, &result.judgement))
		fail_msg("%s, %s at %zu: %s instead of %s: %s", file, how, at, verdict_name(result.judgement.verdict),
			verdict_name(f->whole.verdict), result.judgement.reason);
	if (!is_named(&result, file))
		fail_msg("%s, %s at %zu: not named", file, how, at);
}

/* A digit becomes another digit, in all other bytes one bit changes: over eight of them each. */
static char damaged(char c, size_t at)
{
	return (char)(c >= '0' && c <= '9' ? '0' + (c - '0' + 1) % 10 : c ^ (1 << at % 8));
}

static void put_byte(int fd, size_t at, char c)
{
	assert_int_equal(pwrite(fd, &c, 1, (off_t)at), 1);
}

static void try_file(const struct folder *f, const char *file)
{
	OWN_VALUE(str_done) struct str whole = { 0 };
	char path[160];

	hand_get(f->place.host, file, &whole);
	snprintf(path, sizeof(path), "%s/%s", f->place.host, file);
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	for (size_t at = 0; at < whole.len; at++) {
		put_byte(fd, at, damaged(whole.data[at], at));
		expect(f, file, "another byte", at);
		put_byte(fd, at, whole.data[at]);
	}
	for (size_t len = whole.len; len--;) {
		assert_int_equal(ftruncate(fd, (off_t)len), 0);
		expect(f, file, "cut", len);
	}
	close(fd);
	place_remove(&f->place, file);
	expect(f, file, "missing", 0);
	hand_put(f->place.host, file, str_text(&whole), whole.len);
}

static void try_folder(const struct hand *hand, enum verdict verdict)
{
	OWN_VALUE(result_done) struct result result;
	struct folder f;
	const char *last = "";

	place_open(&f.place);
	hand_write(f.place.host, hand, 0);
	place_judge(&f.place, &result);
	assert_int_equal(result.judgement.verdict, verdict);
	assert_int_equal(result.error_count, 0);
	f.whole = result.judgement;
	for (size_t i = 0; i < collected_file_count; i++) {
		const char *file = collected_files[i].file;
		if (file && strcmp(file, last) != 0)
			try_file(&f, last = file);
	}
	try_file(&f, COLLECTED_FACTS);
	try_file(&f, COLLECTED_HASHES);
	place_done(&f.place);
}

static void the_published_case_stays_or_is_unknown(void **state)
{
	(void)state;
	try_folder(&affected, VERDICT_AFFECTED);
}

static void health_stays_or_is_unknown(void **state)
{
	(void)state;
	try_folder(&isolated, VERDICT_HEALTHY);
	try_folder(&shared, VERDICT_SHARED);
}

static void missing_writers_stay_or_are_unknown(void **state)
{
	(void)state;
	try_folder(&lost, VERDICT_WRITERS_MISSING);
}

static void a_risk_never_becomes_health(void **state)
{
	(void)state;
	try_folder(&repaired, VERDICT_AT_RISK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_published_case_stays_or_is_unknown),
		cmocka_unit_test(health_stays_or_is_unknown),
		cmocka_unit_test(missing_writers_stay_or_are_unknown),
		cmocka_unit_test(a_risk_never_becomes_health),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
