/* places: see the header. */
#include "places.h"
#include "command.h"

#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "column.h"
#include "language.h"

int state_directory(struct str *path, struct error *e)
{
	const char *xdg = getenv("XDG_STATE_HOME"), *home = getenv("HOME");

	if (xdg && xdg[0] == '/')
		str_addf(path, "%s/vssfleet", xdg);
	else if (geteuid() == 0)
		str_add(path, "/var/lib/vssfleet");
	else if (home && home[0] == '/')
		str_addf(path, "%s/.local/state/vssfleet", home);
	else
		return error_set(e, ERROR_LOCAL, _("no place for the store: HOME is not set; give --store FILE"));
	return str_failed(path) ? error_set(e, ERROR_LOCAL, _("the path of the state directory is too long")) : 0;
}

static struct store *open_by(
	struct store *(*open)(const char *path, struct error *e), const struct options *o, struct error *e)
{
	OWN_VALUE(str_done) struct str path = { 0 };

	if (o->store)
		return open(o->store, e);
	if (state_directory(&path, e) < 0)
		return NULL;
	str_add(&path, "/store.db");
	return open(str_text(&path), e);
}

struct store *open_store(const struct options *o, struct error *e)
{
	return store_is_kept(o) ? open_by(store_open, o, e) : store_open(":memory:", e);
}

struct store *open_store_to_read(const struct options *o, struct error *e)
{
	return open_by(store_open_to_read, o, e);
}

bool store_is_kept(const struct options *o)
{
	return !o->store || strcmp(o->store, "none") != 0;
}

int store_directory(const struct options *o, struct str *path, struct error *e)
{
	OWN(own_free) char *store = o->store ? strdup(o->store) : NULL;

	if (!store_is_kept(o))
		return 0;
	if (!o->store)
		return state_directory(path, e);
	str_add(path, store ? dirname(store) : NULL);
	return !store || str_failed(path) ? error_set(e, ERROR_LOCAL, _("out of memory")) : 0;
}

int journal_path(const struct options *o, struct str *path, struct error *e)
{
	if (store_directory(o, path, e) < 0)
		return -1;
	if (path->len)
		str_add(path, "/journal.ndjson");
	return str_failed(path) ? error_set(e, ERROR_LOCAL, _("the path of the journal is too long")) : 0;
}

bool output_is_stdout(const struct options *o)
{
	return o->output && !strcmp(o->output, "-");
}

static bool has_suffix(const char *text, const char *suffix)
{
	size_t n = strlen(text), m = strlen(suffix);
	return n > m + 1 && text[n - m - 1] == '.' && !strcmp(text + n - m, suffix);
}

/* One format, and a name that is not a directory and ends like the format: a file. Everything else is a directory. */
static bool names_a_file(const struct options *o)
{
	const char *suffix = strrchr(o->format[0]->files[0], '.') + 1;
	struct stat info;
	return o->format_count == 1 && has_suffix(o->output, suffix) &&
	       !(stat(o->output, &info) == 0 && S_ISDIR(info.st_mode));
}

static int default_directory(const struct options *o, const struct run_info *run, struct str *where, struct error *e)
{
	if (o->output) {
		str_add(where, o->output);
		return 0;
	}
	if (!store_is_kept(o))
		return 0; /* nothing is to be kept, so neither is a report that nobody asked for */
	if (state_directory(where, e) < 0)
		return -1;
	str_addf(where, "/reports/%s", run->id);
	return 0;
}

static int write_formats(const struct options *o, struct store *store, const struct run_info *run,
	const struct report_options *options, struct str *where, struct error *e)
{
	if (output_is_stdout(o))
		return report_to_file(o->format[0], store, run, "-", options, e);
	if (default_directory(o, run, where, e) < 0)
		return -1;
	if (!where->len)
		return 0;
	if (o->output && names_a_file(o))
		return report_to_file(o->format[0], store, run, o->output, options, e);
	for (size_t i = 0; i < o->format_count; i++)
		if (report_to_directory(o->format[i], store, run, str_text(where), options, e) < 0)
			return -1;
	return 0;
}

int write_reports(const struct options *o, struct store *store, const struct run_info *run, bool ndjson_streamed,
	struct str *where, struct error *e)
{
	struct report_options options = options_report(o);
	size_t unmapped = 0;

	options.unmapped = &unmapped;
	if ((!ndjson_streamed || !output_is_stdout(o)) && write_formats(o, store, run, &options, where, e) < 0)
		return -1;
	if (unmapped)
		complain_text(0,
			P_("%zu character that CP932 does not have became ?",
				"%zu characters that CP932 does not have became ?", unmapped),
			unmapped);
	return 0;
}

void print_report_files(const struct options *o, const char *where, FILE *talk)
{
	bool file = o->output && names_a_file(o);

	const char *label = _("Report");
	for (size_t i = 0; i < o->format_count; i++)
		fprintf(talk, "%*s%s %s%s%s\n", i ? (int)column_width(label) : 0, "", i ? "" : label, where,
			file ? "" : "/", file ? "" : o->format[i]->files[0]);
}
