/* ranges: see the header. Each bracket is expanded inside the one before it, so the name grows from left to right and
 * the last bracket counts fastest. Every name so built counts, so the work is bounded by INVENTORY_HOSTS_MAX. */
#include "ranges.h"
#include "grow.h"
#include "inventory.h"
#include "language.h"
#include "spelling.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { DIGITS_MAX = 18 }; /* of a number: fits in 64 bits, also after adding a step */

struct expansion {
	struct name_list *names;
	const char *text; /* the whole, for messages */
	struct str name;  /* as far as it is built */
	struct place at;
	struct error *e;
};

struct bound {
	uint64_t value;  /* of a letter: its code */
	unsigned digits; /* 0: a letter */
	bool padded;     /* has leading zeros */
};

struct range {
	struct bound first, last;
	uint64_t step;
};

void name_list_done(struct name_list *names)
{
	for (size_t i = 0; i < names->count; i++)
		free(names->name[i]);
	free(names->name);
	*names = (struct name_list){ 0 };
}

int name_list_add(struct name_list *names, const char *name, size_t len, struct error *e)
{
	char **grown = array_grow(names->name, names->count, sizeof(*grown));

	if (!grown)
		return error_memory(e);
	names->name = grown;
	if (!(grown[names->count] = strndup(name, len)))
		return error_memory(e);
	names->count++;
	return 0;
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Returns where the bound ends, NULL if there is none at p. */
static const char *bound_parse(struct bound *b, const char *p, const char *end)
{
	*b = (struct bound){ 0 };
	if (p < end && is_letter(*p)) {
		b->value = (uint64_t)*p;
		return p + 1;
	}
	for (; p < end && *p >= '0' && *p <= '9'; p++) {
		if (++b->digits > DIGITS_MAX)
			return NULL;
		b->padded |= b->digits == 2 && b->value == 0;
		b->value = b->value * 10 + (uint64_t)(*p - '0');
	}
	return b->digits ? p : NULL;
}

/* What stands between commas. Returns false if it is no range at all. */
static bool range_parse(struct range *r, const char *p, const char *end)
{
	char dash, slash;
	struct bound step;

	*r = (struct range){ .step = 1 };
	if (p < end && *p == ':') /* Ansible: [:9] begins at 0 */
		r->first = (struct bound){ .digits = 1 };
	else if (!(p = bound_parse(&r->first, p, end)))
		return false;
	r->last = r->first;
	if (p == end)
		return true;
	dash = *p++;
	slash = dash == '-' ? '/' : ':';
	if ((dash != '-' && dash != ':') || !(p = bound_parse(&r->last, p, end)))
		return false;
	if (p == end)
		return true;
	if (*p++ != slash || bound_parse(&step, p, end) != end || step.digits == 0)
		return false;
	r->step = step.value;
	return true;
}

/* NULL, or what is wrong with a range that could be read. */
static const char *range_fault(const struct range *r)
{
	bool letters = r->first.digits == 0;

	if (letters != (r->last.digits == 0))
		return N_("goes from a letter to a number");
	if (letters && (r->first.value ^ r->last.value) & 0x20)
		return N_("goes from capital to small letters");
	if ((r->first.padded || r->last.padded) && r->first.digits != r->last.digits)
		return N_("needs the same number of digits at both ends");
	if (r->first.value > r->last.value)
		return N_("goes downwards");
	if (r->step == 0)
		return N_("has a step of 0");
	return NULL;
}

static int expand(struct expansion *x, const char *rest);

static int expand_range(struct expansion *x, const struct range *r, const char *rest)
{
	const size_t built = x->name.len;

	for (uint64_t value = r->first.value; value <= r->last.value; value += r->step) {
		if (r->first.digits == 0)
			str_addc(&x->name, (char)value);
		else
			str_addf(&x->name, "%0*" PRIu64, r->first.padded ? (int)r->first.digits : 0, value);
		if (expand(x, rest) < 0)
			return -1;
		x->name.len = built;
	}
	return 0;
}

/* p is behind the opening bracket. */
static int expand_bracket(struct expansion *x, const char *p)
{
	const char *close = strchr(p, ']');

	if (!close)
		return error_at(x->at, x->e, _("'%.100s': '[' without ']'"), x->text);
	for (const char *next; p <= close; p = next + 1) {
		struct range range;
		size_t len = strcspn(p, ",]");

		next = p + len;
		if (!range_parse(&range, p, next))
			return error_at(x->at, x->e,
				_("'%.100s': '%.*s' is not a range; expected 001-120, 001:120, a:f or 1:50:2"), x->text,
				(int)(len < 40 ? len : 40), p);
		const char *fault = range_fault(&range);
		if (fault)
			return error_at(x->at, x->e, _("'%.100s': range %.*s %s"), x->text, (int)len, p, _(fault));
		if (expand_range(x, &range, close + 1) < 0)
			return -1;
	}
	return 0;
}

static int expand(struct expansion *x, const char *rest)
{
	size_t literal = strcspn(rest, "[]");
	char why[NAME_WHY];

	str_addn(&x->name, rest, literal);
	if (str_failed(&x->name))
		return error_at(x->at, x->e, _("'%.100s' is not a host name or IP address: it is longer than %d"),
			x->text, NAME_BYTES_MAX);
	if (rest[literal] == '[')
		return expand_bracket(x, rest + literal + 1);
	if (rest[literal] == ']')
		return error_at(x->at, x->e, _("'%.100s': ']' without '['"), x->text);
	if (x->names->count == INVENTORY_HOSTS_MAX)
		return error_at(x->at, x->e, _("'%.100s' stands for more than %d hosts"), x->text, INVENTORY_HOSTS_MAX);
	if (!host_name_valid(str_text(&x->name), why))
		return error_at(
			x->at, x->e, _("'%.100s' is not a host name or IP address: %s"), str_text(&x->name), why);
	return name_list_add(x->names, str_text(&x->name), x->name.len, x->e);
}

int ranges_expand(struct name_list *names, const char *text, struct place at, struct error *e)
{
	struct expansion x = { .names = names, .text = text, .name = STR(NAME_BYTES_MAX), .at = at, .e = e };
	int failed = expand(&x, text);

	str_done(&x.name);
	return failed;
}
