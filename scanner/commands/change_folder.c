/* change_folder: see the header. */
#include "change_folder.h"
#include "change_report.h"
#include "language.h"
#include "private.h"
#include "record.h"
#include "report_file.h"
#include "value.h"

#include <errno.h>
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

/* Hosts have a folder of their own: one may be named plan, or change. */
static void hosts_of(struct str *path, const char *folder)
{
	str_addf(path, "%s/hosts", folder);
}

/* One that holds only a plan was made by a process that was killed before its change began. */
static int refuse_taken(const char *folder, const char *change, struct error *e)
{
	OWN_VALUE(str_done) struct str hosts = { 0 };

	hosts_of(&hosts, folder);
	if (access(str_text(&hosts), F_OK) < 0)
		return 0;
	return error_code(e, ERROR_LOCAL, EEXIST,
		_("nothing was changed: %s is there already, though the journal knows no change %s: bring back the "
		  "journal that belongs to it, or move the folder away"),
		folder, change);
}

int change_folder_make(struct str *path, const char *directory, const char *change, bool fresh, const struct plan *plan,
	struct error *e)
{
	OWN_VALUE(str_done) struct str file = { 0 };

	folder_of(path, directory, change);
	change_folder_plan(&file, directory, change);
	if (str_failed(path) || str_failed(&file))
		return error_set(e, ERROR_LOCAL, _("the path of the change's folder is too long"));
	if (fresh && refuse_taken(str_text(path), change, e) < 0)
		return -1;
	return private_directory(str_text(path), e) < 0 ? -1 : plan_write(plan, str_text(&file), e);
}

int change_folder_take(const char *path, struct error *e)
{
	OWN_VALUE(str_done) struct str hosts = { 0 };

	hosts_of(&hosts, path);
	return private_directory(str_text(&hosts), e);
}

/* {"record","evidence"} of an audit; null if there was none. */
static json_t *seen(const struct result *result)
{
	return result ? json_pack("{s:o, s:o}", "record", record_of("", result), "evidence", evidence_of(result))
		      : json_null();
}

/* What an earlier part of the change saw was really before. */
static json_t *seen_before(const char *folder, const char *name, const struct repair *repair)
{
	OWN_VALUE(str_done) struct str file = { 0 };

	str_addf(&file, "%s/%s", folder, name);
	json_t *kept = json_load_file(str_text(&file), 0, NULL);
	json_t *before = json_incref(json_object_get(kept, "before"));
	json_decref(kept);
	if (json_is_object(before))
		return before;
	json_decref(before);
	return seen(repair->first);
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
	OWN_VALUE(str_done) struct str folder = { 0 };
	OWN_VALUE(str_done) struct str name = { 0 };
	const char *names[] = { NULL, NULL };

	hosts_of(&folder, path);
	str_addf(&name, "%s.json", repair->host->name);
	json_t *whole = json_pack("{s:o, s:o, s:o, s:o}", "result", repair_record(repair, options), "output",
		value_text(str_text(&repair->output), repair->output.len), "before",
		seen_before(str_text(&folder), str_text(&name), repair), "after", seen(repair->last));

	names[0] = str_text(&name);
	int rc = whole ? report_files_write(str_text(&folder), names, write_json, whole, e)
		       : error_set(e, ERROR_LOCAL, _("out of memory for the evidence of %s"), repair->host->name);
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
