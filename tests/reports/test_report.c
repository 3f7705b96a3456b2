/* Reports: a file is there as a whole or not at all, every host of the run is in it, and a run that was cut shows it.
 */
#include <errno.h>
#include <fcntl.h>
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

#include "ndjson.h"
#include "record.h"
#include "report.h"
#include "sample.h"

enum end { COMPLETE, INTERRUPTED, CUT, RUNNING };

static const char *const hosts[] = { "a.example", "b.example", "c.example" };
static const struct report_options options = { .lang = "en", .csv_delimiter = ',' };
static char directory[64];
static struct store *store;
static struct run_info run;

static int make_directory(void **state)
{
	(void)state;
	snprintf(directory, sizeof(directory), "/tmp/test_report.XXXXXX");
	assert_non_null(mkdtemp(directory));
	return 0;
}

static int remove_directory(void **state)
{
	char command[128];

	(void)state;
	run_info_done(&run);
	store_close(TAKE(store));
	snprintf(command, sizeof(command), "rm -rf %s", directory);
	return system(command);
}

static void must(int rc, const struct error *e)
{
	if (rc < 0)
		fail_msg("%s", e->cause);
}

static void put(const char *id, size_t host, enum verdict verdict)
{
	OWN(sample_free) struct sample *sample = sample_new(hosts[host], verdict);
	json_t *record = record_of(id, sample->result), *evidence = evidence_of(sample->result);
	struct error e = { 0 };

	must(store_put(store, id, record, evidence, &e), &e);
	json_decref(record);
	json_decref(evidence);
}

/* Of three hosts the last has a result only if the run is complete. */
static void make_run(enum end end)
{
	char id[27], path[96];
	struct error e = { 0 };
	json_t *meta = json_pack("{s:s}", "version", "1");

	snprintf(path, sizeof(path), "%s/store.db", directory);
	assert_non_null(store = store_open(path, &e));
	must(store_run_begin(store, meta, hosts, COUNT(hosts), id, &e), &e);
	put(id, 1, VERDICT_HEALTHY);
	put(id, 0, VERDICT_AFFECTED);
	if (end == COMPLETE)
		put(id, 2, VERDICT_VSS_FAULT);
	if (end == COMPLETE || end == INTERRUPTED)
		must(store_run_end(store, id, end == INTERRUPTED, &e), &e);
	if (end == CUT) {
		store_close(store);
		assert_non_null(store = store_open(path, &e));
	}
	must(store_run(store, id, &run, &e), &e);
	json_decref(meta);
}

static char *in_directory(const char *name)
{
	char *path = NULL;

	assert_true(asprintf(&path, "%s/%s", directory, name) > 0);
	return path;
}

static char *contents(const char *name)
{
	OWN(own_free) char *path = in_directory(name);
	char *text = NULL;
	size_t room = 0;
	FILE *f = fopen(path, "r");

	if (!f)
		return NULL;
	if (getdelim(&text, &room, '\0', f) < 0)
		*text = '\0';
	fclose(f);
	return text;
}

static bool exists(const char *name)
{
	OWN(own_free) char *path = in_directory(name);
	struct stat st;

	return lstat(path, &st) == 0;
}

static void write_text(const char *name, const char *text)
{
	OWN(own_free) char *path = in_directory(name);
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static void every_format_writes_its_files_privately(void **state)
{
	static const char *const names[] = { "html", "csv", "ndjson", "json" };
	OWN(own_free) char *path = in_directory("new/reports");
	struct error e = { 0 };
	struct stat st;

	(void)state;
	make_run(COMPLETE);
	mode_t before = umask(0);
	FOR_EACH(name, names) {
		const struct report_format *format = report_format(*name);
		assert_non_null(format);
		assert_non_null(strstr(report_format_names(), *name));
		must(report_to_directory(format, store, &run, path, &options, &e), &e);
		for (size_t n = 0; format->files[n]; n++) {
			OWN(own_free) char *file = NULL;
			assert_true(asprintf(&file, "%s/%s", path, format->files[n]) > 0);
			assert_int_equal(stat(file, &st), 0);
			assert_int_equal(st.st_mode & 07777, 0600);
			assert_true(st.st_size > 0);
		}
	}
	umask(before);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	assert_null(report_format("pdf"));
}

struct ndjson_lines {
	unsigned start, host, end;
};

static struct ndjson_lines read_lines(char *text)
{
	struct ndjson_lines lines = { 0 };

	for (char *save, *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		json_t *object = json_loads(line, 0, NULL);
		if (!object)
			fail_msg("not JSON: %s", line);
		const char *type = json_string_value(json_object_get(object, "type"));
		assert_string_equal(json_string_value(json_object_get(object, "schema")), "vssfleet/1");
		assert_string_equal(json_string_value(json_object_get(object, "run")), run.id);
		if (lines.end)
			fail_msg("a line after run_end: %s", line);
		lines.start += !strcmp(type, "run_start");
		lines.host += !strcmp(type, "host");
		lines.end += !strcmp(type, "run_end");
		if (!strcmp(type, "run_end"))
			assert_string_equal(json_string_value(json_object_get(object, "state")), run.state);
		json_decref(object);
	}
	return lines;
}

static void ndjson_has_a_line_for_each_host_and_an_end_if_the_run_had_one(void **state)
{
	static const struct {
		const char *about;
		enum end end;
		unsigned hosts, ends;
	} cases[] = {
		{ "complete", COMPLETE, 3, 1 },
		{ "interrupted: what was never begun is there, unchecked", INTERRUPTED, 3, 1 },
		{ "cut: no end", CUT, 3, 0 },
		{ "running: what is to come is not there yet", RUNNING, 2, 0 },
	};
	struct error e = { 0 };

	(void)state;
	FOR_EACH(c, cases) {
		make_run(c->end);
		must(report_to_directory(report_format("ndjson"), store, &run, directory, &options, &e), &e);
		OWN(own_free) char *text = contents("results.ndjson");
		struct ndjson_lines lines = read_lines(text);
		if (lines.start != 1 || lines.host != c->hosts || lines.end != c->ends)
			fail_msg("%s: %u %u %u", c->about, lines.start, lines.host, lines.end);
		remove_directory(NULL);
		make_directory(NULL);
	}
}

static void json_is_one_document_with_every_host(void **state)
{
	struct error e = { 0 };

	(void)state;
	make_run(INTERRUPTED);
	must(report_to_directory(report_format("json"), store, &run, directory, &options, &e), &e);
	OWN(own_free) char *text = contents("results.json");
	json_t *document = json_loads(text, 0, NULL), *found = NULL, *evidence = NULL;
	const json_t *list = json_object_get(document, "hosts");
	assert_int_equal(json_array_size(list), 3);
	assert_string_equal(json_string_value(json_object_get(json_object_get(document, "run"), "state")), "partial");
	must(store_record(store, run.id, "a.example", &found, &evidence, &e), &e);
	assert_true(json_equal(found, json_array_get(list, 0)));
	const json_t *late = json_array_get(list, 2);
	assert_string_equal(json_string_value(json_object_get(late, "verdict")), "unreachable");
	json_decref(found);
	json_decref(evidence);
	json_decref(document);
}

static void csv_has_a_mark_in_a_file_and_none_in_a_pipe(void **state)
{
	OWN(own_free) char *file = in_directory("out.csv"), *fifo = in_directory("pipe");
	char bytes[64 * 1024];
	struct error e = { 0 };

	(void)state;
	make_run(COMPLETE);
	must(report_to_file(report_format("csv"), store, &run, file, &options, &e), &e);
	OWN(own_free) char *text = contents("out.csv");
	assert_int_equal(strncmp(text, "\xef\xbb\xbf\"run\",\"host\",", 16), 0);
	assert_int_equal(mkfifo(fifo, 0600), 0);
	int reader = open(fifo, O_RDONLY | O_NONBLOCK);
	must(report_to_file(report_format("csv"), store, &run, fifo, &options, &e), &e);
	ssize_t len = read(reader, bytes, sizeof(bytes));
	close(reader);
	assert_true(len > 13);
	assert_int_equal(strncmp(bytes, "\"run\",\"host\",", 13), 0);
	assert_int_equal(strlen(text), len + 3);
}

static void local_times_are_of_this_machine(void **state)
{
	struct error e = { 0 };

	(void)state;
	setenv("TZ", "Asia/Tokyo", 1);
	tzset();
	make_run(COMPLETE);
	must(report_to_directory(report_format("csv"), store, &run, directory, &options, &e), &e);
	OWN(own_free) char *text = contents("hosts.csv");
	assert_non_null(strstr(text, "\"2026-11-22T12:05:41Z\",\"2026-11-22 21:05:41\""));
}

static void leftovers_of_dead_processes_are_removed(void **state)
{
	OWN(own_free) char *alive = NULL, *dead = NULL;
	struct error e = { 0 };

	(void)state;
	make_run(COMPLETE);
	pid_t child = fork();
	if (!child)
		_exit(0);
	assert_int_equal(waitpid(child, NULL, 0), child);
	assert_true(asprintf(&dead, "results.ndjson.tmp.%d", child) > 0);
	assert_true(asprintf(&alive, "results.ndjson.tmp.%d", getppid()) > 0);
	write_text(dead, "half");
	write_text(alive, "half");
	write_text("results.ndjson.tmp.x", "not ours");
	must(report_to_directory(report_format("ndjson"), store, &run, directory, &options, &e), &e);
	assert_false(exists(dead));
	assert_true(exists(alive));
	assert_true(exists("results.ndjson.tmp.x"));
}

static void a_link_in_the_place_of_a_report_is_replaced_and_not_followed(void **state)
{
	OWN(own_free) char *victim = in_directory("victim"), *link = in_directory("report.html");
	struct error e = { 0 };
	struct stat st;

	(void)state;
	make_run(COMPLETE);
	write_text("victim", "precious");
	assert_int_equal(symlink(victim, link), 0);
	must(report_to_directory(report_format("html"), store, &run, directory, &options, &e), &e);
	OWN(own_free) char *kept = contents("victim");
	assert_string_equal(kept, "precious");
	assert_int_equal(lstat(link, &st), 0);
	assert_true(S_ISREG(st.st_mode));
}

/* In a child, for a limit on the size of files cannot be taken back; it fails where a full disk would. */
static int write_limited(const struct report_format *format, rlim_t bytes)
{
	struct rlimit limit = { bytes, bytes };
	struct error e = { 0 };

	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &limit);
	int rc = report_to_directory(format, store, &run, directory, &options, &e);
	if (rc == 0)
		return 0;
	return strstr(e.cause, format->files[0]) && strstr(e.cause, strerror(EFBIG)) ? 1 : 2;
}

static void a_full_disk_leaves_the_old_report_whole(void **state)
{
	static const char *const names[] = { "html", "csv", "ndjson", "json" };

	(void)state;
	make_run(COMPLETE);
	FOR_EACH(name, names) {
		const struct report_format *format = report_format(*name);
		static const rlim_t limits[] = { 0, 100, 1000 };
		write_text(format->files[0], "the old report");
		FOR_EACH(limit, limits) {
			OWN(own_free) char *temporary = NULL;
			int status;
			pid_t child = fork();
			if (!child)
				_exit(write_limited(format, *limit));
			assert_int_equal(waitpid(child, &status, 0), child);
			OWN(own_free) char *text = contents(format->files[0]);
			assert_true(asprintf(&temporary, "%s.tmp.%d", format->files[0], child) > 0);
			if (!WIFEXITED(status) || WEXITSTATUS(status) != 1 || strcmp(text, "the old report") ||
				exists(temporary))
				fail_msg("%s with %lu bytes: status %x", *name, (unsigned long)*limit, status);
		}
	}
}

static void a_device_that_is_full_is_an_error(void **state)
{
	static const char *const names[] = { "html", "csv", "ndjson", "json" };

	(void)state;
	make_run(COMPLETE);
	FOR_EACH(name, names) {
		struct error e = { 0 };
		assert_int_equal(report_to_file(report_format(*name), store, &run, "/dev/full", &options, &e), -1);
		if (!strstr(e.cause, strerror(ENOSPC)))
			fail_msg("%s: %s", *name, e.cause);
	}
}

int main(void)
{
#define IN_DIRECTORY(test) cmocka_unit_test_setup_teardown(test, make_directory, remove_directory)
	const struct CMUnitTest tests[] = {
		IN_DIRECTORY(every_format_writes_its_files_privately),
		IN_DIRECTORY(ndjson_has_a_line_for_each_host_and_an_end_if_the_run_had_one),
		IN_DIRECTORY(json_is_one_document_with_every_host),
		IN_DIRECTORY(csv_has_a_mark_in_a_file_and_none_in_a_pipe),
		IN_DIRECTORY(local_times_are_of_this_machine),
		IN_DIRECTORY(leftovers_of_dead_processes_are_removed),
		IN_DIRECTORY(a_link_in_the_place_of_a_report_is_replaced_and_not_followed),
		IN_DIRECTORY(a_full_disk_leaves_the_old_report_whole),
		IN_DIRECTORY(a_device_that_is_full_is_an_error),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
