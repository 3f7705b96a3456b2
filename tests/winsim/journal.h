#pragma once
/* journal: what the clients did wrong, and how much they did. One per process; any thread may write. */

#include <jansson.h>

enum counter {
	COUNT_REQUESTS,                /* HTTP requests to simulated hosts, refused ones included */
	COUNT_MUTATING,                /* changes asked for, by methods and commands, refused ones included */
	COUNT_SHELLS_CREATED,          /* */
	COUNT_COMMANDS,                /* command lines run in shells */
	COUNT_PROCESSES,               /* detached ones created */
	COUNT_AUTHENTICATION_FAILURES, /* wrong credentials; a 401 without credentials is none */
	COUNT_LEGS,                    /* requests that bear a token of NTLM, Kerberos or SPNEGO */
	COUNT_CONTEXTS,                /* conversations that ended well */
	COUNT_SEALED_REQUESTS,         /* */
	COUNT_NTLM_COMBINED,           /* the last message of NTLM in one request with a body */
	COUNT_RETRIED, /* a request sent again, byte for byte but its MessageID, after we broke the first */
	COUNT_BYTES_IN,
	COUNT_BYTES_OUT,
	/* the rest are levels: they survive journal_quiet() */
	COUNT_OPEN_SHELLS,
	COUNT_OPEN_ENUMERATIONS,
	COUNT_OPEN_SUBSCRIPTIONS,
	COUNT_CONNECTIONS_OPEN,
	COUNT_PROCESSES_RUNNING,
	COUNTERS,
};

void journal_count(enum counter counter, long by);
long journal_value(enum counter counter);

/* rule is a short constant such as "soap.reply-to"; the first few thousand are kept, all are counted. */
void journal_violation(const char *host, const char *rule, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

json_t *journal_json(void); /* the caller's */
void journal_quiet(void);   /* forgets violations and totals, keeps levels */
