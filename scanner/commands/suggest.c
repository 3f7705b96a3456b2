/* suggest: see the header. Edit distance with one row; words are option names, so short. */
#include "suggest.h"

#include <string.h>

enum { WORD_MAX = 40 };

static size_t least(size_t a, size_t b, size_t c)
{
	size_t ab = a < b ? a : b;
	return ab < c ? ab : c;
}

static size_t distance(const char *a, const char *b)
{
	size_t row[WORD_MAX + 1], n = strlen(a), m = strlen(b);
	if (n > WORD_MAX || m > WORD_MAX)
		return WORD_MAX;
	for (size_t i = 0; i <= n; i++)
		row[i] = i;
	for (size_t k = 1; k <= m; k++) {
		size_t corner = row[0];
		row[0] = k;
		for (size_t i = 1; i <= n; i++) {
			size_t above = row[i];
			row[i] = least(above + 1, row[i - 1] + 1, corner + (a[i - 1] != b[k - 1]));
			corner = above;
		}
	}
	return row[n];
}

const char *suggest(const char *word, const char *const *names, size_t count)
{
	const char *nearest = NULL;
	size_t best = strlen(word) / 3 + 2; /* further away is another word, not a typing error */

	for (size_t i = 0; i < count; i++) {
		size_t d = distance(word, names[i]);
		if (d < best) {
			best = d;
			nearest = names[i];
		}
	}
	return nearest;
}
