/* terms: see the header. */
#include "terms.h"
#include "language.h"
#include "spelling.h"
#include "text.h"
#include "own.h"

#include <stdlib.h>
#include <string.h>

char term_operator(const char *term)
{
	return *term == '&' || *term == '!' ? *term : '\0';
}

/* Length of the term at p (-1 with *e set), up to a comma or colon that is not in brackets (or, in a regular
 * expression, in groups or escaped). The colons of an IPv6 address do not separate. */
static ssize_t term_length(const char *p, struct place at, struct error *e)
{
	const char *term = p + (term_operator(p) != '\0'), *c;
	bool regex = *term == '~';
	unsigned depth = 0;
	char address[NAME_BYTES_MAX + 1];
	size_t len = strcspn(term, ",");

	if (len < sizeof(address)) {
		memcpy(address, term, len);
		address[len] = '\0';
		if (is_ip_literal(address))
			return term + (ssize_t)len - p;
	}
	for (c = p; *c && (depth || !strchr(",:", *c)); c++) {
		if (regex && *c == '\\' && c[1])
			c++;
		else if (*c == '[' || (regex && strchr("({", *c)))
			depth++;
		else if (depth && (*c == ']' || (regex && strchr(")}", *c))))
			depth--;
	}
	if (depth)
		return error_at(at, e, _("pattern '%.100s': a bracket is not closed"), p);
	return c - p;
}

static int read_terms(struct terms *terms, const char *file, struct error *e);

static int add_term(struct terms *terms, const char *term, bool from_file, struct place at, struct error *e)
{
	const char *body = term + (term_operator(term) != '\0');

	if (!*body)
		return error_at(at, e, _("pattern '%s' names nothing"), term);
	if (*body == '@' && (from_file || body != term))
		return error_at(at, e, _("pattern '%.100s': @file stands only by itself"), term);
	if (*body == '@')
		return read_terms(terms, body + 1, e);
	terms->positive |= body == term;
	return name_list_add(&terms->list, term, strlen(term), e);
}

static int split_terms(struct terms *terms, const char *pattern, bool from_file, struct place at, struct error *e)
{
	for (const char *p = pattern; *p;) {
		p += strspn(p, ",: \t");
		ssize_t len = term_length(p, at, e), end = len;
		if (len < 0)
			return -1;
		while (end && (p[end - 1] == ' ' || p[end - 1] == '\t'))
			end--;
		OWN(own_free) char *term = strndup(p, (size_t)end);
		if (!term)
			return error_memory(e);
		if (*term && add_term(terms, term, from_file, at, e) < 0)
			return -1;
		p += len;
	}
	return 0;
}

static int read_terms(struct terms *terms, const char *file, struct error *e)
{
	OWN_VALUE(source_done) struct source s;
	const char *line;
	size_t len, before = terms->list.count;
	int more;

	if (source_open(&s, file, e) < 0)
		return -1;
	while ((more = source_line(&s, &line, &len, e)) > 0) {
		OWN(own_free) char *pattern = strndup(line, len);
		if (!pattern)
			return error_memory(e);
		if (split_terms(terms, pattern, true, s.at, e) < 0)
			return -1;
	}
	terms->positive |= terms->list.count == before;
	return more;
}

int terms_parse(struct terms *terms, const char *pattern, struct place at, struct error *e)
{
	if (split_terms(terms, pattern, false, at, e) < 0)
		return -1;
	if (terms->list.count == 0 && !terms->positive)
		return error_at(at, e, _("the pattern is empty"));
	return 0;
}

void terms_done(struct terms *terms)
{
	name_list_done(&terms->list);
}
