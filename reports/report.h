#pragma once
/* report: views of a stored run. Each format streams from the store; files are written whole or not at all
 * (temporary beside it, fsync, rename, fsync of the directory), those of one format together. */

#include <stdio.h>

#include "store.h"

enum csv_encoding { CSV_AUTO, CSV_UTF8, CSV_UTF8_BOM, CSV_CP932 };
enum report_evidence { EVIDENCE_PROBLEM, EVIDENCE_NONE, EVIDENCE_ALL }; /* of which hosts the HTML holds it */
enum prom_hosts { PROM_PROBLEM, PROM_ALL, PROM_NONE };                  /* which hosts have samples of their own */

struct report_options {
	const char *lang; /* "en", "ja": the report's first language */
	enum report_evidence evidence;
	int signoff;                    /* the HTML has room on paper for who checked and who approved it */
	enum csv_encoding csv_encoding; /* AUTO: with BOM to a file, without to a pipe */
	char csv_delimiter;             /* ',' */
	int csv_raw;                    /* no formula guard */
	size_t *unmapped;               /* counts the characters that CP932 does not have; NULL: nobody asks */
	enum prom_hosts prom_hosts;
};

enum { REPORT_FILES_MAX = 5 }; /* of one format */

struct report_format {
	const char *name;         /* "html", "csv", "ndjson" ... */
	const char *const *files; /* what it writes into a directory, NULL-terminated; csv: hosts.csv first */
	/* Writes all of them in one pass, the n-th to out[n], or only the first if there is no out[1]. */
	int (*write)(struct store *store, const struct run_info *run, const struct report_options *options,
		FILE *const out[REPORT_FILES_MAX], struct error *e);
	unsigned mode; /* of its files, for readers who are somebody else; 0: private */
};

const struct report_format *report_format(const char *name); /* NULL if unknown */
const char *report_format_names(void);                       /* "html, csv, ..." for messages */

/* Each host of the run with its record, as store_records() gives them, and then those that were never begun, so that a
 * report has a row for every host whatever happened; while the run is still going these are left out. */
int report_each(struct store *store, const struct run_info *run, enum store_order order, int with_evidence,
	int (*each)(void *context, json_t *record, json_t *evidence), void *context, struct error *e);
/* Only those that were never begun. */
int report_never_begun(struct store *store, const struct run_info *run,
	int (*each)(void *context, json_t *record, json_t *evidence), void *context, struct error *e);

/* Writes all files of the format into directory (made with mode 0700 if missing). */
int report_to_directory(const struct report_format *format, struct store *store, const struct run_info *run,
	const char *directory, const struct report_options *options, struct error *e);
/* Writes the format's first file to the path, or to stdout for "-". A pipe or a device is written to as it is. */
int report_to_file(const struct report_format *format, struct store *store, const struct run_info *run,
	const char *path, const struct report_options *options, struct error *e);
