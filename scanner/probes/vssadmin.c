/* vssadmin: see the header. Theory of operation: the text is cut into lines; banner and copyright prove that it is
 * vssadmin who speaks; a line that ends in a quoted text opens a writer, and the four lines behind it must come in
 * their order: two GUIDs, a state, a last error. Every other line is unexplained and counts against the output.
 * What cannot be told: a saved file (whose exit code nobody knows) that was cut exactly behind the last line of a
 * writer, or behind the blank line after the copyright, looks like a whole one. Any other cut is seen. */
#include "vssadmin.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "console.h"
#include "text.h"
#include "vsstext.h"
#include "writers.h"

enum {
	TEXT_MAX = 16 << 20, /* bytes of decoded text: a code page may treble what the shell lets through */
	PREAMBLE_LINES = 2,  /* "waiting", "may be delayed": what a slow host says first */
	SAME_TEXT_MIN = 3,   /* stable writers that must agree before their text is known to mean "no error" */
	STABLE = 1,
};

struct reading {
	struct vss_facts *vss;
	size_t room;
	bool banner, copyright;
	unsigned unexplained; /* lines before the first writer */
	bool stray;           /* an unexplained line inside the list, or one that looks like a broken part of it */
	bool hresult;         /* in an unexplained line */
	bool ended, blank;    /* the last line: had its LF; was empty */
	bool no_memory;
};

__attribute__((format(printf, 2, 3))) static void note(struct vss_facts *vss, const char *format, ...)
{
	va_list args;

	if (*vss->note)
		return;
	va_start(args, format);
	vsnprintf(vss->note, sizeof(vss->note), format, args);
	va_end(args);
	size_t len = strlen(vss->note);
	while (!utf8_valid(vss->note, len)) /* cut inside a character */
		vss->note[--len] = '\0';
}

static char *copy(struct reading *r, struct span s)
{
	char *text = strndup(s.at, s.len);
	r->no_memory |= !text;
	return text;
}

static bool is_name(struct span line, struct span *name)
{
	struct span value;
	return span_after_colon(line, &value) && span_unquote(value, name);
}

static void open_writer(struct reading *r, struct span name)
{
	struct vss_facts *vss = r->vss;

	if (vss->count == r->room) {
		size_t room = r->room ? r->room * 2 : 16;
		struct writer *grown = realloc(vss->writer, room * sizeof(*grown));
		if (!grown) {
			r->no_memory = true;
			return;
		}
		vss->writer = grown;
		r->room = room;
	}
	vss->writer[vss->count++] = (struct writer){ .name = copy(r, name), .state = UNSEEN };
}

/* The next of the four lines that belong to a writer, in their order. */
static bool writer_line(struct reading *r, struct writer *w, struct span line)
{
	struct span value, word;

	if (!span_after_colon(line, &value))
		return false;
	if (!*w->id)
		return span_guid(value, w->id);
	if (!*w->instance_id)
		return span_guid(value, w->instance_id);
	if (w->state == UNSEEN) {
		if (!span_state(value, &w->state, &word))
			return false;
		w->state_text = copy(r, word);
		return true;
	}
	if (w->last_error)
		return false;
	w->last_error = copy(r, value);
	return true;
}

static void unexplained(struct reading *r, struct span line)
{
	struct span value;

	if (r->vss->count || (span_after_colon(line, &value) && span_structured(value)))
		r->stray = true;
	r->unexplained += !r->vss->count;
	r->hresult |= span_hresult(line);
	note(r->vss, "%.*s", line.len < 180 ? (int)line.len : 180, line.at);
}

static void read_line(struct reading *r, struct span line)
{
	size_t count = r->vss->count;
	struct span name;

	line = span_trim(line);
	r->blank = !line.len;
	if (r->blank)
		return;
	if (!count && !r->banner && span_is_banner(line))
		r->banner = true;
	else if (!count && r->banner && !r->copyright && span_is_copyright(line))
		r->copyright = true;
	else if (!count && r->copyright && span_is_known_preamble(line))
		return;
	else if (is_name(line, &name))
		open_writer(r, name);
	else if (!count || !writer_line(r, &r->vss->writer[count - 1], line))
		unexplained(r, line);
}

static void read_lines(struct reading *r, const char *text, size_t len)
{
	const char *end = text + len;

	while (text < end && !r->no_memory) {
		const char *lf = memchr(text, '\n', (size_t)(end - text));
		r->ended = lf;
		read_line(r, (struct span){ text, (size_t)((lf ? lf : end) - text) });
		text = lf ? lf + 1 : end;
	}
}

/* Where most writers carry the same error the vote would take it for "no error". The texts that are known (VSS_WS_* and
 * the errors of VSS_E_WRITERERROR_*) can only take a good verdict away, never give one. */
static bool known_error(const char *text)
{
	static const char *const errors[] = { "Inconsistent shadow copy", "Out of resources", "Timed out",
		"Retryable error", "Non-retryable error", "Unexpected error", "Not responding",
		"Wiederholbarer Fehler" };

	FOR_EACH(error, errors)
		if (!strncasecmp(text, *error, strlen(*error)))
			return true;
	return false;
}

/* The text that most stable writers carry as their last error means "no error" in this language (DOMAIN section 5).
 * Majority vote: one pass finds the only candidate, one counts it. */
static void find_error_free(struct vss_facts *vss)
{
	const char *candidate = NULL;
	size_t votes = 0, stable = 0, same = 0;

	for (size_t i = 0; i < vss->count; i++) {
		struct writer *w = &vss->writer[i];
		if (w->state != STABLE || !w->last_error)
			continue;
		stable++;
		if (!votes)
			candidate = w->last_error;
		votes += !votes || !strcmp(candidate, w->last_error) ? 1 : (size_t)-1;
	}
	for (struct writer *w = vss->writer; candidate && w < vss->writer + vss->count; w++)
		same += w->state == STABLE && w->last_error && !strcmp(candidate, w->last_error);
	vss->error_free_known = same >= SAME_TEXT_MIN && same > stable / 2 && !known_error(candidate);
	for (struct writer *w = vss->writer; vss->error_free_known && w < vss->writer + vss->count; w++)
		w->error_free = w->last_error && !strcmp(candidate, w->last_error);
}

static int by_instance(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void find_duplicates(struct reading *r)
{
	struct vss_facts *vss = r->vss;
	OWN(own_free) const char **id = calloc(vss->count + 1, sizeof(*id));

	if (!id) {
		r->no_memory = true;
		return;
	}
	for (size_t i = 0; i < vss->count; i++)
		id[i] = vss->writer[i].instance_id;
	qsort(id, vss->count, sizeof(*id), by_instance);
	for (size_t i = 1; i < vss->count; i++)
		vss->duplicate_instance |= *id[i] && !strcmp(id[i - 1], id[i]);
}

/* The word behind [1] is the same for every writer in any language. Two of them, and a digit or a word was damaged: a
 * [10] that lost its zero still says "Failed". */
static bool words_agree(struct vss_facts *vss)
{
	const char *word = NULL;

	for (size_t i = 0; i < vss->count; i++) {
		struct writer *w = &vss->writer[i];
		if (w->state != STABLE || !w->state_text)
			continue;
		if (word && strcmp(word, w->state_text) != 0) {
			note(vss, "[1] is called both %.60s and %.60s", word, w->state_text);
			return false;
		}
		word = w->state_text;
	}
	return true;
}

/* Whether every writer is there to its end; the last line of a saved file proves it only by being whole. */
static bool finish_writers(struct reading *r, bool exit_known)
{
	struct vss_facts *vss = r->vss;
	bool all = vss->count && !r->stray && r->banner && r->copyright && (exit_known || r->ended);

	for (size_t i = 0; i < vss->count; i++) {
		struct writer *w = &vss->writer[i];
		const struct known_writer *known = writer_known(w->id, w->name);
		w->complete = *w->id && *w->instance_id && w->state != UNSEEN;
		w->service = known ? known->service : NULL;
		w->express = known && known->express;
		all &= w->complete && (exit_known || w->last_error);
	}
	find_error_free(vss);
	find_duplicates(r);
	return all && words_agree(vss);
}

static enum vss_outcome judge(struct reading *r, int exit_code)
{
	struct vss_facts *vss = r->vss;
	bool exit_known = exit_code != UNSEEN, all = finish_writers(r, exit_known);

	if (r->no_memory) {
		note(vss, "out of memory");
		return VSS_UNREADABLE;
	}
	if (exit_known && exit_code)
		return VSS_FAILED;
	if (r->hresult)
		return VSS_FAILED;
	if (all) {
		*vss->note = '\0'; /* a preamble needs no explanation */
		return VSS_WRITERS;
	}
	if (vss->count) {
		note(vss, "the list is not whole");
		return VSS_PARTIAL;
	}
	if (!r->banner || !r->copyright) {
		note(vss, "this is not the output of vssadmin");
		return VSS_UNREADABLE;
	}
	if (r->stray || r->unexplained > PREAMBLE_LINES || !(exit_known || (r->ended && r->blank))) {
		note(vss, "the text breaks off");
		return VSS_UNREADABLE;
	}
	return r->unexplained ? VSS_EMPTY_UNVERIFIED : VSS_EMPTY;
}

static void read_text(const char *text, size_t len, const struct vssadmin_output *output, struct vss_facts *vss)
{
	struct reading r = { .vss = vss };

	if (memchr(text, '\0', len)) {
		note(vss, "the output is not text");
		vss->outcome = VSS_UNREADABLE;
		return;
	}
	read_lines(&r, text, len);
	vss->outcome = judge(&r, output->exit_code);
	if (vss->outcome == VSS_WRITERS || vss->outcome == VSS_PARTIAL)
		return;
	struct vss_facts bare = { .exit_code = vss->exit_code, .outcome = vss->outcome };
	memcpy(bare.note, vss->note, sizeof(bare.note));
	vss_facts_done(vss); /* writers of an output that is not trusted are no facts */
	*vss = bare;
}

static bool same_structure(const struct vss_facts *a, const struct vss_facts *b)
{
	if (a->outcome != b->outcome || a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++) {
		const struct writer *x = &a->writer[i], *y = &b->writer[i];
		if (strcmp(x->id, y->id) || strcmp(x->instance_id, y->instance_id) || x->state != y->state)
			return false;
	}
	return true;
}

/* Neither UTF-8 nor the known page: 437 fits any bytes, 932 few but those of Japan. What both say alike is trusted. */
static unsigned read_unknown_page(struct str *text, const struct vssadmin_output *output, struct vss_facts *vss)
{
	OWN_VALUE(str_done) struct str other = STR(TEXT_MAX);
	OWN_VALUE(vss_facts_done) struct vss_facts second = { .exit_code = output->exit_code };
	unsigned page = 932;

	if (text_from_codepage(text, output->bytes, output->len, page) < 0 &&
		text_from_codepage(text, output->bytes, output->len, page = 437) < 0)
		return 0;
	read_text(str_text(text), text->len, output, vss);
	if (page == 437)
		return page;
	if (text_from_codepage(&other, output->bytes, output->len, 437) < 0)
		return 0;
	read_text(str_text(&other), other.len, output, &second);
	return same_structure(vss, &second) ? page : 0;
}

static void unreadable(struct vss_facts *vss, enum vss_outcome outcome, const char *why)
{
	int exit_code = vss->exit_code;
	vss_facts_done(vss);
	vss->exit_code = exit_code;
	vss->outcome = outcome;
	note(vss, "%s", why);
}

void vssadmin_read(const struct vssadmin_output *output, struct vss_facts *vss)
{
	OWN_VALUE(str_done) struct str text = STR(TEXT_MAX);

	*vss = (struct vss_facts){ .exit_code = output->done ? output->exit_code : UNSEEN };
	unsigned page = console_text(&text, output->bytes, output->len, output->oem_codepage);
	if (output->timed_out)
		unreadable(vss, VSS_TIMEOUT, "it did not end in its time");
	else if (!output->done)
		unreadable(vss, VSS_UNREADABLE, "its output was cut");
	else if (page)
		read_text(str_text(&text), text.len, output, vss);
	else if (!(page = text_looks_utf16(output->bytes, output->len) ? 0 : read_unknown_page(&text, output, vss)))
		unreadable(vss, VSS_UNREADABLE, "its bytes fit no code page that shows a clear structure");
	if (!text.len && output->len)
		text_sanitize(&text, output->bytes, output->len);
	vss->codepage = page;
	vss->raw = output->len ? str_take(&text) : NULL;
}

void vssadmin_read_unproved(const char *bytes, size_t len, unsigned oem_codepage, struct vss_facts *vss)
{
	const struct vssadmin_output output = {
		.bytes = bytes, .len = len, .exit_code = UNSEEN, .done = true, .oem_codepage = oem_codepage
	};

	vssadmin_read(&output, vss);
	if (vss->outcome == VSS_WRITERS)
		vss->outcome = VSS_PARTIAL;
	if (vss->outcome == VSS_EMPTY)
		vss->outcome = VSS_EMPTY_UNVERIFIED;
	note(vss, "nothing proves that the list is what vssadmin printed");
}
