/* xpath: see xpath.h. The query is read anew for each event, which is simple and quick enough for a few hundred. */

#include "xpath.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "own.h"

enum { DEPTH_MAX = 24, NAME_MAX_LENGTH = 32, TEXT_MAX = 160 };

/* What a name means depends on the element whose predicate is being read. */
enum context { IN_EVENT, IN_SYSTEM, IN_PROVIDER, IN_TIME, IN_DATA };

struct parser {
	const char *at;
	const struct event *event;
	time_t now;
	int depth;
	bool malformed;
};

/* A value to be compared: text, or a number. */
struct operand {
	bool is_number;
	double number;
	char text[TEXT_MAX];
};

static bool parse_or(struct parser *p, enum context context);

static void skip_space(struct parser *p)
{
	while (isspace((unsigned char)*p->at))
		p->at++;
}

static bool take(struct parser *p, const char *symbol)
{
	skip_space(p);
	if (strncmp(p->at, symbol, strlen(symbol)) != 0)
		return false;
	p->at += strlen(symbol);
	return true;
}

static bool take_word(struct parser *p, const char *word)
{
	size_t len = strlen(word);

	skip_space(p);
	if (strncmp(p->at, word, len) != 0 || isalnum((unsigned char)p->at[len]))
		return false;
	p->at += len;
	return true;
}

static bool fail(struct parser *p)
{
	p->malformed = true;
	return false;
}

static bool take_name(struct parser *p, char name[NAME_MAX_LENGTH])
{
	size_t len = 0;

	skip_space(p);
	while ((isalnum((unsigned char)p->at[len]) || p->at[len] == '_') && len < NAME_MAX_LENGTH - 1)
		len++;
	memcpy(name, p->at, len);
	name[len] = '\0';
	p->at += len;
	return len > 0;
}

static bool take_literal(struct parser *p, struct operand *value)
{
	char quote, *end;
	size_t len;

	skip_space(p);
	quote = *p->at;
	if (quote != '\'' && quote != '"') {
		value->is_number = true;
		value->number = strtod(p->at, &end);
		if (end == p->at)
			return fail(p);
		p->at = end;
		return true;
	}
	len = strcspn(p->at + 1, quote == '"' ? "\"" : "'");
	if (p->at[1 + len] != quote || len >= sizeof(value->text))
		return fail(p);
	memcpy(value->text, p->at + 1, len);
	value->text[len] = '\0';
	p->at += len + 2;
	return true;
}

/* "12:05:41.1230000Z" and "12:05:41.123Z" are the same time: what tells nothing falls off the end. */
static void trim_time(char *value)
{
	char *point = strrchr(value, '.'), *end;

	if (!point || point[strlen(point) - 1] != 'Z')
		return;
	for (end = point + strlen(point) - 1; end[-1] == '0'; end--)
		;
	end[end[-1] == '.' ? -1 : 0] = '\0';
}

static bool compare(struct parser *p, struct operand *left)
{
	static const char *const operators[] = { "<=", ">=", "!=", "=", "<", ">" };
	struct operand right = { 0 };
	double order;

	FOR_EACH(operator, operators) {
		if (!take(p, *operator))
			continue;
		if (!take_literal(p, &right))
			return false;
		trim_time(left->text);
		trim_time(right.text);
		order = left->is_number && right.is_number ? left->number - right.number
							   : strcmp(left->text, right.text);
		switch (**operator) {
		case '<':
			return (*operator)[1] ? order <= 0 : order < 0;
		case '>':
			return (*operator)[1] ? order >= 0 : order > 0;
		case '!':
			return order != 0;
		default:
			return order == 0;
		}
	}
	return fail(p);
}

static struct operand number(double value)
{
	return (struct operand){ .is_number = true, .number = value };
}

static struct operand text(const char *value)
{
	struct operand operand = { 0 };

	snprintf(operand.text, sizeof(operand.text), "%s", value);
	return operand;
}

static bool attribute(struct parser *p, enum context context)
{
	char name[NAME_MAX_LENGTH], when[40];
	struct operand value;

	if (!take_name(p, name))
		return fail(p);
	event_system_time(p->event, when);
	if (context == IN_PROVIDER && strcmp(name, "Name") == 0)
		value = text(p->event->kind->provider);
	else if (context == IN_TIME && strcmp(name, "SystemTime") == 0)
		value = text(when);
	else
		return fail(p);
	return compare(p, &value);
}

static bool timediff(struct parser *p)
{
	struct operand age = number(1000.0 * (double)(p->now - p->event->when) - p->event->milliseconds);

	if (!take(p, "(") || !take(p, "@SystemTime") || !take(p, ")"))
		return fail(p);
	return compare(p, &age);
}

static bool predicate(struct parser *p, enum context context)
{
	bool result;

	if (!take(p, "["))
		return true;
	result = parse_or(p, context);
	return take(p, "]") ? result : fail(p);
}

static bool system_child(struct parser *p, const char *name)
{
	const struct event_kind *kind = p->event->kind;
	struct operand value;

	if (strcmp(name, "Provider") == 0)
		return predicate(p, IN_PROVIDER);
	if (strcmp(name, "TimeCreated") == 0)
		return predicate(p, IN_TIME);
	if (strcmp(name, "EventID") == 0)
		value = number(kind->id);
	else if (strcmp(name, "Level") == 0)
		value = number(kind->level);
	else if (strcmp(name, "EventRecordID") == 0)
		value = number(p->event->record);
	else if (strcmp(name, "Channel") == 0)
		value = text(kind->channel);
	else
		return fail(p);
	return compare(p, &value);
}

static bool data_child(struct parser *p)
{
	struct operand wanted = { 0 };

	if (!take(p, "=") || !take_literal(p, &wanted))
		return fail(p);
	for (size_t i = 0; i < EVENT_STRINGS_MAX && p->event->kind->strings[i]; i++)
		if (strcmp(p->event->kind->strings[i], wanted.text) == 0)
			return true;
	return false;
}

static bool parse_primary(struct parser *p, enum context context)
{
	char name[NAME_MAX_LENGTH];
	bool result;

	if (take(p, "(")) {
		result = parse_or(p, context);
		return take(p, ")") ? result : fail(p);
	}
	if (take(p, "@"))
		return attribute(p, context);
	if (!take_name(p, name))
		return fail(p);
	if (context == IN_TIME && strcmp(name, "timediff") == 0)
		return timediff(p);
	if (context == IN_EVENT && strcmp(name, "System") == 0)
		return predicate(p, IN_SYSTEM);
	if (context == IN_EVENT && strcmp(name, "EventData") == 0)
		return predicate(p, IN_DATA);
	if (context == IN_DATA && strcmp(name, "Data") == 0)
		return data_child(p);
	return context == IN_SYSTEM ? system_child(p, name) : fail(p);
}

/* Both sides are always read, since reading is what moves on. */
static bool parse_and(struct parser *p, enum context context)
{
	bool result = parse_primary(p, context);

	while (!p->malformed && take_word(p, "and"))
		result &= parse_primary(p, context);
	return result;
}

static bool parse_or(struct parser *p, enum context context)
{
	bool result;

	if (++p->depth > DEPTH_MAX)
		return fail(p);
	result = parse_and(p, context);
	while (!p->malformed && take_word(p, "or"))
		result |= parse_and(p, context);
	p->depth--;
	return result;
}

static bool parse_path(struct parser *p)
{
	if (!take(p, "*") && !take_word(p, "Event"))
		return fail(p);
	return predicate(p, IN_EVENT);
}

enum xpath_result xpath_selects(const char *query, const struct event *event, time_t now)
{
	struct parser p = { .at = query, .event = event, .now = now };
	bool result = parse_path(&p);

	while (!p.malformed && take_word(&p, "or"))
		result |= parse_path(&p);
	skip_space(&p);
	if (p.malformed || *p.at)
		return XPATH_MALFORMED;
	return result ? XPATH_YES : XPATH_NO;
}
