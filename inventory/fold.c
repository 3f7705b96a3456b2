/* fold: writes many names as few ranges.
 * Theory of operation: the last digits of a name's first label are its number; what stands before and after them, and
 * the width if any number of that length is padded with zeros, is its group. Sorted by group and number, the names of a
 * range stand next to each other. IP addresses and names without a number are groups of their own. */
#include "fold.h"
#include "language.h"
#include "spelling.h"
#include "text.h"
#include "own.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { DIGITS_MAX = 18 }; /* of a number; longer ones are serial numbers and stay as they are */

struct item {
	const char *name;
	char *prefix;       /* owned; all of the name if it has no number */
	const char *suffix; /* in name */
	uint64_t number;
	unsigned digits; /* 0: no number */
	bool zero;       /* begins with a zero that is not all of it */
	unsigned width;  /* zeros are padded up to it; 0: none are */
};

static bool item_init(struct item *item, const char *name)
{
	size_t label = strcspn(name, "."), end = label, begin;

	while (end && !(name[end - 1] >= '0' && name[end - 1] <= '9'))
		end--;
	for (begin = end; begin && name[begin - 1] >= '0' && name[begin - 1] <= '9';)
		begin--;
	if (end - begin > DIGITS_MAX || end == 0 || is_ip_literal(name))
		begin = end = strlen(name);
	*item = (struct item){ .name = name, .prefix = strndup(name, begin), .suffix = name + end };
	item->digits = (unsigned)(end - begin);
	item->zero = item->digits > 1 && name[begin] == '0';
	for (const char *c = name + begin; c < name + end; c++)
		item->number = item->number * 10 + (uint64_t)(*c - '0');
	return item->prefix != NULL;
}

static int by_affixes(const struct item *a, const struct item *b)
{
	int order = strverscmp(a->prefix, b->prefix);

	if (!order)
		order = strverscmp(a->suffix, b->suffix);
	return order ? order : (a->digits != 0) - (b->digits != 0);
}

static int by_digits(const void *left, const void *right)
{
	const struct item *a = left, *b = right;
	int order = by_affixes(a, b);

	return order ? order : (a->digits > b->digits) - (a->digits < b->digits);
}

static int by_group(const struct item *a, const struct item *b)
{
	int order = by_affixes(a, b);

	return order ? order : (a->width > b->width) - (a->width < b->width);
}

static int by_number(const void *left, const void *right)
{
	const struct item *a = left, *b = right;
	int order = by_group(a, b);

	return order ? order : (a->number > b->number) - (a->number < b->number);
}

/* srv007 makes srv100 a number of width 3, too. */
static void find_widths(struct item *items, size_t count)
{
	for (size_t i = 0, same; i < count; i += same) {
		bool zero = false;
		for (same = 0; i + same < count && by_digits(&items[i], &items[i + same]) == 0; same++)
			zero |= items[i + same].zero;
		for (size_t k = i; k < i + same; k++)
			items[k].width = zero ? items[k].digits : 0;
	}
}

static void write_numbers(struct str *out, const struct item *group, size_t count)
{
	for (size_t i = 0, run; i < count; i += run) {
		const uint64_t first = group[i].number;
		uint64_t last = first;
		for (run = 1; i + run < count && group[i + run].number <= last + 1; run++)
			last = group[i + run].number;
		str_addf(out, "%s%0*" PRIu64, i ? "," : "", (int)group->width, first);
		if (last > first)
			str_addf(out, "-%0*" PRIu64, (int)group->width, last);
	}
}

static void write_group(struct str *out, const struct item *group, size_t count)
{
	if (group->digits == 0 || group->number == group[count - 1].number) {
		str_add(out, group->name);
		return;
	}
	str_addf(out, "%s[", group->prefix);
	write_numbers(out, group, count);
	str_addf(out, "]%s", group->suffix);
}

static size_t write_groups(struct str *out, const struct item *items, size_t count, size_t most)
{
	size_t i = 0, same;

	for (size_t groups = 0; i < count && (most == 0 || groups < most); groups++, i += same) {
		for (same = 1; i + same < count && by_group(&items[i], &items[i + same]) == 0;)
			same++;
		if (groups)
			str_addc(out, ',');
		write_group(out, &items[i], same);
	}
	return count - i;
}

size_t fold_first(struct str *out, const char *const *names, size_t count, size_t most)
{
	size_t left = 0;
	OWN(own_free) struct item *items = calloc(count + 1, sizeof(*items));
	bool complete = items != NULL;

	for (size_t i = 0; complete && i < count; i++)
		complete = item_init(&items[i], names[i]);
	if (complete) {
		qsort(items, count, sizeof(*items), by_digits);
		find_widths(items, count);
		qsort(items, count, sizeof(*items), by_number);
		left = write_groups(out, items, count, most);
	} else
		out->failed = true;
	for (size_t i = 0; items && i < count; i++)
		free(items[i].prefix);
	return left;
}

void fold_hosts(struct str *out, const char *const *names, size_t count, size_t most)
{
	size_t left = fold_first(out, names, count, most);

	if (left)
		str_addf(out, _(" (%zu more)"), left);
}
