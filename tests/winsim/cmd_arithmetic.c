/* cmd_arithmetic: "set /a": numbers of 32 bits, names of variables without marks, assignments, from left to right. */

#include "cmd_state.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "own.h"

enum { BAD_EXPRESSION = 1073750993, DIVISION_BY_ZERO = 1073750993, DEPTH_MOST = 40 };

struct reader {
	struct cmd *c;
	const char *at;
	unsigned wrong, depth;
};

static int32_t read_assignment(struct reader *r);

static void skip(struct reader *r)
{
	r->at += strspn(r->at, " \t");
}

static int32_t fail(struct reader *r)
{
	r->wrong = BAD_EXPRESSION;
	return 0;
}

static size_t name_length(const char *text)
{
	size_t len = 0;

	if (isdigit((unsigned char)*text))
		return 0;
	while (isalnum((unsigned char)text[len]) || (text[len] && strchr("_$#@.", text[len])))
		len++;
	return len;
}

static int32_t read_operand(struct reader *r)
{
	OWN_VALUE(str_done) struct str value = { 0 };
	int32_t number;
	char *end, sign;
	size_t len;

	skip(r);
	sign = *r->at;
	if (sign && strchr("-+!~", sign)) {
		r->at++;
		number = ++r->depth < DEPTH_MOST ? read_operand(r) : fail(r);
		r->depth--;
		return sign == '-'   ? (int32_t)(0u - (uint32_t)number)
		       : sign == '!' ? !number
		       : sign == '~' ? ~number
				     : number;
	}
	if (sign == '(') {
		r->at++;
		number = read_assignment(r);
		skip(r);
		if (*r->at != ')')
			return fail(r);
		r->at++;
		return number;
	}
	len = name_length(r->at);
	if (len) {
		variable_get(r->c, r->at, len, &value);
		r->at += len;
		return (int32_t)strtol(str_text(&value), NULL, 0);
	}
	number = (int32_t)strtol(r->at, &end, 0);
	if (end == r->at)
		return fail(r);
	r->at = end;
	return number;
}

/* From the tightest; operators of two characters first. */
static const char *const levels[][3] = { { "|" }, { "^" }, { "&" }, { "<<", ">>" }, { "+", "-" }, { "*", "/", "%" } };

static const char *take(struct reader *r, const char *const *operators)
{
	skip(r);
	for (size_t i = 0; i < 3 && operators[i]; i++) {
		size_t len = strlen(operators[i]);
		if (strncmp(r->at, operators[i], len) == 0) {
			r->at += len;
			return operators[i];
		}
	}
	return NULL;
}

static int32_t apply(struct reader *r, char operator, int32_t a, int32_t b)
{
	switch (operator) {
	case '+':
		return (int32_t)((uint32_t)a + (uint32_t)b);
	case '-':
		return (int32_t)((uint32_t)a - (uint32_t)b);
	case '*':
		return (int32_t)((uint32_t)a * (uint32_t)b);
	case '/':
	case '%':
		if (b == 0)
			r->wrong = DIVISION_BY_ZERO;
		return b == 0 || b == -1 ? (operator== '/' ? (int32_t)(0u - (uint32_t)a) : 0) :
		       operator== '/'    ? a / b
					 : a % b;
	case '<':
		return (int32_t)((uint32_t)a << (b & 31));
	case '>':
		return a >> (b & 31);
	case '&':
		return a & b;
	case '^':
		return a ^ b;
	default:
		return a | b;
	}
}

static int32_t read_level(struct reader *r, size_t level)
{
	int32_t value = level + 1 < COUNT(levels) ? read_level(r, level + 1) : read_operand(r);
	const char *operator;

	while (!r->wrong && (operator= take(r, levels[level])))
		value = apply(
			r, *operator, value, level + 1 < COUNT(levels) ? read_level(r, level + 1) : read_operand(r));
	return value;
}

/* NAME=..., NAME+=..., or a value. */
static int32_t read_assignment(struct reader *r)
{
	OWN_VALUE(str_done) struct str name = { 0 }, before = { 0 }, text = { 0 };
	int32_t value = 0;
	const char *after;
	char operator;

	if (++r->depth >= DEPTH_MOST)
		return fail(r);
	skip(r);
	after = r->at + name_length(r->at);
	str_addn(&name, r->at, (size_t)(after - r->at));
	after += strspn(after, " \t");
	operator= * after && strchr("+-*/%&^|<>", *after) ? *after : '\0';
	after += operator? 1 + (strchr("<>", operator) && *after == after[1]) : 0;
	if (!name.len || *after != '=') {
		value = read_level(r, 0);
	} else {
		r->at = after + 1;
		value = read_assignment(r);
		variable_get(r->c, str_text(&name), name.len, &before);
		if (operator)
			value = apply(r, operator,(int32_t) strtol(str_text(&before), NULL, 0), value);
		str_addf(&text, "%d", value);
		if (!r->wrong)
			variable_set(r->c, str_text(&name), str_text(&text));
	}
	r->depth--;
	return value;
}

unsigned arithmetic(struct cmd *c, const char *expression, long *value)
{
	OWN_VALUE(str_done) struct str bare = { 0 };
	struct reader r = { .c = c };

	for (; *expression; expression++)
		if (*expression != '"')
			str_addc(&bare, *expression);
	r.at = str_text(&bare);
	do {
		*value = read_assignment(&r);
		skip(&r);
	} while (!r.wrong && *r.at == ',' && r.at++);
	return r.wrong ? r.wrong : *r.at ? (unsigned)BAD_EXPRESSION : 0;
}
