/* waivers_edit: adds and removes a section of the file and leaves all else as people wrote it: see waivers.h.
 * Theory of operation: the new text is made in memory, read as a scan would read it, and compared with what was wanted;
 * only then it takes the place of the old. So nothing that the file cannot say gets into it. */
#include "waivers.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ini_file.h"
#include "language.h"
#include "private.h"
#include "report_file.h"
#include "str.h"

enum { FILE_BYTES_MAX = 4 << 20, VALUE_BYTES = 120 /* in one line */ };

struct edit {
	char *directory, *name;
	int lock; /* of the directory: two edits at once would lose one */
	struct str before, after;
	mode_t mode;
	struct waivers waivers; /* before */
};

static void edit_done(struct edit *edit)
{
	if (edit->lock >= 0)
		close(edit->lock);
	free(edit->directory);
	free(edit->name);
	str_done(&edit->before);
	str_done(&edit->after);
	waivers_done(&edit->waivers);
}

static int failed(const char *what, struct error *e)
{
	return error_code(e, ERROR_LOCAL, errno, "%.200s: %s", what, strerror(errno));
}

/* Configuration has no secrets, and the user of a service that root set up has to read it. */
static int make_directory(const char *path, struct error *e)
{
	struct stat info;

	if (stat(path, &info) == 0)
		return 0;
	if (private_directory(path, e) < 0)
		return -1;
	return geteuid() == 0 && chmod(path, 0755) < 0 ? failed(path, e) : 0;
}

static int open_directory(struct edit *edit, const char *file, struct error *e)
{
	OWN(own_free) char *target = realpath(file, NULL); /* a link stays a link */
	OWN(own_free) char *copy = strdup(target ? target : file);
	OWN(own_free) char *other = strdup(target ? target : file);

	if (!copy || !other || !(edit->directory = strdup(dirname(copy))) || !(edit->name = strdup(basename(other))))
		return error_set(e, ERROR_LOCAL, _("out of memory"));
	if (make_directory(edit->directory, e) < 0)
		return -1;
	edit->lock = open(edit->directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return edit->lock < 0 || flock(edit->lock, LOCK_EX) < 0 ? failed(edit->directory, e) : 0;
}

static int read_before(struct edit *edit, const char *file, struct error *e)
{
	char part[8192];
	struct stat info;
	ssize_t n;
	int fd = openat(edit->lock, edit->name, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	if (fd < 0)
		return errno == ENOENT ? 0 : failed(file, e);
	if (fstat(fd, &info) == 0)
		edit->mode = info.st_mode & 0777;
	while ((n = read(fd, part, sizeof(part))) > 0)
		str_addn(&edit->before, part, (size_t)n);
	int rc = n < 0 ? failed(file, e) : 0;
	close(fd);
	if (str_failed(&edit->before))
		return error_set(e, ERROR_LOCAL, _("%.200s: larger than %d MiB"), file, FILE_BYTES_MAX >> 20);
	return rc;
}

static int parse(const struct str *text, const char *file, int64_t today, struct waivers *waivers, struct error *e)
{
	if (!text->len) {
		*waivers = (struct waivers){ .today = today };
		return 0;
	}
	FILE *stream = fmemopen(text->data, text->len, "r");
	if (!stream)
		return error_set(e, ERROR_LOCAL, _("out of memory"));
	int rc = waivers_read_stream(waivers, stream, file, today, e);
	fclose(stream);
	return rc;
}

static int begin(struct edit *edit, const char *file, int64_t today, struct error *e)
{
	*edit = (struct edit){
		.lock = -1, .mode = 0644, .before = STR(FILE_BYTES_MAX), .after = STR(2 * FILE_BYTES_MAX)
	};
	if (open_directory(edit, file, e) < 0 || read_before(edit, file, e) < 0)
		return -1;
	return parse(&edit->before, file, today, &edit->waivers, e);
}

static int write_text(void *context, FILE *const out[REPORT_FILES_MAX], struct error *e)
{
	const struct edit *edit = context;

	if (fchmod(fileno(out[0]), edit->mode) < 0)
		return report_cannot_write(edit->name, e);
	fwrite(str_text(&edit->after), 1, edit->after.len, out[0]);
	return 0; /* report_files_write() asks the stream */
}

static int write_after(struct edit *edit, struct error *e)
{
	const char *const names[] = { edit->name, NULL };

	return report_files_write(edit->directory, names, write_text, edit, e);
}

/* ---- adding ---- */

/* A long list goes on in indented lines, cut behind a comma. */
static void add_value(struct str *text, const char *key, const char *value)
{
	str_addf(text, "%s = ", key);
	while (strlen(value) > VALUE_BYTES) {
		const char *comma = memrchr(value, ',', VALUE_BYTES);
		if (!comma || comma == value)
			break;
		str_addn(text, value, (size_t)(comma - value));
		str_add(text, "\n    ");
		value = comma + 1 + strspn(comma + 1, " ");
	}
	str_addf(text, "%s\n", value);
}

static bool same(const char *a, const char *b)
{
	for (a = a ? a : "", b = b ? b : ""; *a && *b; a++, b++) { /* but for the spaces where it was cut */
		if (*a == ',' && *b == ',') {
			a += strspn(a + 1, " ");
			b += strspn(b + 1, " ");
		} else if (*a != *b)
			return false;
	}
	return *a == *b;
}

static int check_added(const struct edit *edit, const char *file, const struct waiver *wanted, struct error *e)
{
	OWN_VALUE(waivers_done) struct waivers after = { 0 };

	if (parse(&edit->after, file, edit->waivers.today, &after, e) < 0)
		return -1;
	const struct waiver *got = waivers_find(&after, wanted->id);
	if (after.count != edit->waivers.count + 1 || !got || !same(got->hosts, wanted->hosts) ||
		!same(got->verdicts, wanted->verdicts) || !same(got->reason, wanted->reason) ||
		!same(got->ticket, wanted->ticket) || !same(got->owner, wanted->owner) ||
		!same(got->approved_by, wanted->approved_by))
		return error_set(e, ERROR_LOCAL,
			_("such a waiver cannot be written down: no line breaks, no \" ;\", no spaces at the ends"));
	return 0;
}

int waivers_add(const char *file, const struct waiver *waiver, int64_t today, struct error *e)
{
	OWN_VALUE(edit_done) struct edit edit = { .lock = -1 };
	struct str *text = &edit.after;
	const struct {
		const char *key, *value;
	} lines[] = {
		{ "hosts", waiver->hosts },
		{ "verdicts", waiver->verdicts },
		{ "reason", waiver->reason },
		{ "ticket", waiver->ticket },
		{ "owner", waiver->owner },
		{ "approved_by", waiver->approved_by },
		{ "created", waiver->created },
		{ "expires", waiver->expires },
	};

	if (begin(&edit, file, today, e) < 0)
		return -1;
	if (!waiver_id_valid(waiver->id))
		return error_set(e, ERROR_LOCAL, _("\"%.60s\" is no id: letters, digits, - _ . and at most %d"),
			waiver->id, WAIVER_ID_MAX);
	if (waivers_find(&edit.waivers, waiver->id))
		return error_set(e, ERROR_LOCAL, _("%.200s has a waiver \"%s\" already"), file, waiver->id);
	str_addn(text, str_text(&edit.before), edit.before.len);
	if (text->len && text->data[text->len - 1] != '\n')
		str_addc(text, '\n');
	str_addf(text, "%s[waiver \"%s\"]\n", text->len ? "\n" : "", waiver->id);
	FOR_EACH(line, lines)
		if (line->value)
			add_value(text, line->key, line->value);
	return check_added(&edit, file, waiver, e) < 0 ? -1 : write_after(&edit, e);
}

/* ---- removing ---- */

static const char *line_after(const char *line)
{
	const char *end = strchr(line, '\n');

	return end ? end + 1 : line + strlen(line);
}

/* Blank lines and comments before a section are about that one. */
static bool is_remark(const char *line)
{
	line += strspn(line, " \t\r");
	return *line == '\n' || *line == ';' || *line == '#';
}

static const char *end_of_section(const char *header)
{
	const char *end = line_after(header);

	for (const char *line = end; *line && *line != '['; line = line_after(line))
		if (!is_remark(line))
			end = line_after(line);
	return end;
}

static const char *header_of(const char *text, const char *id)
{
	OWN_VALUE(str_done) struct str header = { 0 };

	str_addf(&header, "[waiver \"%s\"]", id);
	for (const char *line = text; *line; line = line_after(line))
		if (!strncmp(line, str_text(&header), header.len))
			return line;
	return NULL;
}

int waivers_remove(const char *file, const char *id, int64_t today, struct error *e)
{
	OWN_VALUE(edit_done) struct edit edit = { .lock = -1 };
	OWN_VALUE(waivers_done) struct waivers after = { 0 };

	if (begin(&edit, file, today, e) < 0)
		return -1;
	const char *text = str_text(&edit.before), *header = header_of(text, id);
	if (!header || !waivers_find(&edit.waivers, id))
		return error_code(e, ERROR_LOCAL, ENOENT, _("%.200s has no waiver \"%.60s\""), file, id);
	const char *end = end_of_section(header);
	if (header > text + 1 && header[-1] == '\n' && header[-2] == '\n' && (*end == '\n' || !*end))
		header--; /* of two blank lines one */
	str_addn(&edit.after, text, (size_t)(header - text));
	str_add(&edit.after, end);
	if (parse(&edit.after, file, today, &after, e) < 0)
		return -1;
	if (after.count + 1 != edit.waivers.count || waivers_find(&after, id))
		return error_set(
			e, ERROR_LOCAL, _("%.200s: waiver \"%s\" is not one section; edit the file"), file, id);
	return write_after(&edit, e);
}
