/* names: see the header. */
#include "names.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { PLAIN_MAX = 80 };

void names_done(struct names *names)
{
	for (size_t i = 0; i < names->count; i++)
		free(names->name[i]);
	free(names->name);
	*names = (struct names){ 0 };
}

bool names_have(const struct names *names, const char *name)
{
	for (size_t i = 0; i < names->count; i++)
		if (!strcasecmp(names->name[i], name))
			return true;
	return false;
}

int names_add(struct names *names, const char *name, struct error *e)
{
	if (names_have(names, name))
		return 0;
	if (names->count == NAMES_MAX)
		return error_set(e, ERROR_LOCAL, "more than %d names", NAMES_MAX);
	char **more = realloc(names->name, (names->count + 1) * sizeof(*more));
	if (!more)
		return error_set(e, ERROR_LOCAL, "out of memory");
	names->name = more;
	if (!(names->name[names->count] = strdup(name)))
		return error_set(e, ERROR_LOCAL, "out of memory");
	names->count++;
	return 0;
}

static int compare(const void *a, const void *b)
{
	return strcasecmp(*(char *const *)a, *(char *const *)b);
}

void names_sort(struct names *names)
{
	if (names->count)
		qsort(names->name, names->count, sizeof(*names->name), compare);
}

bool name_is_plain(const char *name)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-";
	size_t len = strlen(name);
	return len && len <= PLAIN_MAX && strspn(name, plain) == len;
}
