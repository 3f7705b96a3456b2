/* lineage: see the header. */
#include "lineage.h"

#include <stdio.h>
#include <string.h>

const char *lineage_profile(const json_t *meta)
{
	return json_string_value(json_object_get(meta, "profile"));
}

bool lineage_narrowed(const json_t *meta)
{
	return json_is_true(json_object_get(meta, "narrowed"));
}

/* Absent, as in the runs of older versions, is the same as null. */
static bool same_value(const json_t *a, const json_t *b, const char *key)
{
	const json_t *x = json_object_get(a, key), *y = json_object_get(b, key);

	if (json_is_null(x) || !x)
		return json_is_null(y) || !y;
	return y && json_equal(x, y);
}

/* How many hosts a source gave changes from day to day. */
static bool same_sources(const json_t *a, const json_t *b)
{
	const json_t *x = json_object_get(a, "sources"), *y = json_object_get(b, "sources");

	if (json_array_size(x) != json_array_size(y))
		return false;
	for (size_t i = 0; i < json_array_size(x); i++)
		if (!same_value(json_array_get(x, i), json_array_get(y, i), "source"))
			return false;
	return true;
}

bool lineage_same(const json_t *a, const json_t *b)
{
	const char *profile = lineage_profile(a), *other = lineage_profile(b);

	if ((profile || other) && (!profile || !other || strcmp(profile, other) != 0))
		return false;
	if (profile && lineage_narrowed(a) != lineage_narrowed(b))
		return false;
	if (profile && !lineage_narrowed(a))
		return true;
	return same_sources(a, b) && same_value(a, b, "targets") && same_value(a, b, "limit");
}

struct search {
	const struct run_info *run; /* NULL: any will do */
	bool before;                /* only what began before it */
	bool passed;
	char *id;
};

/* Runs come newest first. */
static int consider(void *context, const struct run_info *info)
{
	struct search *search = context;

	if (search->before && !search->passed) {
		search->passed = !strcmp(info->id, search->run->id);
		return 0;
	}
	if (strcmp(info->state, "complete") || (search->run && !lineage_same(search->run->meta, info->meta)))
		return 0;
	snprintf(search->id, sizeof(info->id), "%s", info->id);
	return 1;
}

static int look(struct store *store, struct search *search, struct error *e)
{
	*search->id = '\0';
	return store_runs(store, consider, search, e);
}

int lineage_before(struct store *store, const struct run_info *run, char id[27], struct error *e)
{
	return look(store, &(struct search){ .run = run, .before = true, .id = id }, e);
}

int lineage_newest(struct store *store, const struct run_info *run, char id[27], struct error *e)
{
	return look(store, &(struct search){ .run = run, .id = id }, e);
}
