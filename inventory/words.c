/* words: see the header. */
#include "words.h"
#include "language.h"

#include <string.h>

static int word_begin(struct words *w, char *at_byte, struct place at, struct error *e)
{
	if (w->count == WORDS_MAX)
		return error_at(at, e, _("more than %d words in a line"), WORDS_MAX);
	w->word[w->count++] = at_byte;
	return 0;
}

int words_split(struct words *w, const char *line, size_t len, struct place at, struct error *e)
{
	char *out = w->bytes, *save = NULL;
	const char *comment = memchr(line, '#', len);

	w->count = 0;
	len = comment ? (size_t)(comment - line) : len;
	memcpy(out, line, len);
	out[len] = '\0';
	for (char *word = strtok_r(out, " \t", &save); word; word = strtok_r(NULL, " \t", &save))
		if (word_begin(w, word, at, e) < 0)
			return -1;
	return 0;
}

/* Copies what stands in quotes; *p is at the opening one and ends up at the closing one. In double quotes a backslash
 * escapes only itself and the quote. */
static char *copy_quoted(char *out, const char **p, const char *end)
{
	const char quote = **p, *c;

	for (c = *p + 1; c < end && *c != quote; c++) {
		if (quote == '"' && *c == '\\' && c + 1 < end && (c[1] == '"' || c[1] == '\\'))
			c++;
		*out++ = *c;
	}
	*p = c;
	return out;
}

int words_split_quoted(struct words *w, const char *line, size_t len, struct place at, struct error *e)
{
	const char *end = line + len;
	char *out = w->bytes;
	bool in_word = false;

	w->count = 0;
	for (const char *c = line; c < end && *c != '#'; c++) {
		if (*c == ' ' || *c == '\t') {
			if (in_word)
				*out++ = '\0';
			in_word = false;
			continue;
		}
		if (!in_word && word_begin(w, out, at, e) < 0)
			return -1;
		in_word = true;
		if (*c == '"' || *c == '\'') {
			out = copy_quoted(out, &c, end);
			if (c == end)
				return error_at(at, e, _("a quotation is not closed"));
		} else if (*c == '\\') {
			if (++c == end)
				return error_at(at, e, _("nothing follows the backslash at the end"));
			*out++ = *c;
		} else
			*out++ = *c;
	}
	*out = '\0';
	return 0;
}

void word_unquote(char *value)
{
	char quote = *value, *out = value;
	size_t digits = strspn(value, "0123456789");

	if (digits && value[digits + strspn(value + digits, " \t")] == '#')
		value[digits] = '\0';
	if (quote != '\'' && quote != '"')
		return;
	char *close = value + 1;
	while (*close && *close != quote)
		close += *close == '\\' && close[1] ? 2 : 1;
	char *rest = close + (*close != '\0');
	rest += strspn(rest, " \t");
	if (!*close || (*rest && *rest != '#'))
		return;
	for (char *c = value + 1; c < close; c++) {
		if (*c == '\\' && (c[1] == '\\' || c[1] == '\'' || c[1] == '"'))
			c++;
		*out++ = *c;
	}
	*out = '\0';
}
