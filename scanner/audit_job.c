/* audit_job: see the header. */
#include "audit_job.h"

#include <stdlib.h>

static void audit(const struct audit_job *job, struct deadline deadline, struct result *result)
{
	struct connection connection;
	struct error e = { 0 };

	if (reach(result->host, &job->access, &connection, &e) < 0) {
		audit_unreachable(result, "connect", &e);
		return;
	}
	result->port = connection.port;
	OWN(session_free) struct session *s = session_open(&connection, deadline, &e);
	if (!s) {
		audit_unreachable(result, "connect", &e);
		return;
	}
	audit_host(s, &job->options, result);
}

void *audit_job(void *context, const struct host *host, struct deadline deadline)
{
	struct result *result = calloc(1, sizeof(*result));

	if (!result)
		abort(); /* nothing can be said about the host any more, not even that */
	result->host = host;
	audit(context, deadline, result);
	return result;
}
