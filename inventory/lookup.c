/* lookup: see the header. */
#include "lookup.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

struct node {
	const char *key;
	size_t position;
};

struct lookup {
	void *root;
	int (*compare)(const void *a, const void *b);
	size_t count;
};

static int compare_exactly(const void *a, const void *b)
{
	return strcmp(((const struct node *)a)->key, ((const struct node *)b)->key);
}

static int compare_ignoring_case(const void *a, const void *b)
{
	return strcasecmp(((const struct node *)a)->key, ((const struct node *)b)->key);
}

struct lookup *lookup_new(bool ignore_case)
{
	struct lookup *l = calloc(1, sizeof(*l));

	if (l)
		l->compare = ignore_case ? compare_ignoring_case : compare_exactly;
	return l;
}

void lookup_free(struct lookup *l)
{
	if (!l)
		return;
	tdestroy(l->root, free);
	free(l);
}

int lookup_add(struct lookup *l, const char *key, size_t position)
{
	OWN(own_free) struct node *node = malloc(sizeof(*node));

	if (!node)
		return -1;
	*node = (struct node){ key, position };
	if (!tsearch(node, &l->root, l->compare))
		return -1;
	l->count++;
	(void)TAKE(node);
	return 0;
}

bool lookup_find(const struct lookup *l, const char *key, size_t *position)
{
	struct node **found = tfind(&(struct node){ key, 0 }, &l->root, l->compare);

	if (found && position)
		*position = (*found)->position;
	return found != NULL;
}

size_t lookup_count(const struct lookup *l)
{
	return l->count;
}
