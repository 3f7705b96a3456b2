#pragma once
/* wsman: one SOAP request in, one SOAP answer out: checks, dispatch, envelope and faults. */

#include "host.h"
#include "request.h"

/* What the HTTP layer knows about a request. */
struct call {
	const char *body;
	size_t len;
	bool anonymous;      /* WSMANIDENTIFY: unauthenticated; only Identify is allowed */
	bool chunked;        /* came with Transfer-Encoding: chunked */
	const char *user;    /* authenticated as */
	const char *client;  /* IP address */
	const char *url;     /* for a:Address: https://name:port/wsman */
	uint64_t connection; /* number of the TCP connection */
	unsigned waited_ms;  /* real, since the request was first looked at */
};

/* One exchange in the making, handed to the operations. */
struct operation {
	struct host *host; /* locked and awake */
	const struct request *request;
	const struct call *call;
	struct str *body;           /* what goes inside s:Body */
	struct str *header;         /* and into s:Header, behind what stands in every answer */
	struct complaint complaint; /* when it returns false */
	const char *provider_text;  /* nested in the fault; NULL: none */
	unsigned wait_ms;           /* set and true returned: nothing to say yet, ask again after that many real ms */
	bool reset;                 /* set and true returned: break the connection instead of answering */
	bool cut;                   /* set and true returned: break it in the middle of the answer */
};
typedef bool operation_fn(struct operation *op);

/* A fault that is no fault of the client's. Always false. */
bool refuse(struct operation *op, const struct fault *fault);

struct wsman_answer {
	struct str envelope;
	bool fault;
	unsigned wait_ms; /* > 0: no envelope yet */
	bool reset, cut;
};
/* answer->envelope is the caller's. */
void wsman_answer(struct host *host, const struct call *call, struct wsman_answer *answer);
