/* hostile_report DIRECTORY ENCODING DELIMITER guard|raw COUNT: writes all formats but HTML of a run in which every host
 * says hostile things, and what was meant: results.ndjson and evidence.ndjson, a line for each host. Every third has a
 * waiver, which has expired for every sixth; nobody needs a third one. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hostile.h"
#include "record.h"
#include "report.h"
#include "sample.h"
#include "value.h"

enum { NAME = 40 /* bytes */ };

static int fail(const struct error *e)
{
	fprintf(stderr, "%s\n", e->cause);
	return 1;
}

static json_t *waiver_of(size_t i, const char *text)
{
	json_t *reason = value_text(text, HOSTILE_MAX);

	return json_pack("{s:s, s:o, s:s, s:s, s:s}", "id", i % 6 ? "w-lasting" : "w-over", "reason", reason, "ticket",
		"CHG-1", "owner", "ops", "expires", i % 6 ? "9998-12-31" : "2020-01-31");
}

static int put_hosts(struct store *store, const char *run, const char *const *names, size_t count, struct error *e)
{
	unsigned seed = 5;
	char text[HOSTILE_MAX];

	for (size_t i = 0; i < count; i++) {
		OWN(sample_free)
		struct sample *s = sample_hostile(names[i], (enum verdict)(i % VERDICTS), hostile_text(&seed, text));
		json_t *record = record_of(run, s->result), *evidence = evidence_of(s->result);
		if (i % 3 == 0)
			json_object_set_new(record, "waiver", waiver_of(i, text));
		if (store_put(store, run, record, evidence, e) < 0)
			return -1;
		json_decref(record);
		json_decref(evidence);
	}
	return 0;
}

static int put_evidence(void *out, json_t *record, json_t *evidence)
{
	(void)record;
	json_dumpf(evidence, out, JSON_COMPACT);
	return putc('\n', out) == EOF;
}

static int write_reports(struct store *store, const struct run_info *run, const char *directory,
	const struct report_options *options, struct error *e)
{
	static const char *const formats[] = { "csv", "ndjson", "json", "junit", "prom", "zabbix-lld",
		"zabbix-sender" };
	char path[4096];

	FOR_EACH(name, formats)
		if (report_to_directory(report_format(*name), store, run, directory, options, e) < 0)
			return -1;
	snprintf(path, sizeof(path), "%s/evidence.ndjson", directory);
	FILE *out = fopen(path, "w");
	if (!out)
		return error_set(e, ERROR_LOCAL, "%s cannot be made", path);
	int rc = store_records(store, run->id, STORE_AS_FINISHED, 1, put_evidence, out, e);
	return fclose(out) == EOF ? -1 : rc;
}

int main(int argc, char **argv)
{
	static const char *const encodings[] = { "auto", "utf-8", "utf-8-bom", "cp932" };
	struct error e = { 0 };
	char id[27];

	if (argc != 6)
		return 2;
	size_t count = strtoul(argv[5], NULL, 10);
	OWN(own_free) char *room = calloc(count, NAME);
	OWN(own_free) const char **names = calloc(count, sizeof(*names));
	for (size_t i = 0; i < count; i++) {
		snprintf(room + i * NAME, NAME, "h%05zu.example", i);
		names[i] = room + i * NAME;
	}
	struct report_options options = {
		.lang = "en", .csv_delimiter = *argv[3], .csv_raw = !strcmp(argv[4], "raw"), .prom_hosts = PROM_ALL
	};
	for (size_t i = 0; i < COUNT(encodings); i++)
		if (!strcmp(encodings[i], argv[2]))
			options.csv_encoding = (enum csv_encoding)i;
	OWN(store_close) struct store *store = store_open(":memory:", &e);
	OWN_VALUE(run_info_done) struct run_info run = { 0 };
	json_t *meta = json_pack("{s:s, s:[o, o, {s:s, s:s}]}", "profile", "tokyo \"prod\" \\ \n\x1b[31m", "waivers",
		waiver_of(1, "of some"), waiver_of(0, "of others"), "id", "w-idle", "expires", "9998-12-31");
	if (!store || store_run_begin(store, meta, names, count, id, &e) < 0 ||
		put_hosts(store, id, names, count, &e) < 0 || store_run_end(store, id, 0, &e) < 0 ||
		store_run(store, id, &run, &e) < 0 || write_reports(store, &run, argv[1], &options, &e) < 0)
		return fail(&e);
	json_decref(meta);
	return 0;
}
