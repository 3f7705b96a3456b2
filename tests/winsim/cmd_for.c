/* cmd_for: the rounds of "for": items, numbers (/l), and the lines of a command, text or file (/f). */

#include "cmd_state.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "own.h"

enum { TOKENS_MAX = 26, TOKEN_MOST = 31, DELIMITERS_MAX = 64 };

struct line_rules {
	bool wanted[TOKEN_MOST + 1];
	bool rest; /* the last one takes all that is left */
	char delimiters[DELIMITERS_MAX];
	char comment; /* lines that begin with it are none; 0: none does */
	unsigned long skip;
	bool usebackq;
};

static unsigned round_of(struct cmd *c, const struct node *node, struct io io, const char *value)
{
	const struct loop loop = { .outer = c->loops, .name = node->variable, .value = value };
	unsigned code;

	c->loops = &loop;
	code = cmd_run_node(c, node->first, io);
	c->loops = loop.outer;
	return code;
}

static unsigned for_items(struct cmd *c, const struct node *node, struct io io, const char *items)
{
	unsigned code = 0;

	while (cmd_goes_on(c)) {
		OWN_VALUE(str_done) struct str item = { 0 };
		bool quoted = false;
		items += strspn(items, " \t,;=");
		if (!*items)
			break;
		for (; *items && (quoted || !strchr(" \t,;=", *items)); items++) {
			quoted ^= *items == '"';
			str_addc(&item, *items);
		}
		code = round_of(c, node, io, str_text(&item));
	}
	return code;
}

static unsigned for_numbers(struct cmd *c, const struct node *node, struct io io, const char *items)
{
	long number[3] = { 0 };
	char *end = (char *)items;
	unsigned code = 0;

	for (int i = 0; i < 3; i++) {
		end += strspn(end, " \t,;=");
		number[i] = strtol(end, &end, 0);
	}
	for (long i = number[0]; cmd_goes_on(c) && (number[1] < 0 ? i >= number[2] : i <= number[2]); i += number[1]) {
		OWN_VALUE(str_done) struct str text = { 0 };
		str_addf(&text, "%ld", i);
		code = round_of(c, node, io, str_text(&text));
	}
	return code;
}

/* "1,3-5*" */
static bool read_tokens(struct line_rules *rules, const char *text)
{
	memset(rules->wanted, 0, sizeof(rules->wanted));
	while (*text && *text != ' ') {
		char *end;
		unsigned long from, to;
		if (*text == '*') {
			rules->rest = true;
			text++;
			continue;
		}
		from = to = strtoul(text, &end, 10);
		if (end == text)
			return false;
		if (*end == '-')
			to = strtoul(end + 1, &end, 10);
		if (!from || to > TOKEN_MOST)
			return false;
		for (unsigned long i = from; i <= to; i++)
			rules->wanted[i] = true;
		text = end + (*end == ',');
	}
	return true;
}

/* "delims=" comes last if a blank is one of them. */
static bool read_rules(struct line_rules *rules, const char *text)
{
	*rules = (struct line_rules){ .delimiters = " \t", .comment = ';' };
	rules->wanted[1] = true;
	for (text += strspn(text, " \t"); *text; text += strcspn(text, " \t"), text += strspn(text, " \t")) {
		if (strncasecmp(text, "delims=", 7) == 0) {
			size_t len = strcspn(text + 7, " \t");
			if (!text[7 + len] || strspn(text + 7 + len, " \t") == strlen(text + 7 + len))
				len = strlen(text + 7);
			if (len >= DELIMITERS_MAX)
				return false;
			memcpy(rules->delimiters, text + 7, len);
			rules->delimiters[len] = '\0';
			if (!text[7 + len])
				return true;
		} else if (strncasecmp(text, "tokens=", 7) == 0) {
			if (!read_tokens(rules, text + 7))
				return false;
		} else if (strncasecmp(text, "eol=", 4) == 0) {
			rules->comment = text[4];
		} else if (strncasecmp(text, "skip=", 5) == 0) {
			rules->skip = strtoul(text + 5, NULL, 10);
		} else if (strncasecmp(text, "usebackq", 8) == 0) {
			rules->usebackq = true;
		} else {
			return false;
		}
	}
	return true;
}

/* The tokens of a line as variables of consecutive letters; without any of them the line is passed over. */
static unsigned round_of_line(
	struct cmd *c, const struct node *node, struct io io, const struct line_rules *rules, const char *line)
{
	struct str value[TOKENS_MAX] = { 0 };
	struct loop loop[TOKENS_MAX] = { 0 };
	const struct loop *outer = c->loops;
	size_t count = 0, found = 0;
	unsigned code = 0;

	for (unsigned token = 1; token <= TOKEN_MOST + 1 && count < TOKENS_MAX; token++) {
		bool rest = rules->rest &&
			    (token > TOKEN_MOST || !memchr(rules->wanted + token, true, TOKEN_MOST + 1 - token));
		size_t len;
		if (token > TOKEN_MOST && !rest)
			break;
		line += strspn(line, rules->delimiters);
		len = rest ? strlen(line) : strcspn(line, rules->delimiters);
		if (rest || rules->wanted[token]) {
			str_addn(&value[count++], line, len);
			found += len > 0;
		}
		line += len;
		if (rest)
			break;
	}
	for (size_t i = 0; i < count; i++) {
		loop[i] = (struct loop){ c->loops, (char)(node->variable + (char)i), str_text(&value[i]) };
		c->loops = &loop[i];
	}
	if (found)
		code = cmd_run_node(c, node->first, io);
	c->loops = outer;
	for (size_t i = 0; i < count; i++)
		str_done(&value[i]);
	return code;
}

static unsigned for_text(
	struct cmd *c, const struct node *node, struct io io, struct line_rules *rules, const char *text)
{
	unsigned code = 0;

	while (*text && cmd_goes_on(c)) {
		OWN_VALUE(str_done) struct str line = STR(1 << 16);
		size_t len = strcspn(text, "\n");
		str_addn(&line, text, len);
		text += len + (text[len] == '\n');
		while (line.len && line.data[line.len - 1] == '\r')
			line.data[--line.len] = '\0';
		if (rules->skip)
			rules->skip--;
		else if (line.len && (!rules->comment || line.data[0] != rules->comment))
			code = round_of_line(c, node, io, rules, line.data);
	}
	return code;
}

/* The output of another cmd.exe, which gets our variables, but neither /v:on nor those of "for". */
static void run_for_output(struct cmd *c, const char *command, struct io io, struct str *output)
{
	OWN_VALUE(str_done) struct str tail = STR(1 << 16);
	unsigned before = c->errorlevel;

	str_addf(&tail, " /c %s", command);
	io.out = (struct sink){ .text = output };
	cmd_run_nested(c, str_text(&tail), io);
	c->errorlevel = before;
}

/* What is between the first and last quote of that kind; false: it does not begin and end with one. */
static bool unquote(const char *text, char quote, struct str *inner)
{
	size_t len = strlen(text);

	while (len && text[len - 1] == ' ')
		len--;
	if (len < 2 || text[0] != quote || text[len - 1] != quote)
		return false;
	str_addn(inner, text + 1, len - 2);
	return true;
}

static bool add_files(struct cmd *c, const char *names, const struct io *io, struct str *text)
{
	char path[PATH_MOST];
	const struct file *file;

	if (files_absolute(c->directory, names, path) && (file = files_find(&c->host->files, path)) &&
		!file->directory) {
		str_addn(text, str_text(&file->bytes), file->bytes.len);
		return true;
	}
	OWN_VALUE(str_done) struct str message = { 0 };
	str_addf(&message, "The system cannot find the file %s.\r\n", names);
	sink_add(io->err, str_text(&message), message.len);
	c->errorlevel = 1;
	return false;
}

static unsigned for_lines(struct cmd *c, const struct node *node, struct io io, const char *items)
{
	OWN_VALUE(str_done) struct str options = { 0 }, inner = STR(1 << 16), text = STR(OUTPUT_MAX);
	struct line_rules rules;

	if (node->options && !unquote(node->options, '"', &options))
		str_add(&options, node->options);
	if (!read_rules(&rules, str_text(&options))) {
		OWN_VALUE(str_done) struct str message = { 0 };
		str_addf(&message, "%s was unexpected at this time.\r\n", str_text(&options));
		sink_add(io.err, str_text(&message), message.len);
		return c->errorlevel = 1;
	}
	items += strspn(items, " ");
	if (unquote(items, rules.usebackq ? '`' : '\'', &inner))
		run_for_output(c, str_text(&inner), io, &text);
	else if (unquote(items, rules.usebackq ? '\'' : '"', &inner))
		str_addn(&text, str_text(&inner), inner.len);
	else if (!add_files(c, items, &io, &text))
		return 1;
	return for_text(c, node, io, &rules, str_text(&text));
}

unsigned cmd_run_for(struct cmd *c, const struct node *node, struct io io)
{
	OWN_VALUE(str_done) struct str items = STR(1 << 16);

	expand_late(c, node->text, &items);
	switch (node->for_kind) {
	case FOR_NUMBERS:
		return for_numbers(c, node, io, str_text(&items));
	case FOR_LINES:
		return for_lines(c, node, io, str_text(&items));
	default:
		return for_items(c, node, io, str_text(&items));
	}
}
