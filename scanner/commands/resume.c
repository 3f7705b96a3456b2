/* resume: see the header. */
#include "resume.h"
#include "language.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int compare_names(const void *a, const void *b)
{
	return strcasecmp((*(const struct host *const *)a)->name, (*(const struct host *const *)b)->name);
}

struct search {
	const struct resumed *resumed;
	const struct host **sorted;
	size_t count;
	size_t missing; /* hosts of the run that the inventory no longer has */
};

static int add_pending(void *context, const char *name)
{
	struct search *search = context;
	const struct host wanted = { .name = (char *)name }, *key = &wanted;
	const struct host **found =
		bsearch(&key, search->sorted, search->count, sizeof(*search->sorted), compare_names);
	if (found)
		search->resumed->pending[(*search->resumed->pending_count)++] = *found;
	else
		search->missing++;
	return 0;
}

static int find_pending(struct store *store, const struct hosts *hosts, const struct resumed *resumed, struct error *e)
{
	OWN(own_free) const struct host **sorted = calloc(hosts->count + 1, sizeof(*sorted));
	struct search search = { .resumed = resumed, .sorted = sorted, .count = hosts->count };

	if (!sorted)
		return error_set(e, ERROR_LOCAL, _("out of memory"));
	for (size_t i = 0; i < hosts->count; i++)
		sorted[i] = &hosts->host[i];
	qsort(sorted, hosts->count, sizeof(*sorted), compare_names);
	*resumed->pending_count = 0;
	if (store_pending(store, resumed->run, add_pending, &search, e) < 0)
		return -1;
	if (search.missing)
		return error_code(e, ERROR_LOCAL, EINVAL,
			_("run %s: %zu of its unfinished hosts are not in the inventory given now"), resumed->run,
			search.missing);
	return 0;
}

/* The report says of the whole run whether it was made insecurely. */
static int same_security(const struct options *o, const struct run_info *info, struct error *e)
{
	const struct {
		const char *name;
		bool now;
	} flags[] = { { "insecure_tls", o->insecure_tls }, { "insecure_plaintext", o->insecure_plaintext } };

	FOR_EACH(flag, flags)
		if (flag->now && !json_is_true(json_object_get(info->meta, flag->name)))
			return error_code(e, ERROR_LOCAL, EINVAL,
				_("run %s was begun without --%s: continue it without, or begin another"), info->id,
				flag->name);
	return 0;
}

int resume_run(struct store *store, const struct options *o, const struct hosts *hosts, const struct resumed *resumed,
	struct error *e)
{
	OWN_VALUE(run_info_done) struct run_info info = { 0 };

	if (store_run(store, o->resume, &info, e) < 0 || same_security(o, &info, e) < 0)
		return -1;
	memcpy(resumed->run, info.id, sizeof(info.id));
	*resumed->total = info.total;
	return store_run_continue(store, resumed->run, e) < 0 ? -1 : find_pending(store, hosts, resumed, e);
}
