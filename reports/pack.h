#pragma once
/* pack: a run as evidence for auditors: a directory with its reports, what vssadmin printed on each server, what was
 * changed since the run before, and SHA256SUMS, which sha256sum(1) verifies. */

#include "report.h"

struct pack {
	struct store *store;
	const struct run_info *run;
	const struct run_info *before; /* the run that the journal is told from; NULL: there is none, so all is told */
	const char *journal;           /* path; NULL: none is kept */
	const struct report_format *const *format;
	size_t formats;
	struct report_options options;
};

/* Writes into the directory, which is made, or is empty: report.html, hosts.csv ... by the formats;
 * raw/HOST.txt for each server with an output of vssadmin;
 * journal.ndjson, the entries since the run before, as they were written, so that their hashes hold; and at last
 * SHA256SUMS: without it the pack is not whole. -1 with *e set (ERROR_LOCAL; code EEXIST: the directory holds
 * something). */
int pack_write(const char *directory, const struct pack *pack, struct error *e);
