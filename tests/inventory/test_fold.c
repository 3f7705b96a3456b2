/* Folding names, and that what was folded expands to the same names. */
#include "lists.h"
#include "fold.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAMES_MAX = 8 };

static void names_fold(void **state)
{
	static const struct {
		const char *names[NAMES_MAX];
		size_t most;
		const char *expect;
	} cases[] = {
		{ { NULL }, 0, "" },
		{ { "a" }, 0, "a" },
		{ { "b", "a" }, 0, "a,b" },
		{ { "srv1" }, 0, "srv1" },
		{ { "srv1", "srv2" }, 0, "srv[1-2]" },
		{ { "srv1", "srv3" }, 0, "srv[1,3]" },
		{ { "srv3", "srv1", "srv2", "srv5" }, 0, "srv[1-3,5]" },
		{ { "srv2", "srv2", "srv2" }, 0, "srv2" },
		{ { "srv9", "srv10", "srv11" }, 0, "srv[9-11]" },
		{ { "srv09", "srv10", "srv11" }, 0, "srv[09-11]" },
		{ { "srv099", "srv100", "srv1000" }, 0, "srv1000,srv[099-100]" },
		{ { "srv1", "srv01", "srv001", "srv2" }, 0, "srv[1-2],srv01,srv001" },
		{ { "srv0", "srv1", "srv00" }, 0, "srv[0-1],srv00" },
		{ { "ap-ngy-0340", "dc-osa-0839", "ap-ngy-0224" }, 0, "ap-ngy-[0224,0340],dc-osa-0839" },
		{ { "vss-tyo-001.corp.example", "vss-tyo-002.corp.example", "vss-tyo-100.corp.example" }, 0,
			"vss-tyo-[001-002,100].corp.example" },
		{ { "s1.a.example", "s2.a.example", "s3.b.example" }, 0, "s[1-2].a.example,s3.b.example" },
		{ { "web1-prod", "web2-prod", "web3-test" }, 0, "web[1-2]-prod,web3-test" },
		{ { "r1n2", "r1n1", "r2n1" }, 0, "r1n[1-2],r2n1" },
		{ { "r10-a", "r2-a" }, 0, "r[2,10]-a" },
		{ { "fs.dc1.example", "fs.dc2.example" }, 0, "fs.dc1.example,fs.dc2.example" },
		{ { "10.0.0.10", "10.0.0.9", "2001:db8::1" }, 0, "10.0.0.9,10.0.0.10,2001:db8::1" },
		{ { "1234567890123456789x", "1234567890123456790x" }, 0, "1234567890123456789x,1234567890123456790x" },
		{ { "x999999999999999998", "x999999999999999999" }, 0, "x[999999999999999998-999999999999999999]" },
		{ { "a1", "a2", "b1", "c1", "c2", "d" }, 2, "a[1-2],b1 (3 more)" },
		{ { "a1", "a2", "b1" }, 2, "a[1-2],b1" },
		{ { "a1", "a2", "b1" }, 1, "a[1-2] (1 more)" },
	};
	(void)state;
	FOR_EACH(c, cases) {
		struct str out = { 0 };
		size_t count = 0;
		while (count < NAMES_MAX && c->names[count])
			count++;
		fold_hosts(&out, c->names, count, c->most);
		if (strcmp(str_text(&out), c->expect) != 0)
			fail_msg("expected '%s', got '%s'", c->expect, str_text(&out));
		str_done(&out);
	}
}

/* Adds each part of a folded text, cut at the commas outside brackets. */
static void unfold(struct hosts *hosts, const char *folded)
{
	struct error e = { 0 };

	for (const char *end; *folded; folded = end + (*end == ',')) {
		unsigned depth = 0;
		for (end = folded; *end && (depth || *end != ','); end++)
			depth += (*end == '[') - (*end == ']');
		char *part = strndup(folded, (size_t)(end - folded));
		if (inventory_add_target(hosts, part, &e) < 0)
			fail_msg("%s: %s", part, e.cause);
		free(part);
	}
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void expect_same_set(char **names, size_t count)
{
	struct str folded = STR(16 << 20);
	struct hosts hosts = { 0 };
	size_t distinct = 0;

	fold_hosts(&folded, (const char *const *)names, count, 0);
	assert_false(str_failed(&folded));
	unfold(&hosts, str_text(&folded));
	qsort(names, count, sizeof(*names), by_name);
	char **back = calloc(hosts.count + 1, sizeof(*back));
	assert_non_null(back);
	for (size_t i = 0; i < hosts.count; i++)
		back[i] = hosts.host[i].name;
	qsort(back, hosts.count, sizeof(*back), by_name);
	for (size_t i = 0; i < count; i++) {
		if (i && strcmp(names[i], names[i - 1]) == 0)
			continue;
		if (distinct >= hosts.count || strcmp(back[distinct], names[i]) != 0)
			fail_msg("%s is lost in %s", names[i], str_text(&folded));
		distinct++;
	}
	assert_int_equal(distinct, hosts.count);
	assert_int_equal(hosts.merged, 0);
	free(back);
	hosts_done(&hosts);
	str_done(&folded);
}

static unsigned draw(uint64_t *seed, unsigned below)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(*seed >> 33) % below;
}

static void random_name(char name[64], uint64_t *seed)
{
	static const char *const prefix[] = { "s", "srv-", "ap1-", "", "r1n", "a-0", "x9" };
	static const char *const suffix[] = { "", ".corp.example", "-b", ".dc2.example", "a.b", "-x.c1" };
	static const int width[] = { 0, 0, 2, 3, 4 };
	unsigned range = draw(seed, 2) ? 30 : 1200;

	if (draw(seed, 20) == 0)
		snprintf(name, 64, "10.0.%u.%u", draw(seed, 3), draw(seed, 255));
	else if (draw(seed, 20) == 0)
		snprintf(name, 64, "name%s", suffix[1 + draw(seed, 3)]);
	else
		snprintf(name, 64, "%s%0*u%s", prefix[draw(seed, COUNT(prefix))], width[draw(seed, COUNT(width))],
			draw(seed, range), suffix[1 + draw(seed, COUNT(suffix) - 1)]);
}

static void folded_names_expand_to_the_same_set(void **state)
{
	enum { MOST = 300 };
	static char bytes[MOST][64];
	char *names[MOST];
	uint64_t seed = 42;
	(void)state;

	for (int round = 0; round < 300; round++) {
		size_t count = draw(&seed, MOST);
		for (size_t i = 0; i < count; i++) {
			random_name(bytes[i], &seed);
			names[i] = bytes[i];
		}
		expect_same_set(names, count);
	}
}

static void a_whole_fleet_folds(void **state)
{
	enum { FLEET = 10000 };
	static char bytes[FLEET][64];
	static char *names[FLEET];
	(void)state;

	for (unsigned i = 0; i < FLEET; i++) {
		snprintf(bytes[i], 64, "vss-%s-%05u.corp.example", i % 3 ? "tyo" : "osa", (i * 7919) % FLEET);
		names[i] = bytes[i];
	}
	expect_same_set(names, FLEET);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_fold),
		cmocka_unit_test(folded_names_expand_to_the_same_set),
		cmocka_unit_test(a_whole_fleet_folds),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
