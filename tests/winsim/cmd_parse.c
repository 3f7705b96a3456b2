/* cmd_parse: see cmd_parse.h.
 *
 * Theory of operation. Precedence, from the loosest: & || && | and a unit. A unit is a group, if, for, or a command
 * that runs up to the next operator. What follows "if ..." or "do" takes everything up to the end of the line or of the
 * group around it, operators included; only "else" behind a group ends it. Quotes hide operators, a caret makes the
 * next character ordinary and is gone afterwards. A closing parenthesis means something inside of a group only. */

#include "cmd_parse.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "own.h"

enum { GROUPS_MAX = 60, WORD_MOST = 8191 };

CLEANUP_OF(struct node, node_free);

struct parser {
	const char *at;
	unsigned groups; /* open ones */
	unsigned depth;
	struct str *unexpected;
};

void node_free(struct node *node)
{
	if (!node)
		return;
	node_free(node->first);
	node_free(node->second);
	for (unsigned i = 0; i < node->redirections; i++)
		free(node->redirection[i].target);
	for (unsigned i = 0; i < CONDITION_WORDS; i++)
		free(node->word[i]);
	free(node->text);
	free(node->options);
	free(node);
}

static struct node *node_new(enum node_kind kind)
{
	struct node *node = calloc(1, sizeof(*node));

	if (!node)
		abort();
	node->kind = kind;
	return node;
}

static struct node *wrong(struct parser *p)
{
	size_t len = 1 + (*p->at ? strcspn(p->at + 1, " \t&|<>()") : 0);

	if (p->unexpected->len)
		return NULL;
	if (*p->at)
		str_addf(p->unexpected, "%.*s was unexpected at this time.", (int)len, p->at);
	else
		str_add(p->unexpected, "The syntax of the command is incorrect.");
	return NULL;
}

static void skip_blanks(struct parser *p)
{
	p->at += strspn(p->at, " \t");
}

/* Blanks and what counts as such between words. */
static void skip_delimiters(struct parser *p)
{
	p->at += strspn(p->at, " \t,;=");
}

/* A word of its own at the position, without case. */
static bool at_word(const struct parser *p, const char *word)
{
	size_t len = strlen(word);

	return strncasecmp(p->at, word, len) == 0 && (!p->at[len] || strchr(" \t,;=()<>&|/\"", p->at[len]));
}

static bool take_word(struct parser *p, const char *word)
{
	if (!at_word(p, word))
		return false;
	p->at += strlen(word);
	return true;
}

/* One character of a text: carets fall off, quotes toggle. */
static void take_character(struct parser *p, struct str *text, bool *quoted)
{
	if (*p->at == '^' && !*quoted) {
		p->at++;
		if (*p->at)
			str_addc(text, *p->at++);
		return;
	}
	if (*p->at == '"')
		*quoted = !*quoted;
	str_addc(text, *p->at++);
}

static bool ends_command(const struct parser *p)
{
	return !*p->at || strchr("&|", *p->at) || (*p->at == ')' && p->groups);
}

/* A word up to a delimiter, operator, or (in "if") "==". */
static char *take_text(struct parser *p, bool comparison)
{
	OWN_VALUE(str_done) struct str text = STR(WORD_MOST);
	bool quoted = false;

	while (*p->at && (quoted || (!strchr(" \t,;&|<>", *p->at) && !(*p->at == ')' && p->groups)))) {
		if (!quoted && *p->at == '=' && (!comparison || p->at[1] == '='))
			break;
		take_character(p, &text, &quoted);
	}
	return strdup(str_text(&text));
}

/* ">NUL", "2>&1", ">> file", "<nul": stands on the sign. */
static bool take_redirection(struct parser *p, struct node *node, char stream)
{
	struct redirection *r = &node->redirection[node->redirections];
	bool input = *p->at == '<';

	if (node->redirections == REDIRECTIONS_MAX)
		return wrong(p);
	*r = (struct redirection){ .kind = input ? REDIRECT_READ : REDIRECT_WRITE,
		.stream = stream  ? stream
			  : input ? '0'
				  : '1' };
	p->at++;
	if (!input && *p->at == '>') {
		r->kind = REDIRECT_APPEND;
		p->at++;
	}
	if (*p->at == '&') {
		if (!isdigit((unsigned char)p->at[1]))
			return wrong(p);
		r->kind = REDIRECT_JOIN;
		r->target = strndup(p->at + 1, 1);
		p->at += 2;
	} else {
		skip_delimiters(p);
		if (ends_command(p) || strchr("<>", *p->at))
			return wrong(p);
		r->target = take_text(p, false);
	}
	node->redirections++;
	return true;
}

/* A digit that stands alone before the sign names the stream, and is not part of the command. */
static char take_stream(struct str *text)
{
	size_t len = text->len;
	char digit;

	if (!len || !isdigit((unsigned char)text->data[len - 1]) || (len > 1 && !strchr(" \t,;=", text->data[len - 2])))
		return 0;
	digit = text->data[len - 1];
	text->data[--text->len] = '\0';
	return digit;
}

/* The rest of a command: its text with the redirections taken out; false: wrong. */
static bool take_command(struct parser *p, struct node *node, struct str *text)
{
	bool quoted = false;

	while (*p->at && (quoted || !ends_command(p))) {
		if (quoted || !strchr("<>", *p->at))
			take_character(p, text, &quoted);
		else if (!take_redirection(p, node, take_stream(text)))
			return false;
	}
	return true;
}

static struct node *parse_sequence(struct parser *p);

/* Redirections, and nothing else, behind a group. */
static bool take_redirections(struct parser *p, struct node *node)
{
	for (skip_delimiters(p); *p->at; skip_delimiters(p)) {
		bool digit = isdigit((unsigned char)*p->at) && strchr("<>", p->at[1]) && p->at[1];
		char stream = digit ? *p->at : 0;
		if (!digit && !strchr("<>", *p->at))
			return true;
		p->at += digit;
		if (!take_redirection(p, node, stream))
			return false;
	}
	return true;
}

static struct node *parse_group(struct parser *p, struct node *group)
{
	OWN(node_free) struct node *node = group;

	node->kind = NODE_GROUP;
	p->at++;
	if (++p->groups > GROUPS_MAX)
		return wrong(p);
	node->first = parse_sequence(p);
	if (!node->first)
		return wrong(p);
	if (*p->at != ')')
		return wrong(p);
	p->at++;
	p->groups--;
	return take_redirections(p, node) ? TAKE(node) : NULL;
}

/* "if": its body is all that follows. */
static bool take_condition(struct parser *p, struct node *node)
{
	static const struct {
		const char *name;
		enum condition condition;
	} unary[] = { { "errorlevel", CONDITION_ERRORLEVEL }, { "exist", CONDITION_EXIST },
		{ "defined", CONDITION_DEFINED } };
	static const char *const comparisons[] = { "EQU", "NEQ", "LSS", "LEQ", "GTR", "GEQ" };

	for (skip_delimiters(p);; skip_delimiters(p)) {
		if (take_word(p, "/i"))
			node->ignores_case = true;
		else if (take_word(p, "not"))
			node->negated = !node->negated;
		else
			break;
	}
	FOR_EACH(u, unary)
		if (take_word(p, u->name)) {
			node->condition = u->condition;
			skip_delimiters(p);
			node->word[0] = take_text(p, true);
			return *node->word[0] || wrong(p);
		}
	node->word[0] = take_text(p, true);
	skip_blanks(p);
	if (*node->word[0] && strncmp(p->at, "==", 2) == 0) {
		p->at += 2;
		skip_delimiters(p);
		node->word[2] = take_text(p, true);
		return *node->word[2] || wrong(p);
	}
	node->condition = CONDITION_COMPARE;
	FOR_EACH(comparison, comparisons)
		if (*node->word[0] && take_word(p, *comparison)) {
			node->word[1] = strdup(*comparison);
			skip_delimiters(p);
			node->word[2] = take_text(p, true);
			return *node->word[2] || wrong(p);
		}
	return wrong(p);
}

static struct node *parse_if(struct parser *p, struct node *given)
{
	OWN(node_free) struct node *node = given;

	node->kind = NODE_IF;
	if (!take_condition(p, node))
		return NULL;
	node->first = parse_sequence(p);
	if (!node->first)
		return wrong(p);
	skip_delimiters(p);
	if (take_word(p, "else")) {
		node->second = parse_sequence(p);
		if (!node->second)
			return wrong(p);
	}
	return TAKE(node);
}

/* What stands between the parentheses of "in": operators need carets, and without quotes , ; = count as blanks. */
static bool take_items(struct parser *p, struct node *node)
{
	OWN_VALUE(str_done) struct str text = STR(WORD_MOST);
	bool quoted = false;

	skip_blanks(p);
	if (*p->at != '(')
		return wrong(p);
	for (p->at++; *p->at && (quoted || *p->at != ')');) {
		if (!quoted && strchr("&|<>", *p->at))
			return wrong(p);
		if (!quoted && strchr(" \t,;=", *p->at)) {
			skip_delimiters(p);
			if (text.len)
				str_addc(&text, ' ');
		} else {
			take_character(p, &text, &quoted);
		}
	}
	if (!*p->at)
		return wrong(p);
	p->at++;
	node->text = strdup(str_text(&text));
	return true;
}

static bool take_for(struct parser *p, struct node *node)
{
	skip_delimiters(p);
	if (take_word(p, "/l"))
		node->for_kind = FOR_NUMBERS;
	else if (take_word(p, "/f"))
		node->for_kind = FOR_LINES;
	skip_delimiters(p);
	if (node->for_kind == FOR_LINES && *p->at != '%')
		node->options = take_text(p, true);
	skip_delimiters(p);
	if (*p->at != '%' || !p->at[1] || strchr(" \t%", p->at[1]) || !p->at[2] || !strchr(" \t,;=", p->at[2]))
		return wrong(p);
	node->variable = p->at[1];
	p->at += 2;
	skip_delimiters(p);
	if (!take_word(p, "in") || !take_items(p, node))
		return wrong(p);
	skip_delimiters(p);
	return take_word(p, "do") || wrong(p);
}

static struct node *parse_for(struct parser *p, struct node *given)
{
	OWN(node_free) struct node *node = given;

	node->kind = NODE_FOR;
	if (!take_for(p, node))
		return NULL;
	node->first = parse_sequence(p);
	return node->first ? TAKE(node) : wrong(p);
}

/* What follows "rem" is no command any more, operators and parentheses included. */
static struct node *parse_rem(struct parser *p, struct node *node)
{
	node->text = strdup("rem");
	skip_delimiters(p);
	if (!ends_command(p))
		p->at += strlen(p->at);
	return node;
}

static struct node *parse_unit(struct parser *p)
{
	OWN(node_free) struct node *node = node_new(NODE_COMMAND);
	OWN_VALUE(str_done) struct str text = STR(WORD_MOST);

	for (skip_delimiters(p); *p->at == '@'; skip_delimiters(p))
		p->at++;
	if (!take_redirections(p, node))
		return NULL;
	for (; *p->at == '@'; skip_delimiters(p))
		p->at++;
	if (*p->at == '(')
		return parse_group(p, TAKE(node));
	if (take_word(p, "if"))
		return parse_if(p, TAKE(node));
	if (take_word(p, "for"))
		return parse_for(p, TAKE(node));
	if (take_word(p, "rem"))
		return parse_rem(p, TAKE(node));
	if (!take_command(p, node, &text))
		return NULL;
	if (!text.len && !node->redirections)
		return NULL;
	node->text = strdup(str_text(&text));
	return TAKE(node);
}

static bool take_operator(struct parser *p, const char *operator)
{
	skip_blanks(p);
	if (strncmp(p->at, operator, strlen(operator)) != 0 || (strcmp(operator, "|") == 0 && p->at[1] == '|') ||
		(strcmp(operator, "&") == 0 && p->at[1] == '&'))
		return false;
	p->at += strlen(operator);
	return true;
}

static const struct level {
	const char *operator;
	enum node_kind kind;
} levels[] = { { "&", NODE_SEQUENCE }, { "||", NODE_OR }, { "&&", NODE_AND }, { "|", NODE_PIPE } };

/* NULL without a word: there is nothing. */
static struct node *parse_level(struct parser *p, size_t level)
{
	OWN(node_free) struct node *left = level < COUNT(levels) ? parse_level(p, level + 1) : NULL;

	if (level == COUNT(levels))
		return parse_unit(p);
	while (left && !p->unexpected->len && take_operator(p, levels[level].operator)) {
		OWN(node_free) struct node *right = parse_level(p, level + 1);
		struct node *both;
		if (!right) {
			skip_delimiters(p);
			if (levels[level].kind != NODE_SEQUENCE || (*p->at && *p->at != ')'))
				return wrong(p);
			break; /* "a &" */
		}
		both = node_new(levels[level].kind);
		both->first = TAKE(left);
		both->second = TAKE(right);
		left = both;
	}
	return p->unexpected->len ? NULL : TAKE(left);
}

static struct node *parse_sequence(struct parser *p)
{
	struct node *node = ++p->depth < 4 * GROUPS_MAX ? parse_level(p, 0) : wrong(p);

	p->depth--;
	return node;
}

struct node *cmd_parse(const char *line, struct str *unexpected)
{
	OWN_VALUE(str_done) struct str first = STR(1 << 20);
	struct parser p = { .unexpected = unexpected };
	OWN(node_free) struct node *node = NULL;

	str_addn(&first, line, strcspn(line, "\r\n")); /* cmd /c reads no second line */
	p.at = str_text(&first);
	skip_delimiters(&p);
	if (!*p.at)
		return NULL;
	node = parse_sequence(&p);
	skip_delimiters(&p);
	if (!unexpected->len && (!node || *p.at))
		return wrong(&p);
	return unexpected->len ? NULL : TAKE(node);
}
