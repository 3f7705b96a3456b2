/* escaped DIRECTORY COUNT SEED: random hostile texts and what each escaper makes of them, for parsers that are not
 * ours. texts: a line of hexadecimal digits for each; island.json, page.html, fields.csv, raw.csv, document.xml,
 * labels, terminal, words (of a shell), subjects (of mails, of the first SUBJECTS). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "escape.h"
#include "hostile.h"
#include "mail.h"
#include "own.h"
#include "shell_word.h"
#include "value.h"

enum { SUBJECTS = 300 };

struct files {
	FILE *texts, *page, *island, *fields, *raw, *document, *labels, *terminal, *words, *subjects;
};

static void put_page(FILE *page, const char *text)
{
	fputs("<p title=\"", page);
	escape_html(page, text);
	fputs("\">", page);
	escape_html(page, text);
	fputs("</p><svg><text aria-label=\"", page);
	escape_html(page, text);
	fputs("\">", page);
	escape_html(page, text);
	fputs("</text></svg>\n", page);
}

static void put_island(FILE *island, const char *text, bool ascii)
{
	json_t *value = value_text(text, HOSTILE_MAX);
	OWN(own_free) char *json = json_dumps(value, JSON_ENCODE_ANY | (ascii ? JSON_ENSURE_ASCII : 0));

	escape_json_island(island, json);
	json_decref(value);
}

static void put_document(FILE *document, const char *text)
{
	fputs("<t a=\"", document);
	escape_xml(document, text);
	fputs("\">", document);
	escape_xml(document, text);
	fputs("</t>", document);
}

static void put_lines(const struct files *to, const char *text)
{
	OWN_VALUE(str_done) struct str safe = { 0 }, word = { 0 };

	fputs("t=\"", to->labels);
	escape_label(to->labels, text);
	fputs("\"\n", to->labels);
	escape_terminal(&safe, text);
	fprintf(to->terminal, "%s\n", str_text(&safe));
	shell_word(&word, str_text(&safe)); /* as commands are printed */
	fprintf(to->words, "%s\n", str_text(&word));
	escape_csv(to->fields, text, 1);
	fputs("\r\n", to->fields);
	escape_csv(to->raw, text, 0);
	fputs("\r\n", to->raw);
}

/* The profile's name is all that is free in a subject. */
static int put_subject(FILE *subjects, const char *text, struct error *e)
{
	OWN(store_close) struct store *store = store_open(":memory:", e);
	OWN_VALUE(run_info_done) struct run_info run = { 0 };
	OWN_VALUE(letter_done) struct letter letter = { 0 };
	struct occasion occasion = { 0 };
	json_t *meta = json_pack("{s:o}", "profile", value_text(*text ? text : ".", HOSTILE_MAX));
	char id[27];
	int rc = !store || store_run_begin(store, meta, NULL, 0, id, e) < 0 || store_run_end(store, id, 0, e) < 0 ||
				 store_run(store, id, &run, e) < 0 || letter_of(&letter, store, &run, &occasion, e) < 0
			 ? -1
			 : 0;

	json_decref(meta);
	fprintf(subjects, "%s\n", rc ? "" : str_text(&letter.subject));
	return rc;
}

static FILE *make(const char *directory, const char *name)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	FILE *file = fopen(path, "w");
	if (!file) {
		perror(path);
		exit(1);
	}
	return file;
}

int main(int argc, char **argv)
{
	char text[HOSTILE_MAX];
	struct error e = { 0 };

	if (argc != 4)
		return 2;
	const struct files to = { make(argv[1], "texts"), make(argv[1], "page.html"), make(argv[1], "island.json"),
		make(argv[1], "fields.csv"), make(argv[1], "raw.csv"), make(argv[1], "document.xml"),
		make(argv[1], "labels"), make(argv[1], "terminal"), make(argv[1], "words"), make(argv[1], "subjects") };
	int count = atoi(argv[2]);
	unsigned seed = (unsigned)atoi(argv[3]);
	fputs("<doc>", to.document);
	putc('[', to.island);
	for (int i = 0; i < count; i++) {
		hostile_text(&seed, text);
		for (const char *c = text; *c; c++)
			fprintf(to.texts, "%02x", (unsigned char)*c);
		putc('\n', to.texts);
		put_page(to.page, text);
		fputs(i ? ",\n" : "", to.island);
		put_island(to.island, text, i % 2);
		put_document(to.document, text);
		put_lines(&to, text);
		if (i < SUBJECTS && put_subject(to.subjects, text, &e) < 0) {
			fprintf(stderr, "%s\n", e.cause);
			return 1;
		}
	}
	fputs("</doc>\n", to.document);
	putc(']', to.island);
	FILE *const all[] = { to.texts, to.page, to.island, to.fields, to.raw, to.document, to.labels, to.terminal,
		to.words, to.subjects };
	int rc = 0;
	FOR_EACH(file, all)
		rc |= fclose(*file);
	return rc ? 1 : 0;
}
