#pragma once
/* tickets: Kerberos tickets of one identity for a whole run. One ticket-granting ticket, from a credential cache, a
 * client keytab or a password, is had once and renewed when it runs out; each host gets a service ticket in a small
 * cache of its own, for searching a large one is linear (RELIABILITY 0.6). Thread-safe. libkrb5 blocks: up to 40 s on a
 * KDC that keeps silent. Who asks for a ticket leaves it to itself when the deadline comes (errand.h), and after one
 * failure the realm fails fast for TICKETS_PAUSE_S. */

#include <gssapi/gssapi.h>
#include <krb5/krb5.h>

#include "deadline.h"
#include "error.h"
#include "own.h"
#include "secret.h"

enum { TICKETS_PAUSE_S = 30 };

struct tickets;

struct tickets_source {                /* borrowed by tickets for its life; the first that is there counts */
	const char *keytab;            /* client keytab file, or NULL */
	const struct secret *password; /* of principal, or NULL */
	const char *principal;         /* "svc@CORP.EXAMPLE"; NULL: the cache's, or the first of the keytab */
	const char *ccache;            /* NULL: the user's default cache (KRB5CCNAME) */
};

/* Looks at files, not at the network. NULL with *e set (ERROR_LOCAL) if the source cannot give tickets: no cache, a
 * keytab that is not readable or lets others read it (0600, ours or root's), a principal that no realm is known for. */
struct tickets *tickets_new(const struct tickets_source *source, struct error *e);
void tickets_free(struct tickets *t);
CLEANUP_OF(struct tickets, tickets_free);

const char *tickets_principal(const struct tickets *t); /* "svc@CORP.EXAMPLE" */

/* Has the ticket-granting ticket, if not yet. ERROR_AUTH: wrong password, unknown or locked user, expired ticket, clock
 * skew, no KDC; ERROR_TIMEOUT, ERROR_ABORTED: the deadline came while another thread asked the KDC. */
int tickets_prove(struct tickets *t, struct deadline deadline, struct error *e);

struct ticket { /* for one service on one host */
	gss_cred_id_t credential;
	gss_name_t target;
	char spn[300]; /* "host/srv.corp.example" */
	krb5_context context;
	krb5_ccache cache;
};

/* service names that WinRM answers to, in the order of trying: host, HTTP, WSMAN (PROTOCOL: SPN). */
enum { TICKET_SERVICES = 3 };
extern const char *const ticket_services[TICKET_SERVICES];

/* Gets a ticket for service/host, by name only: no DNS lookup changes it (PROTOCOL: no reverse DNS). *ticket is valid
 * until ticket_done(), and must not outlive t. -1 with *e set, ERROR_AUTH unless the deadline came; e->code is then the
 * krb5_error_code: KRB5KDC_ERR_S_PRINCIPAL_UNKNOWN says that another service may be tried. */
int ticket_get(struct tickets *t, const char *service, const char *host, struct deadline deadline,
	struct ticket *ticket, struct error *e);
void ticket_done(struct ticket *ticket); /* also of a zeroed one */
