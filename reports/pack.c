/* pack: see the header. */
#include "pack.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "digest.h"
#include "facts.h"
#include "journal.h"
#include "language.h"
#include "private.h"
#include "report_file.h"
#include "str.h"
#include "value.h"

enum { RAW_NAME_MAX = 200 };

struct packing {
	const struct pack *pack;
	const char *directory;
	int fd, raw; /* of the directory, and of raw/ in it */
	char **file; /* what was written, within the directory */
	size_t count, room;
	struct error *e;
};

static void packing_done(struct packing *p)
{
	if (p->raw >= 0)
		close(p->raw);
	if (p->fd >= 0)
		close(p->fd);
	for (size_t i = 0; i < p->count; i++)
		free(p->file[i]);
	free(p->file);
}

static int note_file(struct packing *p, const char *name)
{
	if (p->count == p->room) {
		size_t room = p->room ? 2 * p->room : 64;
		char **more = realloc(p->file, room * sizeof(*more));
		if (!more)
			return error_set(p->e, ERROR_LOCAL, _("out of memory for %zu files"), p->count);
		p->file = more;
		p->room = room;
	}
	if (!(p->file[p->count] = strdup(name)))
		return error_set(p->e, ERROR_LOCAL, _("out of memory for %zu files"), p->count);
	p->count++;
	return 0;
}

static int note_files(struct packing *p, const char *const *names)
{
	for (; *names; names++)
		if (note_file(p, *names) < 0)
			return -1;
	return 0;
}

/* ---- Where to ---- */

/* Another file in there would not stand in SHA256SUMS. */
static int must_be_empty(struct packing *p)
{
	DIR *list = opendir(p->directory);
	bool empty = true;

	if (!list)
		return error_code(p->e, ERROR_LOCAL, errno, _("%s cannot be read: %s"), p->directory, strerror(errno));
	for (const struct dirent *entry; empty && (entry = readdir(list));)
		empty = !strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..");
	closedir(list);
	return empty ? 0
		     : error_code(p->e, ERROR_LOCAL, EEXIST,
			       _("%s holds something already: a pack gets a directory of its own, name another by -o"),
			       p->directory);
}

static int open_directories(struct packing *p)
{
	OWN_VALUE(str_done) struct str raw = { 0 };

	if (private_directory(p->directory, p->e) < 0 || must_be_empty(p) < 0)
		return -1;
	str_addf(&raw, "%s/raw", p->directory);
	if (private_directory(str_text(&raw), p->e) < 0)
		return -1;
	p->fd = open(p->directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	p->raw = open(str_text(&raw), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return p->fd < 0 || p->raw < 0 ? report_cannot_write(p->directory, p->e) : 0;
}

/* ---- What the run says ---- */

static int write_reports(struct packing *p)
{
	for (size_t i = 0; i < p->pack->formats; i++) {
		const struct report_format *format = p->pack->format[i];
		if (report_to_directory(format, p->pack->store, p->pack->run, p->directory, &p->pack->options, p->e) <
				0 ||
			note_files(p, format->files) < 0)
			return -1;
	}
	return 0;
}

/* A name that is a file's on every system; what a host's name should not hold is written as %2F. */
static void raw_name(struct str *name, const char *host, size_t number)
{
	for (const char *c = host; *c && name->len < RAW_NAME_MAX; c++)
		if (isalnum((unsigned char)*c) || *c == '-' || *c == '_' || (*c == '.' && c > host))
			str_addc(name, *c);
		else
			str_addf(name, "%%%02X", (unsigned char)*c);
	if (name->len >= RAW_NAME_MAX)
		str_addf(name, "~%zu", number);
	str_add(name, ".txt");
}

static int write_text(int directory, const char *name, const char *text, struct error *e)
{
	int fd = openat(directory, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	FILE *out = fd < 0 ? NULL : fdopen(fd, "w");

	if (!out) {
		report_cannot_write(name, e);
		if (fd >= 0)
			close(fd);
		return -1;
	}
	fputs(text, out);
	bool failed = ferror(out);
	return fclose(out) == EOF || failed ? report_cannot_write(name, e) : 0;
}

static int write_raw(void *context, json_t *record, json_t *evidence)
{
	struct packing *p = context;
	const char *host = json_string_value(json_object_get(json_object_get(record, "host"), "name"));
	const char *raw = json_string_value(json_object_get(evidence, "vssadmin"));
	OWN_VALUE(str_done) struct str name = { 0 };
	OWN_VALUE(str_done) struct str path = { 0 };

	if (!host || !raw)
		return 0;
	raw_name(&name, host, p->count);
	str_addf(&path, "raw/%s", str_text(&name));
	return write_text(p->raw, str_text(&name), raw, p->e) < 0 || note_file(p, str_text(&path)) < 0;
}

static int write_raws(struct packing *p)
{
	if (store_records(p->pack->store, p->pack->run->id, STORE_BY_NAME, 1, write_raw, p, p->e) < 0)
		return -1;
	return p->e->kind == ERROR_NONE ? 0 : -1;
}

/* ---- What was done ---- */

struct extract {
	FILE *out;
	char after[VALUE_TIME], until[VALUE_TIME]; /* "" : no bound */
};

/* Times of the same form sort as texts; those of entries have milliseconds behind the seconds. */
static int extract_entry(void *context, const json_t *entry)
{
	struct extract *extract = context;
	const char *at = json_string_value(json_object_get(entry, "at"));
	size_t seconds = strlen("2026-11-23T03:10:41");

	if (at && *extract->after && strncmp(at, extract->after, seconds) < 0)
		return 0;
	if (at && *extract->until && strncmp(at, extract->until, seconds) > 0)
		return 0;
	return json_dumpf(entry, extract->out, JSON_COMPACT | JSON_SORT_KEYS) < 0 || putc('\n', extract->out) == EOF;
}

static int write_journal(void *context, FILE *const out[REPORT_FILES_MAX], struct error *e)
{
	const struct pack *pack = context;
	struct extract extract = { .out = out[0] };

	time_utc(extract.after, pack->before ? pack->before->started : UNSEEN);
	time_utc(extract.until, pack->run->ended);
	return journal_each(pack->journal, extract_entry, &extract, e);
}

static int write_history(struct packing *p)
{
	static const char *const journal[] = { "journal.ndjson", NULL };
	struct pack *pack = (struct pack *)p->pack;

	if (pack->journal && (report_files_write(p->directory, journal, write_journal, pack, p->e) < 0 ||
				     note_files(p, journal) < 0))
		return -1;
	return 0;
}

/* ---- Sums ---- */

static bool digest_file(int fd, unsigned char sha256[DIGEST_BYTES])
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	char piece[1 << 16];
	ssize_t got = 0;
	bool done = ctx && EVP_DigestInit_ex(ctx, EVP_sha256(), NULL);

	while (done && (got = read(fd, piece, sizeof(piece))) > 0)
		done = EVP_DigestUpdate(ctx, piece, (size_t)got);
	done = done && got == 0 && EVP_DigestFinal_ex(ctx, sha256, NULL);
	EVP_MD_CTX_free(ctx);
	return done;
}

static int write_sum(const struct packing *p, const char *name, FILE *out, struct error *e)
{
	unsigned char sha256[DIGEST_BYTES];
	char hex[DIGEST_DIGITS + 1];
	int fd = openat(p->fd, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	bool done = fd >= 0 && digest_file(fd, sha256);

	if (fd >= 0)
		close(fd);
	if (!done)
		return error_set(e, ERROR_LOCAL, _("%s/%s cannot be read again"), p->directory, name);
	digest_hex(hex, sha256, sizeof(sha256));
	fprintf(out, "%s  %s\n", hex, name);
	return 0;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int write_sums(void *context, FILE *const out[REPORT_FILES_MAX], struct error *e)
{
	struct packing *p = context;

	qsort(p->file, p->count, sizeof(*p->file), by_name);
	for (size_t i = 0; i < p->count; i++)
		if (write_sum(p, p->file[i], out[0], e) < 0)
			return -1;
	return 0;
}

int pack_write(const char *directory, const struct pack *pack, struct error *e)
{
	static const char *const sums[] = { "SHA256SUMS", NULL };
	OWN_VALUE(packing_done)
	struct packing p = { .pack = pack, .directory = directory, .fd = -1, .raw = -1, .e = e };

	if (open_directories(&p) < 0 || write_reports(&p) < 0 || write_raws(&p) < 0 || write_history(&p) < 0)
		return -1;
	if (syncfs(p.raw) < 0) /* the many files of raw/ at once */
		return report_cannot_write(directory, e);
	return report_files_write(directory, sums, write_sums, &p, e);
}
