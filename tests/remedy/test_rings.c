/* Tests of rings: the arithmetic of rings and thresholds as tables, and what must hold of every placement. */
#include "cases.h"
#include "rings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* "1,5,2,9": what rings_sizes() says. */
static void write_sizes(const char *text, size_t total, char *out, size_t room)
{
	size_t size[RINGS_MAX], at = 0;
	struct rings rings;
	struct error e = { 0 };

	assert_int_equal(rings_parse(text, &rings, &e), 0);
	size_t count = rings_sizes(&rings, total, size);
	*out = '\0';
	for (size_t i = 0; i < count; i++)
		at += (size_t)snprintf(out + at, room - at, "%s%zu", i ? "," : "", size[i]);
}

static void ring_sizes_follow_from_the_whole_plan(void **state)
{
	static const struct {
		const char *about, *rings;
		size_t total;
		const char *sizes;
	} cases[] = {
		{ "no host, no ring", RINGS_DEFAULT, 0, "" },
		{ "one host", RINGS_DEFAULT, 1, "1" },
		{ "two hosts", RINGS_DEFAULT, 2, "1,1" },
		{ "10% of 17 is 1.7, so 2", RINGS_DEFAULT, 17, "1,5,2,9" },
		{ "a tenth of all, not of what is left", RINGS_DEFAULT, 137, "1,5,14,117" },
		{ "a percentage that is whole", RINGS_DEFAULT, 200, "1,5,20,174" },
		{ "a large fleet", RINGS_DEFAULT, 100000, "1,5,10000,89994" },
		{ "1% of one host is one host", "1%,5", 1, "1" },
		{ "1% of 101", "1%,100%", 101, "2,99" },
		{ "1% of 100", "1%,100%", 100, "1,99" },
		{ "the last ring takes the rest, however small it is said to be", "1,5", 137, "1,136" },
		{ "the last ring takes the rest, as a percentage too", "10%,10%", 50, "5,45" },
		{ "a ring in the middle takes all: none follows", "1,100%,7", 20, "1,19" },
		{ "a larger ring than is left", "1,50,5", 17, "1,16" },
		{ "a ring just as large as the plan", "17,5", 17, "17" },
		{ "one less", "16,5", 17, "16,1" },
		{ "a single ring", "3", 17, "17" },
		{ "percentages that come to more than all", "60%,60%,60%", 10, "6,4" },
		{ "the most rings", "1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1", 20, "1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,5" },
	};
	(void)state;
	FOR_EACH(c, cases) {
		char sizes[200];
		write_sizes(c->rings, c->total, sizes, sizeof(sizes));
		if (strcmp(sizes, c->sizes))
			fail_msg("%s: %s of %zu: %s, not %s", c->about, c->rings, c->total, sizes, c->sizes);
	}
}

static void the_threshold_is_rounded_up_and_never_zero(void **state)
{
	static const struct {
		const char *max_fail;
		size_t total, failures;
	} cases[] = {
		{ "0", 17, 1 },
		{ "1", 17, 1 },
		{ "2", 17, 2 },
		{ "17", 17, 17 },
		{ "18", 17, 18 },
		{ "0%", 17, 1 },
		{ "1%", 17, 1 },
		{ "10%", 17, 2 },
		{ "10%", 20, 2 },
		{ "10%", 21, 3 },
		{ "100%", 17, 17 },
		{ "50%", 1, 1 },
		{ "10%", 0, 1 },
		{ "1%", 100000, 1000 },
		{ "1000000", 17, 1000000 },
		{ "0000003", 17, 3 },
	};
	(void)state;
	FOR_EACH(c, cases) {
		struct amount amount;
		struct error e = { 0 };
		assert_int_equal(amount_parse(c->max_fail, &amount, &e), 0);
		size_t failures = failures_allowed(amount, c->total);
		if (failures != c->failures)
			fail_msg("%s of %zu: %zu, not %zu", c->max_fail, c->total, failures, c->failures);
	}
}

static void malformed_rings_are_refused_and_nothing_is_written(void **state)
{
	static const char *const cases[] = { "", ",", "0", "0%", "1,0", "101%", "1,,5", "1,", ",1", "-1", "+1", "5x",
		"x5", "5%%", "%", " 5", "5 ", "1.5", "1;5", "0x10", "1000001", "4294967296", "4294967297",
		"18446744073709551617", "99999999999999999999999999", "1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1", "٣" };
	(void)state;
	FOR_EACH(text, cases) {
		struct rings rings = { .count = 77 };
		struct error e = { 0 };
		if (rings_parse(*text, &rings, &e) == 0)
			fail_msg("'%s' was taken", *text);
		assert_int_equal(e.kind, ERROR_LOCAL);
		assert_int_equal(rings.count, 77);
	}
}

static void malformed_amounts_are_refused(void **state)
{
	static const char *const cases[] = { "", "%", "-1", "1,2", "101%", "200%", "1%5", "5x", "4294967296", "1e3" };
	(void)state;
	FOR_EACH(text, cases) {
		struct amount amount = { .value = 77 };
		struct error e = { 0 };
		if (amount_parse(*text, &amount, &e) == 0)
			fail_msg("'%s' was taken", *text);
		assert_int_equal(amount.value, 77);
	}
}

/* --- placements --- */

enum { PLACED_MAX = 64 };

/* Batches as words: "a|bc|d" for hosts a, b ... ; a ring ends with a slash. */
static void write_batches(const struct placement *placement, size_t total, int batches, char *out)
{
	for (int batch = 0; batch < batches; batch++) {
		unsigned ring = 0;
		for (size_t i = 0; i < total; i++)
			if (placement[i].batch == (unsigned)batch) {
				*out++ = (char)('a' + i);
				ring = placement[i].ring;
			}
		bool ends = true;
		for (size_t i = 0; i < total; i++)
			ends &= placement[i].ring != ring || placement[i].batch <= (unsigned)batch;
		*out++ = ends ? '/' : '|';
	}
	*out = '\0';
}

static void batches_grow_and_keep_peers_apart(void **state)
{
	static const struct {
		const char *about, *rings;
		unsigned at_once;
		const char *peers; /* a letter a host: its key; . none */
		const char *batches;
	} cases[] = {
		{ "1, 2, 4, 8 in one ring", "100%", 20, "...............", "a|bc|defg|hijklmno/" },
		{ "not above what is allowed at once", "100%", 3, "..........", "a|bc|def|ghi|j/" },
		{ "one at once", "100%", 1, "....", "a|b|c|d/" },
		{ "none at once is one", "100%", 0, "...", "a|b|c/" },
		{ "the end of a ring ends a batch, growth goes on", "1,3,100%", 20, "...............",
			"a/bc|d/efghijkl|mno/" },
		{ "peers never together: the later one waits", "100%", 20, "A.A....", "a|bc|defg/" },
		{ "two peers side by side", "100%", 20, ".AA....", "a|bd|cefg/" },
		{ "the order stays where peers allow", "100%", 20, ".AA.BB.", "a|bd|ceg|f/" },
		{ "only peers: one a batch", "100%", 20, "AAAA", "a|b|c|d/" },
		{ "peers of another ring do not matter", "1,100%", 20, "AAA", "a/b|c/" },
		{ "keys do not depend on case", "100%", 20, ".Aa", "a|b|c/" },
	};
	(void)state;
	FOR_EACH(c, cases) {
		struct peers peers[PLACED_MAX] = { 0 };
		struct placement placement[PLACED_MAX];
		char keys[PLACED_MAX][2] = { "" }, batches[4 * PLACED_MAX];
		struct rings rings;
		struct error e = { 0 };
		size_t total = strlen(c->peers);
		for (size_t i = 0; i < total; i++) {
			keys[i][0] = c->peers[i];
			peers[i].key[i % PEERS_MAX] = c->peers[i] == '.' ? NULL : keys[i];
		}
		assert_int_equal(rings_parse(c->rings, &rings, &e), 0);
		int count = rings_place(&rings, peers, total, c->at_once, placement);
		write_batches(placement, total, count, batches);
		if (strcmp(batches, c->batches))
			fail_msg("%s: %s, not %s", c->about, batches, c->batches);
	}
}

/* A small generator of its own: the same inputs every time. */
static unsigned draw(uint64_t *seed, unsigned below)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(*seed >> 33) % below;
}

static bool are_peers(const struct peers *a, const struct peers *b)
{
	for (size_t i = 0; i < PEERS_MAX; i++)
		for (size_t k = 0; k < PEERS_MAX; k++)
			if (a->key[i] && b->key[k] && !strcasecmp(a->key[i], b->key[k]))
				return true;
	return false;
}

struct trial {
	struct rings rings;
	struct peers *peers;
	struct placement *placement;
	size_t total;
	unsigned at_once;
	int batches;
};

static void check_rings(const struct trial *t)
{
	size_t size[RINGS_MAX], seen[RINGS_MAX] = { 0 };
	size_t count = rings_sizes(&t->rings, t->total, size);

	for (size_t i = 0; i < t->total; i++) {
		assert_true(t->placement[i].ring < count);
		seen[t->placement[i].ring]++;
		assert_true(!i || t->placement[i].ring >= t->placement[i - 1].ring);
	}
	for (size_t i = 0; i < count; i++)
		assert_int_equal(seen[i], size[i]);
}

static void check_batches(const struct trial *t)
{
	unsigned most = t->at_once > AT_ONCE_MAX ? AT_ONCE_MAX : t->at_once, ring = 0;

	for (unsigned batch = 0; batch < (unsigned)t->batches; batch++) {
		size_t member[AT_ONCE_MAX], count = 0;
		for (size_t i = 0; i < t->total; i++)
			if (t->placement[i].batch == batch) {
				assert_true(count < most && (batch > 5 || count < 1u << batch));
				member[count++] = i;
			}
		assert_true(count > 0);
		assert_true(t->placement[member[0]].ring >= ring);
		ring = t->placement[member[0]].ring;
		for (size_t a = 0; a < count; a++)
			for (size_t b = 0; b < a; b++) {
				assert_int_equal(t->placement[member[a]].ring, ring);
				assert_false(are_peers(&t->peers[member[a]], &t->peers[member[b]]));
			}
	}
	for (size_t i = 0; i < t->total; i++)
		assert_true(t->placement[i].batch < (unsigned)t->batches);
}

static void every_placement_keeps_the_rules(void **state)
{
	static const char *const key[] = { "cluster:a", "CLUSTER:A", "dc:corp.example", "peer:web", "peer:db", "peer:x",
		"cluster:b" };
	static const char *const rings[] = { RINGS_DEFAULT, "1", "3,3,3", "50%,2", "1%,1%,1%,1%" };
	uint64_t seed = 20261123;
	(void)state;

	for (int round = 0; round < 2000; round++) {
		struct trial t = { .total = draw(&seed, 90), .at_once = 1 + draw(&seed, 25) };
		struct error e = { 0 };
		unsigned shy = 1 + draw(&seed, 40); /* how rare peers are */
		OWN(own_free) struct peers *peers = calloc(t.total + 1, sizeof(*peers));
		OWN(own_free) struct placement *placement = malloc((t.total + 1) * sizeof(*placement));
		assert_non_null(peers);
		assert_non_null(placement);
		memset(placement, 0xff, (t.total + 1) * sizeof(*placement));
		for (size_t i = 0; i < t.total * PEERS_MAX; i++)
			if (!draw(&seed, shy))
				peers[i / PEERS_MAX].key[i % PEERS_MAX] = key[draw(&seed, COUNT(key))];
		t.peers = peers;
		t.placement = placement;
		assert_int_equal(rings_parse(rings[draw(&seed, COUNT(rings))], &t.rings, &e), 0);
		t.batches = rings_place(&t.rings, peers, t.total, t.at_once, placement);
		check_rings(&t);
		check_batches(&t);
	}
}

/* Quadratic work over a hundred thousand hosts, each comparing keys, would run into the time limit of the test. */
static void a_large_fleet_of_peers_is_placed_one_by_one(void **state)
{
	enum { MANY = 100000 };
	OWN(own_free) struct peers *peers = calloc(MANY, sizeof(*peers));
	OWN(own_free) struct placement *placement = calloc(MANY, sizeof(*placement));
	struct rings rings;
	struct error e = { 0 };
	(void)state;

	assert_non_null(peers);
	assert_non_null(placement);
	for (size_t i = 0; i < MANY; i++)
		peers[i].key[1] = "peer:all";
	assert_int_equal(rings_parse(RINGS_DEFAULT, &rings, &e), 0);
	assert_int_equal(rings_place(&rings, peers, MANY, 20, placement), MANY);
	for (size_t i = 0; i < MANY; i++)
		assert_int_equal(placement[i].batch, i);
}

static void no_host_needs_no_batch(void **state)
{
	struct rings rings;
	struct error e = { 0 };
	(void)state;

	assert_int_equal(rings_parse(RINGS_DEFAULT, &rings, &e), 0);
	assert_int_equal(rings_place(&rings, NULL, 0, 20, NULL), 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(ring_sizes_follow_from_the_whole_plan),
		cmocka_unit_test(the_threshold_is_rounded_up_and_never_zero),
		cmocka_unit_test(malformed_rings_are_refused_and_nothing_is_written),
		cmocka_unit_test(malformed_amounts_are_refused),
		cmocka_unit_test(batches_grow_and_keep_peers_apart),
		cmocka_unit_test(every_placement_keeps_the_rules),
		cmocka_unit_test(a_large_fleet_of_peers_is_placed_one_by_one),
		cmocka_unit_test(no_host_needs_no_batch),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
