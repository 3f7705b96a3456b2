/* The journal: what was acknowledged stays, a crash leaves at most a cut line behind, and no byte, line or order of
 * lines can change without being found. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "chain.h"
#include "journal.h"

enum {
	LINES = 5,
	THREADS = 8,
	ENTRIES = 200, /* of a thread */
	KILLS = 12,
	EVERY = 7, /* cut: waits for the disk */
	FILE_MAX = 16 << 10,
};

static char directory[64], path[96];

static int make_directory(void **state)
{
	(void)state;
	snprintf(directory, sizeof(directory), "/tmp/test_journal.XXXXXX");
	assert_non_null(mkdtemp(directory));
	snprintf(path, sizeof(path), "%s/journal", directory);
	return 0;
}

static int remove_directory(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(directory);
}

static void must(int rc, const struct error *e)
{
	if (rc < 0)
		fail_msg("%s", e->cause);
}

static struct journal *opened(void)
{
	struct error e = { 0 };
	struct journal *journal = journal_open(path, &e);

	if (!journal)
		fail_msg("%s", e.cause);
	return journal;
}

static void add(struct journal *journal, json_t *entry)
{
	struct error e = { 0 };

	must(journal_append(journal, entry, &e), &e);
}

static json_t *start(const char *change)
{
	return json_pack("{s:s, s:s, s:i}", "type", "change_start", "change", change, "hosts", 3);
}

static json_t *of_act(const char *type, const char *change, const char *host, enum act act)
{
	return json_pack("{s:s, s:s, s:s, s:s}", "type", type, "change", change, "host", host, "act", act_name(act));
}

static json_t *result(const char *change, const char *host, const char *how)
{
	return json_pack(
		"{s:s, s:s, s:s, s:s}", "type", "change_result", "change", change, "host", host, "result", how);
}

/* What is in the file. */
struct bytes {
	char data[FILE_MAX];
	size_t len;
};

static struct bytes contents(void)
{
	struct bytes bytes = { .len = 0 };
	FILE *f = fopen(path, "r");

	assert_non_null(f);
	bytes.len = fread(bytes.data, 1, sizeof(bytes.data), f);
	fclose(f);
	assert_true(bytes.len < sizeof(bytes.data));
	return bytes;
}

static void put(const char *data, size_t len)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(data, 1, len, f), len);
	fclose(f);
}

static int count(void *context, const json_t *entry)
{
	assert_true(json_is_object(entry));
	++*(unsigned *)context;
	return 0;
}

/* How many entries can be read; -1: the journal is not as it was written. */
static int readable(void)
{
	struct error e = { 0 };
	unsigned entries = 0;

	if (journal_each(path, count, &entries, &e) == 0)
		return (int)entries;
	assert_int_equal(e.kind, ERROR_LOCAL);
	return -1;
}

static void make_small(void)
{
	OWN(journal_close) struct journal *journal = opened();

	add(journal, start("C-20261123-01"));
	add(journal, of_act("change_intent", "C-20261123-01", "a.example", ACT_CONFIGURE));
	add(journal, of_act("change_outcome", "C-20261123-01", "a.example", ACT_CONFIGURE));
	add(journal, json_pack("{s:s, s:s, s:s%}", "type", "change_result", "change", "C-20261123-01", "host",
			     "h\0st\xe3\x83\xa9", (size_t)7));
	add(journal, json_pack("{s:s, s:s, s:f}", "type", "change_end", "change", "C-20261123-01", "end", 0.1));
}

static void entries_come_back_in_order_numbered_timed_and_chained(void **state)
{
	char change[CHANGE_ID_MAX];

	(void)state;
	make_small();
	struct bytes bytes = contents();
	char *line = bytes.data, *feed;
	for (int seq = 1; seq <= LINES; seq++, line = feed + 1) {
		assert_non_null(feed = strchr(line, '\n'));
		json_t *entry = json_loadb(line, (size_t)(feed - line), JSON_ALLOW_NUL, NULL);
		assert_int_equal(json_integer_value(json_object_get(entry, "seq")), seq);
		assert_int_equal(
			strlen(json_string_value(json_object_get(entry, "at"))), strlen("2026-11-23T01:02:03.004Z"));
		assert_int_equal(strlen(json_string_value(json_object_get(entry, "prev"))), DIGEST_DIGITS);
		json_decref(entry);
	}
	assert_int_equal(readable(), LINES);
	OWN(journal_close) struct journal *journal = opened();
	add(journal, start("C-20261123-02"));
	assert_int_equal(readable(), LINES + 1);
	journal_next_change(journal, change);
	assert_int_equal(strncmp(change, "C-2", 3), 0);
}

/* Computed by sha256sum. */
static void the_hash_is_the_one_that_the_header_describes(void **state)
{
	struct chain chain = CHAIN_START;
	OWN_VALUE(str_done) struct str line = { 0 };
	struct error e = { 0 };
	json_t *entry = json_pack("{s:s, s:s}", "type", "change_start", "b", "\xc3\xa9\"");

	(void)state;
	must(chain_line(&chain, entry, &line, &e), &e);
	json_decref(entry);
	assert_string_equal(str_text(&line),
		"{\"b\":\"\xc3\xa9\\\"\",\"hash\":\"c232eb3414a334a3f9bf8257a213e1df34476966864cc0525a87009361b9d2a6\","
		"\"prev\":"
		"\"0000000000000000000000000000000000000000000000000000000000000000\",\"seq\":1,"
		"\"type\":\"change_start\"}\n");
}

static void the_file_is_private_whatever_the_umask(void **state)
{
	struct stat st;
	mode_t before = umask(0);

	(void)state;
	journal_close(opened());
	umask(before);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(chmod(path, 0644), 0);
	journal_close(opened());
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
}

static void what_is_no_file_is_refused(void **state)
{
	static const char *const targets[] = { "/dev/null", "/etc/hostname" };
	struct error e = { 0 };

	(void)state;
	FOR_EACH(target, targets) {
		assert_int_equal(symlink(*target, path), 0);
		assert_null(journal_open(path, &e));
		assert_non_null(strstr(e.cause, path));
		error_clear(&e);
		unlink(path);
	}
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_null(journal_open(path, &e));
	assert_non_null(strstr(e.cause, "not a regular file"));
}

static void no_journal_is_an_empty_one_to_read(void **state)
{
	struct error e = { 0 };
	OWN_VALUE(change_past_done) struct change_past past = { 0 };

	(void)state;
	assert_int_equal(readable(), 0);
	assert_int_equal(journal_change(path, NULL, &past, &e), -1);
	assert_int_equal(e.code, ENOENT);
}

static void a_second_writer_is_refused_and_readers_are_not(void **state)
{
	OWN(journal_close) struct journal *journal = opened();
	struct error e = { 0 };

	(void)state;
	add(journal, start("C-20261123-01"));
	assert_null(journal_open(path, &e));
	assert_int_equal(e.kind, ERROR_LOCAL);
	assert_int_equal(e.code, EWOULDBLOCK);
	assert_non_null(strstr(e.cause, path));
	assert_int_equal(readable(), 1);
}

static void must_be_found(const char *what, size_t at)
{
	struct error e = { 0 };

	if (readable() >= 0)
		fail_msg("%s at %zu is not found", what, at);
	if (journal_open(path, &e))
		fail_msg("%s at %zu: opened for writing", what, at);
	if (!strstr(e.cause, "not as it was written") || !strstr(e.cause, path))
		fail_msg("%s at %zu: %s", what, at, e.cause);
}

static void every_wrong_byte_is_found(void **state)
{
	static const unsigned char flips[] = { 0x01, 0x20, 0x80, 0xff };

	(void)state;
	make_small();
	struct bytes whole = contents();
	for (size_t at = 0; at < whole.len; at++)
		for (size_t i = 0; i <= COUNT(flips); i++) {
			struct bytes wrong = whole;
			wrong.data[at] = (char)(i < COUNT(flips) ? wrong.data[at] ^ flips[i] : '\n');
			if (wrong.data[at] == whole.data[at])
				continue;
			put(wrong.data, wrong.len);
			must_be_found("a wrong byte", at);
			assert_memory_equal(contents().data, wrong.data, wrong.len);
		}
}

static void every_added_byte_is_found(void **state)
{
	(void)state;
	make_small();
	struct bytes whole = contents();
	for (size_t at = 0; at < whole.len; at++) {
		struct bytes wrong = whole;
		memmove(wrong.data + at + 1, wrong.data + at, wrong.len - at);
		wrong.data[at] = ' ';
		put(wrong.data, wrong.len + 1);
		must_be_found("a blank", at);
	}
}

struct lines {
	const char *at[LINES];
	size_t len[LINES];
};

static struct lines lines_of(const struct bytes *bytes)
{
	struct lines lines;
	const char *at = bytes->data;

	for (int i = 0; i < LINES; i++) {
		lines.at[i] = at;
		lines.len[i] = (size_t)(strchr(at, '\n') + 1 - at);
		at += lines.len[i];
	}
	return lines;
}

static void put_lines(const struct lines *lines, const int *order, int lines_count)
{
	OWN_VALUE(str_done) struct str text = { 0 };

	for (int i = 0; i < lines_count; i++)
		str_addn(&text, lines->at[order[i]], lines->len[order[i]]);
	put(text.data, text.len);
}

static void every_line_removed_added_or_moved_is_found(void **state)
{
	(void)state;
	make_small();
	struct bytes bytes = contents();
	struct lines lines = lines_of(&bytes);
	for (int i = 0; i < LINES; i++)
		for (int j = 0; j < LINES; j++) {
			int order[LINES + 1], n = 0;
			for (int k = 0; k < LINES; k++)
				if (k != i)
					order[n++] = k;
			if (i < LINES - 1) {
				put_lines(&lines, order, n);
				must_be_found("a removed line", (size_t)i);
			}
			memmove(order + j + 1, order + j, (size_t)(n - j) * sizeof(*order));
			order[j] = i;
			put_lines(&lines, order, LINES);
			if (i != j)
				must_be_found("a moved line", (size_t)i);
			else
				assert_int_equal(readable(), LINES);
			for (int k = 0; k <= LINES; k++)
				order[k] = k < j ? k : k == j ? i : k - 1;
			put_lines(&lines, order, LINES + 1);
			must_be_found("a repeated line", (size_t)i);
		}
}

static void a_file_cut_anywhere_keeps_its_whole_lines_and_goes_on(void **state)
{
	(void)state;
	make_small();
	struct bytes whole = contents();
	for (size_t len = 0; len <= whole.len; len++) {
		int kept = 0;
		for (size_t i = 0; i < len; i++)
			kept += whole.data[i] == '\n';
		put(whole.data, len);
		if (readable() != kept)
			fail_msg("cut at %zu: %d entries instead of %d", len, readable(), kept);
		if (len % EVERY)
			continue;
		OWN(journal_close) struct journal *journal = opened();
		add(journal, start("C-20261123-09"));
		if (readable() != kept + 1)
			fail_msg("cut at %zu: the next entry does not fit", len);
	}
}

/* Of a process that may write no more than so many bytes into the file, as if the disk were full. */
static int write_limited(struct journal *journal, rlim_t bytes, const struct bytes *before)
{
	struct rlimit limit = { bytes, RLIM_INFINITY };
	struct error e = { 0 };

	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &limit);
	if (journal_append(journal, start("C-20261123-02"), &e) == 0 || e.code != EFBIG)
		return 1;
	struct bytes after = contents();
	if (after.len != before->len || memcmp(after.data, before->data, after.len) != 0)
		return 2;
	limit.rlim_cur = RLIM_INFINITY;
	setrlimit(RLIMIT_FSIZE, &limit);
	error_clear(&e);
	return journal_append(journal, start("C-20261123-02"), &e) < 0 ? 3 : 0;
}

static void a_full_disk_leaves_the_journal_as_it_was_and_the_next_entry_fits(void **state)
{
	static const rlim_t room[] = { 0, 1, 100, 200 };

	(void)state;
	make_small();
	FOR_EACH(more, room) {
		struct bytes before = contents();
		int status, entries = readable();
		OWN(journal_close) struct journal *journal = opened();
		pid_t child = fork();
		if (!child)
			_exit(write_limited(journal, before.len + *more, &before));
		assert_int_equal(waitpid(child, &status, 0), child);
		if (!WIFEXITED(status) || WEXITSTATUS(status))
			fail_msg("with room for %lu bytes: %d", (unsigned long)*more, WEXITSTATUS(status));
		assert_int_equal(readable(), entries + 1);
	}
}

static void an_entry_that_is_too_long_or_missing_is_an_error_and_no_line(void **state)
{
	OWN(journal_close) struct journal *journal = opened();
	OWN(own_free) char *text = malloc(JOURNAL_LINE_MAX + 1);
	struct error e = { 0 };

	(void)state;
	memset(text, 'x', JOURNAL_LINE_MAX);
	text[JOURNAL_LINE_MAX] = '\0';
	assert_int_equal(journal_append(journal, json_pack("{s:s}", "output", text), &e), -1);
	assert_int_equal(e.kind, ERROR_LOCAL);
	error_clear(&e);
	assert_int_equal(journal_append(journal, NULL, &e), -1);
	assert_int_equal(readable(), 0);
	text[JOURNAL_LINE_MAX - 300] = '\0';
	add(journal, json_pack("{s:s}", "output", text));
	assert_int_equal(readable(), 1);
}

static void a_line_longer_than_any_is_damage(void **state)
{
	OWN(own_free) char *text = malloc(2 * JOURNAL_LINE_MAX);

	(void)state;
	memset(text, 'x', 2 * JOURNAL_LINE_MAX);
	put(text, 2 * JOURNAL_LINE_MAX);
	must_be_found("a long line", 0);
}

static void a_number_that_does_not_follow_is_found(void **state)
{
	struct chain chain = CHAIN_START;
	OWN_VALUE(str_done) struct str line = { 0 };
	struct error e = { 0 };
	json_t *entry = start("C-20261123-01");

	(void)state;
	chain.seq = 5;
	must(chain_line(&chain, entry, &line, &e), &e);
	json_decref(entry);
	put(line.data, line.len);
	must_be_found("a wrong number", 0);
}

struct worker {
	struct journal *journal;
	int number;
};

static void *write_many(void *context)
{
	const struct worker *worker = context;
	struct error e = { 0 };
	char host[16];

	snprintf(host, sizeof(host), "h%d", worker->number);
	for (int i = 0; i < ENTRIES; i++)
		if (journal_append(worker->journal, of_act("change_intent", "C-20261123-01", host, ACT_RESTART), &e) <
			0)
			return context;
	return NULL;
}

static void entries_of_many_threads_make_one_chain(void **state)
{
	OWN(journal_close) struct journal *journal = opened();
	pthread_t thread[THREADS];
	struct worker worker[THREADS];
	char change[CHANGE_ID_MAX];

	(void)state;
	for (int i = 0; i < THREADS; i++) {
		worker[i] = (struct worker){ journal, i };
		assert_int_equal(pthread_create(&thread[i], NULL, write_many, &worker[i]), 0);
	}
	journal_next_change(journal, change);
	FOR_EACH(t, thread) {
		void *failed;
		pthread_join(*t, &failed);
		assert_null(failed);
	}
	assert_int_equal(readable(), THREADS * ENTRIES);
}

/* Says with a byte that an entry is acknowledged. */
static void write_until_killed(int acknowledged)
{
	struct error e = { 0 };
	OWN(journal_close) struct journal *journal = journal_open(path, &e);

	while (journal && journal_append(journal, start("C-20261123-01"), &e) == 0)
		if (write(acknowledged, "", 1) != 1)
			break;
	_exit(1);
}

static void what_was_acknowledged_survives_a_kill(void **state)
{
	unsigned total = 0;

	(void)state;
	for (unsigned after = 1; after <= KILLS; after++) {
		int ends[2];
		char byte;
		assert_int_equal(pipe(ends), 0);
		pid_t child = fork();
		if (!child)
			write_until_killed(ends[1]);
		close(ends[1]);
		for (unsigned i = 0; i < after; i++)
			assert_int_equal(read(ends[0], &byte, 1), 1);
		kill(child, SIGKILL);
		assert_int_equal(waitpid(child, NULL, 0), child);
		for (total += after; read(ends[0], &byte, 1) == 1;)
			total++;
		close(ends[0]);
		int entries = readable();
		assert_true(entries >= (int)total && entries <= (int)(total + 1));
		total = (unsigned)entries;
	}
}

static void changes_of_a_day_are_numbered_also_by_the_next_process(void **state)
{
	char change[CHANGE_ID_MAX], expect[CHANGE_ID_MAX], today[16];
	time_t now = time(NULL);

	(void)state;
	for (int n = 1; n <= 12; n++) {
		OWN(journal_close) struct journal *journal = opened();
		journal_next_change(journal, change);
		strftime(today, sizeof(today), "%Y%m%d", gmtime(&now));
		snprintf(expect, sizeof(expect), "C-%s-%02d", today, n);
		if (strcmp(change, expect) != 0 && time(NULL) / 86400 != now / 86400)
			skip(); /* midnight */
		assert_string_equal(change, expect);
		if (n % 2)
			add(journal, start("C-20200101-77"));
		add(journal, start(change));
	}
}

static void make_history(void)
{
	OWN(journal_close) struct journal *journal = opened();

	add(journal, start("C-20261123-01"));
	add(journal, result("C-20261123-01", "a.example", "fixed"));
	add(journal, json_pack("{s:s, s:s}", "type", "change_end", "change", "C-20261123-01"));
	add(journal, start("C-20261123-02"));
	add(journal, of_act("change_intent", "C-20261123-02", "B.example", ACT_CONFIGURE));
	add(journal, of_act("change_outcome", "C-20261123-02", "b.EXAMPLE", ACT_CONFIGURE));
	add(journal, of_act("change_intent", "C-20261123-02", "b.example", ACT_RESTART));
	add(journal, result("C-20261123-02", "a.example", "deferred"));
	add(journal, json_pack("{s:s, s:s}", "type", "change_end", "change", "C-20261123-02"));
	add(journal, json_pack("{s:s, s:s}", "type", "change_resume", "change", "C-20261123-02"));
}

static void a_change_is_read_host_by_host(void **state)
{
	OWN_VALUE(change_past_done) struct change_past past = { 0 };
	struct error e = { 0 };

	(void)state;
	make_history();
	must(journal_change(path, NULL, &past, &e), &e);
	assert_string_equal(past.id, "C-20261123-02");
	assert_non_null(past.start);
	assert_non_null(past.resume);
	assert_null(past.end);
	assert_int_equal(past.count, 2);
	assert_string_equal(past.host[0].host, "B.example");
	const struct past *b = change_past_of(&past, "b.example");
	assert_ptr_equal(b, &past.host[0]);
	assert_non_null(b->intended[ACT_CONFIGURE]);
	assert_non_null(b->outcome[ACT_CONFIGURE]);
	assert_non_null(b->intended[ACT_RESTART]);
	assert_null(b->outcome[ACT_RESTART]);
	assert_null(b->intended[ACT_REBOOT]);
	assert_null(b->result);
	assert_string_equal(json_string_value(json_object_get(past.host[1].result, "result")), "deferred");
	assert_null(change_past_of(&past, "c.example"));
}

static void what_comes_after_it_makes_an_outcome_unknown_again(void **state)
{
	OWN_VALUE(change_past_done) struct change_past past = { 0 };
	OWN(journal_close) struct journal *journal = opened();
	struct error e = { 0 };

	(void)state;
	add(journal, start("C-20261123-01"));
	add(journal, of_act("change_intent", "C-20261123-01", "a", ACT_RESTART));
	add(journal, of_act("change_outcome", "C-20261123-01", "a", ACT_RESTART));
	add(journal, result("C-20261123-01", "a", "fixed"));
	add(journal, of_act("change_intent", "C-20261123-01", "a", ACT_RESTART));
	must(journal_change(path, NULL, &past, &e), &e);
	assert_null(past.host[0].outcome[ACT_RESTART]);
	assert_null(past.host[0].result);
}

static void the_last_result_of_a_host_counts(void **state)
{
	OWN_VALUE(change_past_done) struct change_past past = { 0 };
	OWN(journal_close) struct journal *journal = opened();
	struct error e = { 0 };

	(void)state;
	add(journal, start("C-20261123-01"));
	add(journal, result("C-20261123-01", "a", "fixed"));
	add(journal, result("C-20261123-01", "a", "fix_failed"));
	must(journal_change(path, NULL, &past, &e), &e);
	assert_string_equal(json_string_value(json_object_get(past.host[0].result, "result")), "fix_failed");
}

static void a_change_is_found_by_a_unique_beginning(void **state)
{
	static const struct {
		const char *about, *id, *expect;
		int code;
	} cases[] = {
		{ "the newest", NULL, "C-20261123-02", 0 },
		{ "its id", "C-20261123-01", "C-20261123-01", 0 },
		{ "in lower case", "c-20261123-01", "C-20261123-01", 0 },
		{ "its beginning", "C-20261122", "C-20261122-10", 0 },
		{ "the id of one, the beginning of another", "C-20261122-1", "C-20261122-1", 0 },
		{ "the beginning of two", "C-20261123", NULL, EINVAL },
		{ "none", "C-20261124", NULL, ENOENT },
		{ "more than there is", "C-20261123-011", NULL, ENOENT },
	};
	struct error e = { 0 };
	OWN(journal_close) struct journal *journal = opened();

	(void)state;
	add(journal, start("C-20261122-10"));
	add(journal, start("C-20261123-01"));
	add(journal, start("C-20261123-02"));
	FOR_EACH(c, cases) {
		OWN_VALUE(change_past_done) struct change_past past = { 0 };
		if (!strcmp(c->about, "the id of one, the beginning of another")) {
			add(journal, start("C-20261122-1"));
			add(journal, start("C-20261122-11"));
		}
		int rc = journal_change(path, c->id, &past, &e);
		if ((rc < 0) != !c->expect || (c->expect && strcmp(past.id, c->expect) != 0) || e.code != c->code)
			fail_msg("%s: %d, %s, %s", c->about, rc, past.id, e.cause);
		error_clear(&e);
	}
}

static void an_act_of_another_version_is_not_ignored(void **state)
{
	OWN_VALUE(change_past_done) struct change_past past = { 0 };
	OWN(journal_close) struct journal *journal = opened();
	struct error e = { 0 };

	(void)state;
	add(journal, start("C-20261123-01"));
	add(journal, json_pack("{s:s, s:s, s:s, s:s}", "type", "change_intent", "change", "C-20261123-01", "host", "a",
			     "act", "reinstall"));
	assert_int_equal(journal_change(path, NULL, &past, &e), -1);
	assert_non_null(strstr(e.cause, "line 2"));
}

static void a_broken_journal_gives_no_past(void **state)
{
	OWN_VALUE(change_past_done) struct change_past past = { 0 };
	struct error e = { 0 };

	(void)state;
	make_history();
	struct bytes bytes = contents();
	bytes.data[bytes.len / 2] ^= 1;
	put(bytes.data, bytes.len);
	assert_int_equal(journal_change(path, NULL, &past, &e), -1);
	assert_non_null(strstr(e.cause, "not as it was written"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_directory, remove_directory)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(entries_come_back_in_order_numbered_timed_and_chained),
		TEST(the_hash_is_the_one_that_the_header_describes),
		TEST(the_file_is_private_whatever_the_umask),
		TEST(what_is_no_file_is_refused),
		TEST(no_journal_is_an_empty_one_to_read),
		TEST(a_second_writer_is_refused_and_readers_are_not),
		TEST(every_wrong_byte_is_found),
		TEST(every_added_byte_is_found),
		TEST(every_line_removed_added_or_moved_is_found),
		TEST(a_file_cut_anywhere_keeps_its_whole_lines_and_goes_on),
		TEST(a_full_disk_leaves_the_journal_as_it_was_and_the_next_entry_fits),
		TEST(an_entry_that_is_too_long_or_missing_is_an_error_and_no_line),
		TEST(a_line_longer_than_any_is_damage),
		TEST(a_number_that_does_not_follow_is_found),
		TEST(entries_of_many_threads_make_one_chain),
		TEST(what_was_acknowledged_survives_a_kill),
		TEST(changes_of_a_day_are_numbered_also_by_the_next_process),
		TEST(a_change_is_read_host_by_host),
		TEST(what_comes_after_it_makes_an_outcome_unknown_again),
		TEST(the_last_result_of_a_host_counts),
		TEST(a_change_is_found_by_a_unique_beginning),
		TEST(an_act_of_another_version_is_not_ignored),
		TEST(a_broken_journal_gives_no_past),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
