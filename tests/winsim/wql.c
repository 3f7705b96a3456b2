/* wql: see wql.h. A recursive descent over the text; conditions become nodes that wql_matches() walks for each row. */

#include "wql.h"

#include <ctype.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "own.h"

struct parser {
	const char *at;
	struct wql *query;
	int depth;
};

static void skip_space(struct parser *p)
{
	while (isspace((unsigned char)*p->at))
		p->at++;
}

static bool take_word(struct parser *p, const char *word)
{
	size_t len = strlen(word);

	skip_space(p);
	if (strncasecmp(p->at, word, len) != 0 || isalnum((unsigned char)p->at[len]) || p->at[len] == '_')
		return false;
	p->at += len;
	return true;
}

static bool take_symbol(struct parser *p, const char *symbol)
{
	skip_space(p);
	if (strncmp(p->at, symbol, strlen(symbol)) != 0)
		return false;
	p->at += strlen(symbol);
	return true;
}

static bool take_name(struct parser *p, char name[WQL_NAME_MAX])
{
	size_t len = 0;

	skip_space(p);
	while ((isalnum((unsigned char)p->at[len]) || p->at[len] == '_') && len < WQL_NAME_MAX - 1)
		len++;
	if (len == 0)
		return false;
	memcpy(name, p->at, len);
	name[len] = '\0';
	p->at += len;
	return true;
}

static bool take_quoted(struct parser *p, char *into, size_t room)
{
	char quote;
	size_t len = 0;

	skip_space(p);
	quote = *p->at;
	if (quote != '\'' && quote != '"')
		return false;
	for (p->at++; *p->at && *p->at != quote && len < room - 1; p->at++) {
		if (*p->at == '\\' && p->at[1])
			p->at++;
		into[len++] = *p->at;
	}
	into[len] = '\0';
	if (*p->at != quote)
		return false;
	p->at++;
	return true;
}

static bool take_literal(struct parser *p, char literal[WQL_TEXT_MAX])
{
	size_t len = 0;

	if (take_quoted(p, literal, WQL_TEXT_MAX))
		return true;
	skip_space(p);
	while ((isalnum((unsigned char)p->at[len]) || strchr("-+.", p->at[len])) && p->at[len] &&
		len < WQL_TEXT_MAX - 1)
		len++;
	if (len == 0)
		return false;
	memcpy(literal, p->at, len);
	literal[len] = '\0';
	p->at += len;
	return true;
}

static int new_node(struct parser *p, enum wql_op op, int left, int right)
{
	struct wql *q = p->query;

	if (q->node_count == WQL_NODES_MAX)
		return -1;
	q->node[q->node_count] = (struct wql_node){ .op = op, .left = left, .right = right };
	return q->node_count++;
}

static bool take_operator(struct parser *p, enum wql_op *op)
{
	static const struct {
		const char *symbol;
		enum wql_op op;
	} symbols[] = { { "<=", WQL_LE }, { ">=", WQL_GE }, { "<>", WQL_NE }, { "!=", WQL_NE }, { "=", WQL_EQ },
		{ "<", WQL_LT }, { ">", WQL_GT } };

	FOR_EACH(s, symbols)
		if (take_symbol(p, s->symbol)) {
			*op = s->op;
			return true;
		}
	*op = WQL_LIKE;
	return take_word(p, "LIKE");
}

static int parse_comparison(struct parser *p)
{
	char column[WQL_NAME_MAX];
	enum wql_op op;
	int node;

	if (!take_name(p, column))
		return -1;
	if (take_word(p, "IS")) {
		bool negated = take_word(p, "NOT");
		if (!take_word(p, "NULL") || (node = new_node(p, WQL_IS_NULL, -1, -1)) < 0)
			return -1;
		strcpy(p->query->node[node].column, column);
		return negated ? new_node(p, WQL_NOT, node, -1) : node;
	}
	if (!take_operator(p, &op) || (node = new_node(p, op, -1, -1)) < 0)
		return -1;
	strcpy(p->query->node[node].column, column);
	return take_literal(p, p->query->node[node].literal) ? node : -1;
}

static int parse_or(struct parser *p);

static int parse_factor(struct parser *p)
{
	int inner;

	if (++p->depth > 32)
		return -1;
	if (take_word(p, "NOT")) {
		inner = parse_factor(p);
		inner = inner < 0 ? -1 : new_node(p, WQL_NOT, inner, -1);
	} else if (take_symbol(p, "(")) {
		inner = parse_or(p);
		if (inner >= 0 && !take_symbol(p, ")"))
			inner = -1;
	} else {
		inner = parse_comparison(p);
	}
	p->depth--;
	return inner;
}

static int parse_and(struct parser *p)
{
	int left = parse_factor(p);

	while (left >= 0 && take_word(p, "AND")) {
		int right = parse_factor(p);
		left = right < 0 ? -1 : new_node(p, WQL_AND, left, right);
	}
	return left;
}

static int parse_or(struct parser *p)
{
	int left = parse_and(p);

	while (left >= 0 && take_word(p, "OR")) {
		int right = parse_and(p);
		left = right < 0 ? -1 : new_node(p, WQL_OR, left, right);
	}
	return left;
}

static int parse_end(struct parser *p)
{
	skip_space(p);
	return *p->at ? -1 : 0;
}

/* ASSOCIATORS OF {Win32_Service.Name='EventSystem'} WHERE AssocClass=Win32_DependentService Role=Antecedent */
static int parse_associators(struct parser *p)
{
	char word[WQL_NAME_MAX];

	if (!take_word(p, "OF") || !take_symbol(p, "{") || !take_word(p, "Win32_Service") || !take_symbol(p, ".") ||
		!take_word(p, "Name") || !take_symbol(p, "=") ||
		!take_quoted(p, p->query->associators_of, sizeof(p->query->associators_of)) || !take_symbol(p, "}"))
		return -1;
	p->query->all = true;
	strcpy(p->query->class_name, "Win32_Service");
	if (!take_word(p, "WHERE"))
		return parse_end(p);
	while (take_name(p, word)) {
		char value[WQL_NAME_MAX];
		if (!take_symbol(p, "=") || !take_name(p, value))
			return -1;
		if (strcasecmp(word, "Role") == 0)
			p->query->role_antecedent = strcasecmp(value, "Antecedent") == 0;
	}
	return parse_end(p);
}

static int parse_columns(struct parser *p)
{
	struct wql *q = p->query;

	if (take_symbol(p, "*")) {
		q->all = true;
		return 0;
	}
	do {
		if (q->column_count == WQL_COLUMNS_MAX || !take_name(p, q->column[q->column_count]))
			return -1;
		q->column_count++;
	} while (take_symbol(p, ","));
	return 0;
}

int wql_parse(struct wql *query, const char *text)
{
	struct parser p = { .at = text, .query = query };

	*query = (struct wql){ .where = -1 };
	if (take_word(&p, "ASSOCIATORS"))
		return parse_associators(&p);
	if (!take_word(&p, "SELECT") || parse_columns(&p) < 0 || !take_word(&p, "FROM") ||
		!take_name(&p, query->class_name))
		return -1;
	if (take_word(&p, "WHERE") && (query->where = parse_or(&p)) < 0)
		return -1;
	return parse_end(&p);
}

static bool is_number(const char *text, double *number)
{
	char *end;

	*number = strtod(text, &end);
	return end != text && !*end;
}

/* % and _ of LIKE as the globs that fnmatch() knows. */
static bool like(const char *text, const char *pattern)
{
	char glob[2 * WQL_TEXT_MAX];
	size_t len = 0;

	for (; *pattern; pattern++) {
		if (strchr("*?\\", *pattern))
			glob[len++] = '\\';
		glob[len++] = *pattern == '%' ? '*' : *pattern == '_' ? '?' : *pattern;
	}
	glob[len] = '\0';
	return fnmatch(glob, text, FNM_CASEFOLD) == 0;
}

/* Dates are texts of fixed form, so that their order is that of the characters: DMTF times in the same zone. */
static int compare(const char *value, const char *literal)
{
	double a, b;

	if (is_number(value, &a) && is_number(literal, &b))
		return (a > b) - (a < b);
	return strcasecmp(value, literal);
}

static bool holds(const struct wql_node *node, const char *value)
{
	int order;

	if (node->op == WQL_IS_NULL)
		return !value;
	if (!value)
		return false;
	if (node->op == WQL_LIKE)
		return like(value, node->literal);
	order = compare(value, node->literal);
	switch (node->op) {
	case WQL_EQ:
		return order == 0;
	case WQL_NE:
		return order != 0;
	case WQL_LT:
		return order < 0;
	case WQL_LE:
		return order <= 0;
	case WQL_GT:
		return order > 0;
	default:
		return order >= 0;
	}
}

static bool matches(const struct wql *query, int index, wql_value_fn *value, void *context)
{
	const struct wql_node *node = &query->node[index];

	switch (node->op) {
	case WQL_AND:
		return matches(query, node->left, value, context) && matches(query, node->right, value, context);
	case WQL_OR:
		return matches(query, node->left, value, context) || matches(query, node->right, value, context);
	case WQL_NOT:
		return !matches(query, node->left, value, context);
	default:
		return holds(node, value(context, node->column));
	}
}

bool wql_matches(const struct wql *query, wql_value_fn *value, void *context)
{
	return query->where < 0 || matches(query, query->where, value, context);
}
