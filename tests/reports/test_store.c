/* The store: what was acknowledged is there afterwards, and what is not known to be over is never called complete. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "record.h"
#include "sample.h"
#include "sql.h"
#include "store.h"
#include "store_file.h"

static char directory[64], path[96];

static int make_directory(void **state)
{
	(void)state;
	snprintf(directory, sizeof(directory), "/tmp/test_store.XXXXXX");
	assert_non_null(mkdtemp(directory));
	snprintf(path, sizeof(path), "%s/state/store.db", directory);
	return 0;
}

static int remove_directory(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s", directory);
	return system(command);
}

static struct store *open_store(void)
{
	struct error e = { 0 };
	struct store *store = store_open(path, &e);

	if (!store)
		fail_msg("%s", e.cause);
	return store;
}

static void must(int rc, const struct error *e)
{
	if (rc < 0)
		fail_msg("%s", e->cause);
}

static const char *const hosts[] = { "a.example", "b.example", "c.example" };

static void begin_run(struct store *store, char id[27])
{
	json_t *meta = json_pack("{s:s}", "version", "1");
	struct error e = { 0 };

	must(store_run_begin(store, meta, hosts, COUNT(hosts), id, &e), &e);
	json_decref(meta);
}

static int put(struct store *store, const char *run, const char *name, enum verdict verdict, struct error *e)
{
	OWN(sample_free) struct sample *sample = sample_new(name, verdict);
	json_t *record = record_of(run, sample->result), *evidence = evidence_of(sample->result);
	int rc = store_put(store, run, record, evidence, e);

	json_decref(record);
	json_decref(evidence);
	return rc;
}

static void put_all(struct store *store, const char *run)
{
	struct error e = { 0 };

	must(put(store, run, "b.example", VERDICT_HEALTHY, &e), &e);
	must(put(store, run, "c.example", VERDICT_HEALTHY, &e), &e);
	must(put(store, run, "a.example", VERDICT_UNKNOWN, &e), &e);
}

static void expect_run(struct store *store, const char *run, const char *state, unsigned done, bool ended)
{
	OWN_VALUE(run_info_done) struct run_info info = { 0 };
	struct error e = { 0 };

	must(store_run(store, run, &info, &e), &e);
	assert_string_equal(info.state, state);
	assert_int_equal(info.total, COUNT(hosts));
	assert_int_equal(info.done, done);
	assert_int_equal(info.ended != UNSEEN, ended);
	assert_string_equal(json_string_value(json_object_get(info.meta, "version")), "1");
}

static int add_name(void *context, json_t *record, json_t *evidence)
{
	const char *name = json_string_value(json_object_get(json_object_get(record, "host"), "name"));

	strncat(context, name, 1);
	if (evidence)
		strcat(context, "+");
	return 0;
}

static int add_host(void *context, const char *host)
{
	strncat(context, host, 1);
	return 0;
}

static void a_finished_run_reads_as_complete_after_reopening(void **state)
{
	OWN(store_close) struct store *store = open_store();
	struct error e = { 0 };
	char run[27];

	(void)state;
	begin_run(store, run);
	expect_run(store, NULL, "running", 0, false);
	put_all(store, run);
	must(store_run_end(store, run, 0, &e), &e);
	store_close(TAKE(store));
	store = open_store();
	expect_run(store, run, "complete", 3, true);
}

static void a_run_without_an_end_is_partial(void **state)
{
	struct store *store = open_store();
	struct error e = { 0 };
	char run[27], pending[8] = "";

	(void)state;
	begin_run(store, run);
	must(put(store, run, "b.example", VERDICT_HEALTHY, &e), &e);
	store_close(store);
	store = open_store();
	expect_run(store, run, "partial", 1, false);
	must(store_pending(store, run, add_host, pending, &e), &e);
	assert_string_equal(pending, "ac");
	store_close(store);
}

static void an_interrupted_run_is_partial_and_ended(void **state)
{
	OWN(store_close) struct store *store = open_store();
	struct error e = { 0 };
	char run[27];

	(void)state;
	begin_run(store, run);
	put_all(store, run);
	must(store_run_end(store, run, 1, &e), &e);
	expect_run(store, run, "partial", 3, true);
}

static void a_run_that_lacks_hosts_is_not_complete_whoever_says_so(void **state)
{
	OWN(store_close) struct store *store = open_store();
	struct error e = { 0 };
	char run[27];

	(void)state;
	begin_run(store, run);
	must(put(store, run, "b.example", VERDICT_HEALTHY, &e), &e);
	must(store_run_end(store, run, 0, &e), &e);
	expect_run(store, run, "partial", 1, true);
}

static void a_partial_run_can_be_continued_and_a_complete_one_cannot(void **state)
{
	OWN(store_close) struct store *store = open_store();
	struct error e = { 0 };
	char run[27];

	(void)state;
	begin_run(store, run);
	must(store_run_end(store, run, 1, &e), &e);
	must(store_run_continue(store, run, &e), &e);
	expect_run(store, run, "running", 0, false);
	put_all(store, run);
	must(store_run_end(store, run, 0, &e), &e);
	expect_run(store, run, "complete", 3, true);
	assert_int_equal(store_run_continue(store, run, &e), -1);
	assert_non_null(strstr(e.cause, "complete"));
	error_clear(&e);
	assert_int_equal(store_run_continue(store, "01ARZ3NDEKTSV4RRFFQ69G5FAV", &e), -1);
	assert_non_null(strstr(e.cause, "no run"));
}

static void one_run_at_a_time_is_written(void **state)
{
	OWN(store_close) struct store *first = open_store();
	OWN(store_close) struct store *second = open_store();
	struct error e = { 0 };
	char run[27], other[27];
	json_t *meta = json_object();

	(void)state;
	begin_run(first, run);
	assert_int_equal(store_run_begin(second, meta, hosts, COUNT(hosts), other, &e), -1);
	assert_int_equal(e.kind, ERROR_LOCAL);
	assert_true(e.has_code && e.code == EWOULDBLOCK);
	expect_run(second, run, "running", 0, false);
	error_clear(&e);
	assert_int_equal(store_run_continue(second, run, &e), -1);
	assert_true(e.has_code && e.code == EWOULDBLOCK);
	error_clear(&e);
	must(store_run_end(first, run, 1, &e), &e);
	must(store_run_begin(second, meta, hosts, COUNT(hosts), other, &e), &e);
	expect_run(first, run, "partial", 0, true);
	json_decref(meta);
}

static void a_dead_run_is_partial_while_another_one_runs(void **state)
{
	OWN(store_close) struct store *store = open_store();
	char dead[27], run[27];

	(void)state;
	begin_run(store, dead);
	store_close(TAKE(store));
	store = open_store();
	begin_run(store, run);
	OWN(store_close) struct store *reader = open_store();
	expect_run(reader, dead, "partial", 0, false);
	expect_run(reader, run, "running", 0, false);
}

static void records_come_in_the_order_that_was_asked_for(void **state)
{
	static const struct {
		const char *about;
		enum store_order order;
		int with_evidence;
		const char *expect;
	} cases[] = {
		{ "by verdict, worst first, then by name", STORE_BY_VERDICT, 0, "abc" },
		{ "by name", STORE_BY_NAME, 0, "abc" },
		{ "as finished", STORE_AS_FINISHED, 0, "cba" },
		{ "with evidence", STORE_AS_FINISHED, 1, "c+b+a+" },
	};
	OWN(store_close) struct store *store = open_store();
	struct error e = { 0 };
	char run[27];

	(void)state;
	begin_run(store, run);
	must(put(store, run, "c.example", VERDICT_HEALTHY, &e), &e);
	must(put(store, run, "b.example", VERDICT_UNKNOWN, &e), &e);
	must(put(store, run, "a.example", VERDICT_AFFECTED, &e), &e);
	FOR_EACH(c, cases) {
		char seen[16] = "";
		must(store_records(store, run, c->order, c->with_evidence, add_name, seen, &e), &e);
		if (strcmp(seen, c->expect))
			fail_msg("%s: %s", c->about, seen);
	}
}

static void a_record_comes_back_as_it_went_in(void **state)
{
	OWN(store_close) struct store *store = open_store();
	OWN(sample_free) struct sample *sample = sample_new("b.example", VERDICT_VSS_FAULT);
	json_t *record, *evidence, *found = NULL, *beside = NULL;
	struct error e = { 0 };
	char run[27];

	(void)state;
	begin_run(store, run);
	record = record_of(run, sample->result);
	evidence = evidence_of(sample->result);
	must(store_put(store, run, record, evidence, &e), &e);
	must(store_record(store, run, "B.Example", &found, &beside, &e), &e);
	assert_true(json_equal(record, found) && json_equal(evidence, beside));
	assert_int_equal(store_record(store, run, "d.example", &record, &evidence, &e), -1);
	json_decref(record);
	json_decref(evidence);
	json_decref(found);
	json_decref(beside);
}

static void a_second_result_replaces_the_first(void **state)
{
	OWN(store_close) struct store *store = open_store();
	struct error e = { 0 };
	char run[27], seen[16] = "";

	(void)state;
	begin_run(store, run);
	must(put(store, run, "b.example", VERDICT_UNKNOWN, &e), &e);
	must(put(store, run, "b.example", VERDICT_HEALTHY, &e), &e);
	must(store_records(store, run, STORE_BY_NAME, 0, add_name, seen, &e), &e);
	assert_string_equal(seen, "b");
}

static void a_host_that_is_not_of_the_run_is_refused(void **state)
{
	OWN(store_close) struct store *store = open_store();
	struct error e = { 0 };
	char run[27];

	(void)state;
	begin_run(store, run);
	assert_int_equal(put(store, run, "stranger.example", VERDICT_HEALTHY, &e), -1);
}

static int count_run(void *context, const struct run_info *info)
{
	strcat(context, info->id);
	return 0;
}

static void runs_are_found_by_prefix_and_listed_newest_first(void **state)
{
	OWN(store_close) struct store *store = open_store();
	struct error e = { 0 };
	OWN_VALUE(run_info_done) struct run_info info = { 0 };
	char first[27], second[27], prefix[27], seen[64] = "", expect[64];

	(void)state;
	assert_int_equal(store_run(store, NULL, &info, &e), -1);
	error_clear(&e);
	begin_run(store, first);
	must(store_run_end(store, first, 1, &e), &e);
	begin_run(store, second);
	must(store_runs(store, count_run, seen, &e), &e);
	snprintf(expect, sizeof(expect), "%s%s", second, first);
	assert_string_equal(seen, expect);
	for (int i = 0; i < 26; i++)
		prefix[i] = (char)(first[i] | 0x20); /* letters in lower case, digits stay */
	prefix[25] = '\0';
	must(store_run(store, prefix, &info, &e), &e);
	assert_string_equal(info.id, first);
	prefix[3] = '\0'; /* the same years */
	run_info_done(&info);
	assert_int_equal(store_run(store, prefix, &info, &e), -1);
	assert_non_null(strstr(e.cause, "several"));
	error_clear(&e);
	assert_int_equal(store_run(store, "%", &info, &e), -1);
}

static void the_file_is_private_whatever_the_umask(void **state)
{
	static const mode_t umasks[] = { 0, 022, 0377 };
	struct stat st;
	char name[160], run[27];

	(void)state;
	FOR_EACH(mask, umasks) {
		mode_t before = umask(*mask);
		struct store *store = open_store();
		begin_run(store, run);
		umask(before);
		static const char *const suffixes[] = { "", "-wal", "-shm", ".lock" };
		FOR_EACH(suffix, suffixes) {
			snprintf(name, sizeof(name), "%s%s", path, *suffix);
			assert_int_equal(stat(name, &st), 0);
			if ((st.st_mode & 07777) != 0600)
				fail_msg("umask %o: %s has mode %o", *mask, name, st.st_mode & 07777);
		}
		snprintf(name, sizeof(name), "%s/state", directory);
		assert_int_equal(stat(name, &st), 0);
		assert_int_equal(st.st_mode & 07777, 0700);
		store_close(store);
		remove_directory(NULL);
		assert_int_equal(mkdir(directory, 0700), 0);
	}
}

static void expect_refused(const char *about, const char *word)
{
	struct error e = { 0 };
	struct store *store = store_open(path, &e);

	if (store || !strstr(e.cause, word))
		fail_msg("%s: %s", about, store ? "opened" : e.cause);
}

static void run_sql(const char *statements)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, statements, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

static void files_that_are_not_ours_are_refused_and_left_alone(void **state)
{
	char other[128];

	(void)state;
	store_close(open_store());
	run_sql("PRAGMA user_version = 99");
	expect_refused("a newer version", "format 99");
	run_sql("PRAGMA user_version = -7");
	expect_refused("a version that nobody wrote", "format -7");
	unlink(path);
	run_sql("CREATE TABLE theirs (x); INSERT INTO theirs VALUES (1)");
	expect_refused("a database of another program", "not a store");
	unlink(path);
	FILE *f = fopen(path, "w");
	for (int i = 0; i < 100; i++)
		fputs("this is a diary, not a database\n", f);
	fclose(f);
	expect_refused("a text file", "not a store");
	snprintf(other, sizeof(other), "%s.real", path);
	rename(path, other);
	assert_int_equal(symlink(other, path), 0);
	expect_refused("a symbolic link", "symbolic link");
	unlink(path);
	assert_int_equal(mkdir(path, 0700), 0);
	expect_refused("a directory", "");
	rmdir(path);
	snprintf(other, sizeof(other), "%s/state", directory);
	chmod(other, 0777);
	expect_refused("a directory that others can write to", "other users");
}

static void an_older_file_is_copied_and_migrated(void **state)
{
	static const char *const steps[] = { "CREATE TABLE t (x); INSERT INTO t VALUES ('old')",
		"ALTER TABLE t ADD COLUMN y DEFAULT 'new'", "INSERT INTO missing VALUES (1)" };
	char backup[128];
	struct error e = { 0 };
	struct stat st;
	int64_t count;
	OWN(sqlite3_close) sqlite3 *db = NULL, *copy = NULL;

	(void)state;
	store_close(open_store());
	unlink(path);
	snprintf(backup, sizeof(backup), "%s.v1.bak", path);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	must(sql_migrate(db, steps, 1, &e), &e);
	assert_int_equal(stat(backup, &st), -1);
	must(sql_migrate(db, steps, 2, &e), &e);
	must(sql_number(db, "SELECT count(*) FROM t WHERE y = 'new'", &count, &e), &e);
	assert_int_equal(count, 1);
	assert_int_equal(stat(backup, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(sqlite3_open(backup, &copy), SQLITE_OK);
	must(sql_number(copy, "SELECT count(*) FROM pragma_table_info('t')", &count, &e), &e);
	assert_int_equal(count, 1);
	assert_int_equal(sql_migrate(db, steps, 3, &e), -1);
	error_clear(&e);
	must(sql_number(db, "PRAGMA user_version", &count, &e), &e);
	assert_int_equal(count, 2);
	must(sql_migrate(db, steps, 2, &e), &e);
	assert_int_equal(sql_migrate(db, steps, 1, &e), -1);
}

static void a_batch_is_stored_without_being_asked_for(void **state)
{
	OWN(store_close) struct store *store = open_store();
	OWN(store_close) struct store *reader = open_store();
	OWN_VALUE(run_info_done) struct run_info info = { 0 };
	struct error e = { 0 };
	char run[27];

	(void)state;
	begin_run(store, run);
	for (int i = 0; i < STORE_BATCH; i++)
		must(put(store, run, hosts[0], VERDICT_HEALTHY, &e), &e);
	must(store_run(reader, run, &info, &e), &e);
	assert_int_equal(info.done, 1);
}

/* Writes batches and tells of each that was acknowledged, until it is killed. */
static void write_until_killed(int told)
{
	enum { MANY = 20000 };
	static char names[MANY][24];
	static const char *list[MANY];
	struct error e = { 0 };
	char run[27];
	json_t *meta = json_object();
	OWN(store_close) struct store *store = store_open(path, &e);

	for (int i = 0; i < MANY; i++) {
		snprintf(names[i], sizeof(names[i]), "h%05d.example", i);
		list[i] = names[i];
	}
	if (!store || store_run_begin(store, meta, list, MANY, run, &e) < 0)
		_exit(1);
	for (int i = 0; i < MANY; i++) {
		if (put(store, run, names[i], VERDICT_HEALTHY, &e) < 0)
			_exit(1);
		int acknowledged = i + 1;
		if (acknowledged % STORE_BATCH)
			continue;
		if (store_flush(store, &e) < 0 ||
			write(told, &acknowledged, sizeof(acknowledged)) != sizeof(acknowledged))
			_exit(1);
	}
	_exit(0);
}

static void what_was_acknowledged_survives_a_kill(void **state)
{
	(void)state;
	for (int batches = 1; batches <= 16; batches *= 2) {
		int told[2], acknowledged = 0, more, status;
		assert_int_equal(pipe(told), 0);
		pid_t child = fork();
		if (!child)
			write_until_killed(told[1]);
		close(told[1]);
		for (int i = 0; i < batches; i++)
			assert_int_equal(read(told[0], &acknowledged, sizeof(acknowledged)), sizeof(acknowledged));
		kill(child, SIGKILL);
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFSIGNALED(status));
		while (read(told[0], &more, sizeof(more)) == sizeof(more))
			acknowledged = more;
		close(told[0]);
		OWN(store_close) struct store *store = open_store();
		OWN_VALUE(run_info_done) struct run_info info = { 0 };
		struct error e = { 0 };
		must(store_run(store, NULL, &info, &e), &e);
		assert_string_equal(info.state, "partial");
		assert_true(info.done >= (unsigned)acknowledged);
	}
}

/* A limit on the file's size stands for a disk that is full: the write fails in the same place. */
static void fill_the_disk(int told)
{
	struct rlimit limit = { 400 * 1024, 400 * 1024 };
	struct error e = { 0 };
	char run[27];
	json_t *meta = json_object();
	OWN(store_close) struct store *store = store_open(path, &e);
	int acknowledged = 0;

	signal(SIGXFSZ, SIG_IGN);
	if (!store || store_run_begin(store, meta, hosts, COUNT(hosts), run, &e) < 0 ||
		put(store, run, hosts[0], VERDICT_HEALTHY, &e) < 0 || store_flush(store, &e) < 0)
		_exit(1);
	setrlimit(RLIMIT_FSIZE, &limit);
	for (int i = 0; i < 1000 && !acknowledged; i++)
		if (put(store, run, hosts[1], VERDICT_HEALTHY, &e) < 0 || store_flush(store, &e) < 0)
			acknowledged = i;
	if (!strstr(e.cause, path) || write(told, &acknowledged, sizeof(acknowledged)) != sizeof(acknowledged))
		_exit(2);
	e = (struct error){ 0 };
	store_run_end(store, run, 0, &e); /* it must not become complete */
	store_close(TAKE(store));
	_exit(0);
}

static void a_full_disk_is_an_error_and_what_was_stored_stays(void **state)
{
	int told[2], acknowledged = 0, status;

	(void)state;
	assert_int_equal(pipe(told), 0);
	pid_t child = fork();
	if (!child)
		fill_the_disk(told[1]);
	close(told[1]);
	assert_int_equal(read(told[0], &acknowledged, sizeof(acknowledged)), sizeof(acknowledged));
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	assert_true(acknowledged > 0);
	close(told[0]);
	OWN(store_close) struct store *store = open_store();
	OWN_VALUE(run_info_done) struct run_info info = { 0 };
	struct error e = { 0 };
	must(store_run(store, NULL, &info, &e), &e);
	assert_string_equal(info.state, "partial");
	assert_int_equal(info.done, 2);
}

static void a_store_in_memory_does_the_same(void **state)
{
	struct error e = { 0 };
	OWN(store_close) struct store *store = store_open(":memory:", &e);
	char run[27];

	(void)state;
	assert_non_null(store);
	begin_run(store, run);
	expect_run(store, run, "running", 0, false);
	put_all(store, run);
	must(store_run_end(store, run, 0, &e), &e);
	expect_run(store, NULL, "complete", 3, true);
}

static void put_look(struct store *store, int64_t time, bool provoked)
{
	OWN(sample_free) struct sample *sample = sample_new("b.example", VERDICT_AFFECTED);
	struct facts *facts = &sample->result->facts;
	struct error e = { 0 };
	char run[27];

	begin_run(store, run);
	sample->result->checked_at = time;
	sample->result->duration_ms = 20000;
	facts->environment.clock_skew_s = 3600;
	facts->environment.skew_seen = true;
	for (size_t i = 0; i < facts->events.count; i++)
		facts->events.event[i].live = provoked;
	json_t *record = record_of(run, sample->result), *evidence = evidence_of(sample->result);
	must(store_put(store, run, record, evidence, &e), &e);
	must(store_run_end(store, run, 0, &e), &e);
	json_decref(record);
	json_decref(evidence);
}

static void looks_that_provoked_events_are_remembered_by_the_clock_of_the_host(void **state)
{
	OWN(store_close) struct store *store = open_store();
	OWN_VALUE(last_good_done) struct last_good good = { 0 };
	int64_t now = time(NULL);
	struct error e = { 0 };

	(void)state;
	put_look(store, now - 86400, true);
	put_look(store, now - 3600, false);
	must(store_last_good(store, "b.example", now, &good, &e), &e);
	assert_int_equal(good.look_count, 1);
	assert_in_range(now - 86400 + 3600 - 20, good.look[0].from, good.look[0].from + 5);
	assert_in_range(good.look[0].to, now - 86400 + 3600, now - 86400 + 3600 + 5);
}

static void put_at(struct store *store, enum verdict verdict, int64_t time, int state)
{
	OWN(sample_free) struct sample *sample = sample_new("b.example", verdict);
	struct error e = { 0 };
	char run[27];

	begin_run(store, run);
	sample->result->checked_at = time;
	for (size_t i = 0; i < sample->result->facts.vss.count; i++)
		sample->result->facts.vss.writer[i].state = state;
	json_t *record = record_of(run, sample->result), *evidence = evidence_of(sample->result);
	must(store_put(store, run, record, evidence, &e), &e);
	must(store_run_end(store, run, 0, &e), &e);
	json_decref(record);
	json_decref(evidence);
}

static void the_last_good_writers_are_remembered(void **state)
{
	enum { HOUR = 3600, DAY = 24 * HOUR };
	OWN(store_close) struct store *store = open_store();
	int64_t now = time(NULL);
	struct last_good good;
	struct error e = { 0 };

	(void)state;
	must(store_last_good(store, "b.example", now, &good, &e), &e);
	assert_true(good.time == UNSEEN && good.waiting_since == UNSEEN && !good.count);
	last_good_done(&good);

	put_at(store, VERDICT_HEALTHY, now - 3 * DAY, 1);
	put_at(store, VERDICT_BUSY, now - 2 * DAY, 1);
	put_at(store, VERDICT_VSS_FAULT, now - DAY - HOUR, 5);
	put_at(store, VERDICT_UNREACHABLE, now - DAY, 1);
	put_at(store, VERDICT_BUSY, now - HOUR, 5);
	must(store_last_good(store, "b.example", now, &good, &e), &e);
	assert_int_equal(good.time, now - 3 * DAY);
	assert_true(good.count > 2 && *good.writer[0].name && strlen(good.writer[0].id) == 36);
	assert_int_equal(good.waiting_since, now - DAY - HOUR);
	last_good_done(&good);

	put_at(store, VERDICT_HEALTHY, now - HOUR / 2, 1);
	must(sql_exec(store->db,
		     "UPDATE host_result SET record = substr(record, 1, 99) WHERE seq = (SELECT max(seq) FROM "
		     "host_result)",
		     &e),
		&e);
	must(store_last_good(store, "b.example", now, &good, &e), &e);
	assert_int_equal(good.damaged, 1);
	assert_int_equal(good.time, now - 3 * DAY); /* the set before it is missed */
	last_good_done(&good);

	must(store_last_good(store, "b.example", now + 31 * DAY, &good, &e), &e);
	assert_true(good.time == UNSEEN && !good.count);
	last_good_done(&good);
	must(store_last_good(store, "d.example", now, &good, &e), &e);
	assert_true(good.time == UNSEEN);
	last_good_done(&good);
}

int main(void)
{
#define IN_DIRECTORY(test) cmocka_unit_test_setup_teardown(test, make_directory, remove_directory)
	const struct CMUnitTest tests[] = {
		IN_DIRECTORY(a_finished_run_reads_as_complete_after_reopening),
		IN_DIRECTORY(a_run_without_an_end_is_partial),
		IN_DIRECTORY(an_interrupted_run_is_partial_and_ended),
		IN_DIRECTORY(a_run_that_lacks_hosts_is_not_complete_whoever_says_so),
		IN_DIRECTORY(a_partial_run_can_be_continued_and_a_complete_one_cannot),
		IN_DIRECTORY(one_run_at_a_time_is_written),
		IN_DIRECTORY(a_dead_run_is_partial_while_another_one_runs),
		IN_DIRECTORY(records_come_in_the_order_that_was_asked_for),
		IN_DIRECTORY(a_record_comes_back_as_it_went_in),
		IN_DIRECTORY(the_last_good_writers_are_remembered),
		IN_DIRECTORY(looks_that_provoked_events_are_remembered_by_the_clock_of_the_host),
		IN_DIRECTORY(a_second_result_replaces_the_first),
		IN_DIRECTORY(a_host_that_is_not_of_the_run_is_refused),
		IN_DIRECTORY(runs_are_found_by_prefix_and_listed_newest_first),
		IN_DIRECTORY(the_file_is_private_whatever_the_umask),
		IN_DIRECTORY(files_that_are_not_ours_are_refused_and_left_alone),
		IN_DIRECTORY(an_older_file_is_copied_and_migrated),
		IN_DIRECTORY(a_batch_is_stored_without_being_asked_for),
		IN_DIRECTORY(what_was_acknowledged_survives_a_kill),
		IN_DIRECTORY(a_full_disk_is_an_error_and_what_was_stored_stays),
		cmocka_unit_test(a_store_in_memory_does_the_same),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
