/* ticket: a service ticket for one host, in a cache of its own (tickets.h). GSSAPI finds it there under exactly the
 * name that it was asked for by, so that beginning a context needs no KDC and no DNS. */
#include "granting.h"

#include "errand.h"
#include "kerberos_error.h"
#include "mechanism.h"

#include <ctype.h>
#include <errno.h>
#include <gssapi/gssapi_ext.h>
#include <gssapi/gssapi_krb5.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const ticket_services[TICKET_SERVICES] = { "host", "HTTP", "WSMAN" };

enum { HOST_ROOM = 256 }; /* a DNS name has at most 253 */

/* As sname_to_principal does, but for asking DNS: small letters, no dot at the end. */
static int plain_name(const char *host, char plain[HOST_ROOM], struct error *e)
{
	size_t len = strlen(host);

	if (len && host[len - 1] == '.')
		len--;
	if (len == 0 || len >= HOST_ROOM)
		return error_set(e, ERROR_LOCAL, "%.100s: not the name of a host", host);
	for (size_t i = 0; i < len; i++)
		plain[i] = (char)tolower((unsigned char)host[i]);
	plain[len] = '\0';
	return 0;
}

/* The realm is what [domain_realm] says, or left to the KDC's referrals. The type SRV_INST is what Windows asks for and
 * never looked up in DNS, while SRV_HST is if krb5.conf says dns_canonicalize_hostname = fallback. */
static krb5_error_code name_server(krb5_context context, const char *service, const char *host, krb5_principal *server)
{
	char **realms = NULL;
	krb5_error_code code = krb5_get_host_realm(context, host, &realms);

	if (code)
		return code;
	code = krb5_build_principal(
		context, server, (unsigned)strlen(realms[0]), realms[0], service, host, (char *)NULL);
	krb5_free_host_realm(context, realms);
	if (code == 0)
		(*server)->type = KRB5_NT_SRV_INST;
	return code;
}

/* asking tells afterwards which realm it was about. */
static krb5_error_code ask_for(
	struct tickets *t, struct ticket *ticket, krb5_principal server, struct realm_asking *asking)
{
	krb5_creds wanted = { .client = granting_client(t), .server = server }, *got = NULL;
	const krb5_data *home = &wanted.client->realm, *realm = server->realm.length ? &server->realm : home;

	krb5_error_code code = realm_pause_enter(asking, granting_pause(t), ticket->context, realm);
	if (code == 0)
		code = krb5_get_credentials(ticket->context, 0, ticket->cache, &wanted, &got);
	realm_pause_leave(asking, ticket->context, code);
	krb5_free_creds(ticket->context, got); /* the cache has it */
	if (strlen(asking->realm) != home->length || memcmp(asking->realm, home->data, home->length) != 0)
		granting_learn(t, ticket->context, ticket->cache);
	return code;
}

/* For Kerberos as it is and inside SPNEGO, where nothing else may be offered. gss_krb5_import_cred() would do for the
 * former only: SPNEGO then takes the user's default cache without a word. */
static OM_uint32 acquire(OM_uint32 *minor, char *cache, gss_cred_id_t *credential)
{
	gss_OID_desc both[] = { *mechanism_kerberos, *mechanism_spnego };
	gss_OID_set_desc mechanisms = { .count = COUNT(both), .elements = both };
	gss_OID_set_desc inside = { .count = 1, .elements = both };
	/* An empty keytab: else each credential holds 8 KB for reading the user's, and may take it for a ticket's sake.
	 */
	gss_key_value_element_desc places[] = { { "ccache", cache }, { "client_keytab", "MEMORY:none" } };
	gss_key_value_set_desc store = { .count = COUNT(places), .elements = places };

	OM_uint32 major = gss_acquire_cred_from(
		minor, GSS_C_NO_NAME, 0, &mechanisms, GSS_C_INITIATE, &store, credential, NULL, NULL);
	return GSS_ERROR(major) ? major : gss_set_neg_mechs(minor, *credential, &inside);
}

/* What GSSAPI needs, from the cache: the name must be the one that the cache has the ticket under. */
static krb5_error_code hand_to_gss(struct ticket *ticket, krb5_principal server)
{
	OM_uint32 minor = 0, major;
	char *name = NULL, *cache = NULL;
	krb5_error_code code = krb5_unparse_name(ticket->context, server, &name);

	if (code == 0)
		code = krb5_cc_get_full_name(ticket->context, ticket->cache, &cache);
	if (code == 0) {
		gss_buffer_desc buffer = { .value = name, .length = strlen(name) };
		major = gss_import_name(&minor, &buffer, GSS_KRB5_NT_PRINCIPAL_NAME, &ticket->target);
		if (!GSS_ERROR(major))
			major = acquire(&minor, cache, &ticket->credential);
		code = GSS_ERROR(major) ? (minor ? (krb5_error_code)minor : ENOMEM) : 0;
	}
	krb5_free_unparsed_name(ticket->context, name);
	krb5_free_string(ticket->context, cache);
	return code;
}

static int refuse(struct tickets *t, struct ticket *ticket, const char *realm, krb5_error_code code, struct error *e)
{
	char full[sizeof(ticket->spn) + REALM_PAUSE_NAME_MAX + 1];

	snprintf(full, sizeof(full), "%s%s%s", ticket->spn, *realm ? "@" : "", realm);
	return kerberos_refused(e, ticket->context, code, tickets_principal(t), full);
}

static int fill(struct tickets *t, const char *service, const char *host, struct ticket *ticket, struct error *e)
{
	struct realm_asking asking = { 0 };
	krb5_principal server = NULL;

	krb5_error_code code = krb5_init_context(&ticket->context);
	if (code)
		return refuse(t, ticket, "", code, e);
	code = krb5_cc_new_unique(ticket->context, "MEMORY", NULL, &ticket->cache);
	if (code == 0)
		code = granting_copy(t, ticket->context, ticket->cache);
	if (code == 0)
		code = name_server(ticket->context, service, host, &server);
	if (code == 0)
		code = ask_for(t, ticket, server, &asking);
	if (code == 0)
		code = hand_to_gss(ticket, server);
	krb5_free_principal(ticket->context, server);
	return code ? refuse(t, ticket, asking.realm, code, e) : 0;
}

/* ---- while a KDC may keep silent ---- */

struct fetching {
	struct tickets *tickets;
	char service[16], host[HOST_ROOM];
	struct deadline deadline;
	struct ticket ticket;
};

static int fetch(void *context, struct error *e)
{
	struct fetching *f = context;

	if (tickets_prove(f->tickets, f->deadline, e) < 0)
		return -1;
	snprintf(f->ticket.spn, sizeof(f->ticket.spn), "%s/%s", f->service, f->host);
	return fill(f->tickets, f->service, f->host, &f->ticket, e);
}

static void fetching_free(void *context)
{
	struct fetching *f = context;

	ticket_done(&f->ticket);
	free(f);
}

static const struct errand errand = { .run = fetch, .free = fetching_free };

int ticket_get(struct tickets *t, const char *service, const char *host, struct deadline deadline,
	struct ticket *ticket, struct error *e)
{
	struct fetching *f = calloc(1, sizeof(*f));
	int rc;

	*ticket = (struct ticket){ 0 };
	if (!f)
		return error_set(e, ERROR_LOCAL, "out of memory");
	f->tickets = t;
	f->deadline = deadline;
	snprintf(f->service, sizeof(f->service), "%s", service);
	if (plain_name(host, f->host, e) < 0) {
		fetching_free(f);
		return -1;
	}
	if (errand_wait(&errand, f, deadline, &rc, e) == ERRAND_LEFT)
		return error_set(e, deadline_stopped(deadline) ? ERROR_ABORTED : ERROR_TIMEOUT,
			"no ticket for %s/%.150s yet: the KDC has not answered", service, host);
	if (rc == 0) {
		*ticket = f->ticket;
		f->ticket = (struct ticket){ 0 };
	}
	fetching_free(f);
	return rc;
}

void ticket_done(struct ticket *ticket)
{
	OM_uint32 minor;

	gss_release_name(&minor, &ticket->target);
	gss_release_cred(&minor, &ticket->credential);
	if (ticket->cache)
		krb5_cc_destroy(ticket->context, ticket->cache);
	if (ticket->context)
		krb5_free_context(ticket->context);
	*ticket = (struct ticket){ 0 };
}
