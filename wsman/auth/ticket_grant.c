/* ticket_grant: a ticket-granting ticket from where ticket_source.h says. Passwords go through krb5_init_creds, which
 * overwrites its copies, while gss_acquire_cred_with_password keeps them (RELIABILITY finding 7), and which asks once,
 * while krb5_get_init_creds_password asks the primary KDC again after a wrong password: half way to a locked account.
 */
#include "ticket_source.h"

#include "kerberos_error.h"

#include <string.h>
#include <time.h>

/* What getting a ticket holds on the way. */
struct grant {
	krb5_context context;
	krb5_init_creds_context asking;
	krb5_get_init_creds_opt *options;
	krb5_keytab keytab;
	krb5_ccache from, cache;
};

static void grant_done(struct grant *g)
{
	if (!g->context)
		return;
	if (g->asking)
		krb5_init_creds_free(g->context, g->asking);
	if (g->options)
		krb5_get_init_creds_opt_free(g->context, g->options);
	if (g->keytab)
		krb5_kt_close(g->context, g->keytab);
	if (g->from)
		krb5_cc_close(g->context, g->from);
	if (g->cache)
		krb5_cc_destroy(g->context, g->cache);
	krb5_free_context(g->context);
}

/* The ticket-granting ticket of the client's own realm: the one that must be there. */
static bool is_own(krb5_context context, const krb5_creds *ticket)
{
	krb5_const_principal server = ticket->server;
	const krb5_data *realm = &ticket->client->realm;

	return server->length == 2 && server->data[1].length == realm->length && realm->length &&
	       memcmp(server->data[1].data, realm->data, realm->length) == 0 &&
	       krb5_realm_compare(context, ticket->client, server);
}

bool ticket_is_granting(const krb5_creds *ticket)
{
	static const char tgs[] = KRB5_TGS_NAME;
	krb5_const_principal server = ticket->server;

	return server->length == 2 && server->data[0].length == KRB5_TGS_NAME_SIZE &&
	       memcmp(server->data[0].data, tgs, KRB5_TGS_NAME_SIZE) == 0;
}

static krb5_error_code left_of(krb5_context context, krb5_timestamp end, int64_t *left_s)
{
	krb5_timestamp now; /* the KDC's, as far as it is known */
	krb5_error_code code = krb5_timeofday(context, &now);

	*left_s = code ? 0 : (int64_t)(uint32_t)end - (int64_t)(uint32_t)now; /* unsigned until 2106 */
	return code;
}

/* *end: of the own realm's ticket that lives longest; 0 if there is none. */
static krb5_error_code copy_granting(struct grant *g, krb5_timestamp *end)
{
	krb5_cc_cursor cursor;
	krb5_creds ticket;
	krb5_error_code code = krb5_cc_start_seq_get(g->context, g->from, &cursor);

	if (code)
		return code;
	while (code == 0 && (code = krb5_cc_next_cred(g->context, g->from, &cursor, &ticket)) == 0) {
		if (ticket_is_granting(&ticket)) {
			code = krb5_cc_store_cred(g->context, g->cache, &ticket);
			if (is_own(g->context, &ticket) && (uint32_t)ticket.times.endtime > (uint32_t)*end)
				*end = ticket.times.endtime;
		}
		krb5_free_cred_contents(g->context, &ticket);
	}
	krb5_cc_end_seq_get(g->context, g->from, &cursor);
	return code == KRB5_CC_END ? 0 : code;
}

static krb5_error_code from_cache(
	struct grant *g, const struct tickets_source *source, krb5_principal client, krb5_timestamp *end)
{
	krb5_principal owner = NULL;
	krb5_error_code code = ticket_source_cache(source, g->context, client, &g->from);

	if (code == 0)
		code = krb5_cc_get_principal(g->context, g->from, &owner);
	if (code == 0 && !krb5_principal_compare(g->context, client, owner))
		code = KRB5_CC_NOTFOUND; /* somebody else's since we began */
	krb5_free_principal(g->context, owner);
	if (code == 0)
		code = krb5_cc_initialize(g->context, g->cache, client);
	if (code == 0)
		code = copy_granting(g, end);
	return code || *end ? code : KRB5_CC_NOTFOUND;
}

static krb5_error_code prepare_asking(struct grant *g, const struct tickets_source *source, krb5_principal client)
{
	krb5_error_code code = krb5_get_init_creds_opt_alloc(g->context, &g->options);

	if (code)
		return code;
	krb5_get_init_creds_opt_set_forwardable(g->options, 0);
	krb5_get_init_creds_opt_set_proxiable(g->options, 0);
	code = krb5_init_creds_init(g->context, client, NULL, NULL, 0, g->options, &g->asking);
	if (code || !source->keytab)
		return code ? code
			    : krb5_init_creds_set_password(g->context, g->asking, secret_bytes(source->password));
	code = ticket_source_keytab(source->keytab, g->context, &g->keytab);
	return code ? code : krb5_init_creds_set_keytab(g->context, g->asking, g->keytab);
}

static krb5_error_code by_asking(struct grant *g, const struct tickets_source *source, struct realm_pause *pause,
	krb5_principal client, krb5_timestamp *end)
{
	struct realm_asking asking;
	krb5_creds ticket;
	krb5_error_code code = prepare_asking(g, source, client);

	if (code)
		return code;
	code = realm_pause_enter(&asking, pause, g->context, &client->realm);
	if (code == 0)
		code = krb5_init_creds_get(g->context, g->asking);
	realm_pause_leave(&asking, g->context, code);
	if (code || (code = krb5_init_creds_get_creds(g->context, g->asking, &ticket)))
		return code;
	*end = ticket.times.endtime;
	code = krb5_cc_initialize(g->context, g->cache, client); /* after asking: it keeps the KDC's clock, too */
	if (code == 0)
		code = krb5_cc_store_cred(g->context, g->cache, &ticket);
	krb5_free_cred_contents(g->context, &ticket);
	return code;
}

static int refuse_expired(const char *name, krb5_timestamp end, bool cache, struct error *e)
{
	time_t at = (time_t)(uint32_t)end;
	char text[64] = "";
	struct tm tm;

	if (localtime_r(&at, &tm))
		strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &tm);
	return error_code(e, ERROR_AUTH, KRB5KRB_AP_ERR_TKT_EXPIRED, "the ticket of %.150s expired at %s: %s [%s]",
		name, text, cache ? "run kinit, or use a keytab" : "check the clock of this machine",
		"KRB_AP_ERR_TKT_EXPIRED");
}

int ticket_source_grant(const struct tickets_source *source, struct realm_pause *pause, krb5_principal client,
	const char *name, struct granting *granting, struct error *e)
{
	OWN_VALUE(grant_done) struct grant g = { 0 };
	bool cache = ticket_source_is_cache(source);
	krb5_timestamp end = 0;
	int64_t left_s = 0;

	krb5_error_code code = krb5_init_context(&g.context);
	if (code == 0)
		code = krb5_cc_new_unique(g.context, "MEMORY", NULL, &g.cache);
	if (code == 0)
		code = cache ? from_cache(&g, source, client, &end) : by_asking(&g, source, pause, client, &end);
	if (code == 0)
		code = left_of(g.context, end, &left_s);
	if (code)
		return kerberos_refused(e, g.context, code, name, NULL);
	if (left_s <= 0)
		return refuse_expired(name, end, cache, e);
	*granting = (struct granting){ .cache = TAKE(g.cache), .end_ms = clock_ms() + left_s * 1000 };
	return 0;
}
