/* remembered: see the header. */
#include "remembered.h"
#include "language.h"

#include <stdlib.h>
#include <time.h>

int remembered_read(struct remembered *r, struct store *store, const struct hosts *hosts, struct error *e)
{
	int64_t now = time(NULL);

	*r = (struct remembered){ .hosts = hosts, .good = calloc(hosts->count + 1, sizeof(*r->good)) };
	if (!r->good)
		return error_set(e, ERROR_LOCAL, _("out of memory"));
	for (size_t i = 0; i < hosts->count; i++)
		if (store_last_good(store, hosts->host[i].name, now, &r->good[i], e) < 0)
			return -1;
	return 0;
}

int remembered_whole(const struct remembered *r, struct error *e)
{
	for (size_t i = 0; i < r->hosts->count; i++)
		if (r->good[i].damaged)
			return error_set(
				e, ERROR_LOCAL, _("damaged: a record of %.100s is not JSON"), r->hosts->host[i].name);
	return 0;
}

void remembered_done(struct remembered *r)
{
	for (size_t i = 0; r->good && i < r->hosts->count; i++)
		last_good_done(&r->good[i]);
	free(r->good);
	*r = (struct remembered){ 0 };
}

const struct last_good *remembered_of(void *context, const struct host *host)
{
	const struct remembered *r = context;
	return &r->good[host - r->hosts->host];
}
