/* diff_csv: what changed between two runs, for spreadsheets: see diff.h. */
#include "csv_row.h"
#include "diff.h"
#include "language.h"
#include "lineage.h"
#include "report_file.h"

static const char *const columns[] = { "profile", "from_run", "to_run", "host", "class", "before", "after", "reason" };

static const char *name_of(int verdict)
{
	return verdict == DIFF_ABSENT ? NULL : verdict_name((enum verdict)verdict);
}

int diff_csv(FILE *out, const struct diff *diff, const struct run_info *from, const struct run_info *to,
	const struct report_options *options, struct error *e)
{
	OWN_VALUE(csv_row_done) struct csv_row row = { 0 };

	if (csv_row_init(&row, options, e) < 0)
		return -1;
	csv_row_mark(&row, out);
	csv_row_begin(&row, out);
	FOR_EACH(column, columns)
		csv_row_text(&row, *column);
	csv_row_end(&row);
	for (size_t i = 0; i < diff->count && !row.failed && !ferror(out); i++) {
		const struct diff_host *host = &diff->host[i];
		const char *const fields[] = { lineage_profile(to->meta), from->id, to->id, host->host,
			diff_class_name(host->class), name_of(host->before), name_of(host->now), host->reason };
		csv_row_begin(&row, out);
		FOR_EACH(field, fields)
			csv_row_text(&row, *field);
		csv_row_end(&row);
	}
	return row.failed ? error_set(e, ERROR_LOCAL, _("out of memory for a row"))
			  : report_flush(out, "changes.csv", e);
}
