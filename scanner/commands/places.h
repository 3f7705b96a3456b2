#pragma once
/* places: where things are kept when nobody says otherwise. */

#include "error.h"
#include "options.h"
#include "str.h"

/* Root: /var/lib/vssfleet; others: $XDG_STATE_HOME/vssfleet or ~/.local/state/vssfleet. */
int state_directory(struct str *path, struct error *e);
bool store_is_kept(const struct options *o); /* not: --store none */
/* Of the store: there are its journal, its changes and a file STOP. "" with --store none. */
int store_directory(const struct options *o, struct str *path, struct error *e);
/* journal.ndjson beside the store; "" with --store none. */
int journal_path(const struct options *o, struct str *path, struct error *e);
/* Opens --store, the default store, or one in memory for "none". */
struct store *open_store(const struct options *o, struct error *e);
/* The same only to read: without it, or where it may not be written. */
struct store *open_store_to_read(const struct options *o, struct error *e);
/* Writes each format that is asked for: into --output or, if there is none, reports/RUN of the state directory.
 * *where gets the directory or file for the summary ("" for stdout). ndjson_streamed: it went out while the run ran. */
int write_reports(const struct options *o, struct store *store, const struct run_info *run, bool ndjson_streamed,
	struct str *where, struct error *e);
/* A line for each format: where it is. */
void print_report_files(const struct options *o, const char *where, FILE *talk);
/* --output is stdout. */
bool output_is_stdout(const struct options *o);
