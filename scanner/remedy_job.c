/* remedy_job: see the header. */
#include "remedy_job.h"

#include <stdlib.h>

/* The way to one host, in one worker: sessions borrow the connection, and a repair opens several in turn. */
struct way {
	const struct fleet_access *access;
	struct connection connection;
	bool known;
};

static struct session *open_session(void *context, const struct host *host, struct deadline deadline, struct error *e)
{
	struct way *way = context;

	if (!way->known && reach(host, way->access, &way->connection, e) < 0)
		return NULL;
	way->known = true;
	return session_open(&way->connection, deadline, e);
}

void looked_free(struct looked *looked)
{
	if (looked)
		survey_done(&looked->look);
	free(looked);
}

void *plan_job(void *context, const struct host *host, struct deadline deadline)
{
	const struct remedy_job *job = context;
	struct way way = { .access = &job->access };
	struct error e = { 0 };
	struct looked *looked = calloc(1, sizeof(*looked));

	if (!looked)
		abort(); /* nothing can be said about the host any more, not even that */
	looked->host = host;
	OWN(session_free) struct session *s = open_session(&way, host, deadline, &e);
	if (s)
		survey_host(s, host, &job->options.audit, job->options.plan->action, &looked->look);
	else
		survey_unreachable(&looked->look, host, &e);
	looked->look.result->port = way.connection.port;
	return looked;
}

void *remedy_job(void *context, const struct host *host, struct deadline deadline)
{
	const struct remedy_job *job = context;
	struct way way = { .access = &job->access };
	struct remedy_options options = job->options;

	options.open = open_session;
	options.open_context = &way;
	struct repair *repair = remedy_host(&options, host, deadline);
	if (!repair)
		abort();
	return repair;
}

void remedy_job_again(void *context, struct repair *repair, struct deadline deadline)
{
	const struct remedy_job *job = context;
	struct way way = { .access = &job->access };
	struct remedy_options options = job->options;

	options.open = open_session;
	options.open_context = &way;
	remedy_soak(&options, repair, deadline);
}
