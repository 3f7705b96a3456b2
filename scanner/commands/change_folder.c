/* change_folder: see the header. */
#include "change_folder.h"
#include "change_report.h"
#include "private.h"
#include "record.h"
#include "report_file.h"
#include "value.h"

#include <stdlib.h>
#include <unistd.h>

static void folder_of(struct str *path, const char *directory, const char *change)
{
	str_addf(path, "%s/changes/%s", directory, change);
}

void change_folder_plan(struct str *path, const char *directory, const char *change)
{
	folder_of(path, directory, change);
	str_add(path, "/plan.json");
}

int change_folder_make(
	struct str *path, const char *directory, const char *change, const struct plan *plan, struct error *e)
{
	OWN_VALUE(str_done) struct str file = { 0 };

	folder_of(path, directory, change);
	change_folder_plan(&file, directory, change);
	if (str_failed(path) || str_failed(&file))
		return error_set(e, ERROR_LOCAL, "the path of the change's folder is too long");
	return private_directory(str_text(path), e) < 0 ? -1 : plan_write(plan, str_text(&file), e);
}

/* {"record","evidence"} of an audit; null if there was none. */
static json_t *seen(const struct result *result)
{
	return result ? json_pack("{s:o, s:o}", "record", record_of("", result), "evidence", evidence_of(result))
		      : json_null();
}

static int write_json(void *context, FILE *const out[REPORT_FILES_MAX], struct error *e)
{
	if (json_dumpf(context, out[0], JSON_INDENT(1) | JSON_ENSURE_ASCII) < 0 || putc('\n', out[0]) == EOF)
		return report_cannot_write("the evidence", e);
	return 0;
}

int change_folder_keep(
	const char *path, const struct repair *repair, const struct remedy_options *options, struct error *e)
{
	OWN_VALUE(str_done) struct str name = { 0 };
	const char *names[] = { NULL, NULL };
	json_t *whole = json_pack("{s:o, s:o, s:o, s:o}", "result", repair_record(repair, options), "output",
		value_text(str_text(&repair->output), repair->output.len), "before", seen(repair->first), "after",
		seen(repair->last));

	str_addf(&name, "%s.json", repair->host->name);
	names[0] = str_text(&name);
	int rc = whole ? report_files_write(path, names, write_json, whole, e)
		       : error_set(e, ERROR_LOCAL, "out of memory for the evidence of %s", repair->host->name);
	json_decref(whole);
	return rc;
}

int change_folder_report(
	const char *path, const char *journal, const char *change, const struct plan *plan, struct error *e)
{
	OWN_VALUE(change_past_done) struct change_past past = { 0 };
	const struct change_report report = { .past = &past, .plan = plan };
	const struct report_options options = { .lang = "en", .csv_encoding = CSV_UTF8_BOM, .csv_delimiter = ',' };

	if (journal_change(journal, change, &past, e) < 0)
		return -1;
	return change_report_to_directory(path, &report, &options, e);
}
