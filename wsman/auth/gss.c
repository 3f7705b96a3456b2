/* gss: Kerberos and NTLM by MIT's GSSAPI, as they are or inside SPNEGO (RFC 4559, RFC 4178, MS-WSMV 2.2.9.1).
 * Theory of operation: one mechanism per session, chosen before the first byte, so that no server can pick a weaker
 * one. Each connection gets a context of its own. What the server sends is checked (token.h) before GSSAPI sees it. */
#include "guard.h"
#include "kerberos_error.h"
#include "mechanism.h"
#include "ntlm.h"
#include "scheme.h"
#include "seal.h"
#include "text.h"
#include "tickets.h"
#include "token.h"
#include "wrap.h"

#include <gssapi/gssapi_ext.h>
#include <stdlib.h>
#include <string.h>

enum {
	LEGS_MAX = 4, /* tokens from the server; one is enough */
	FLAGS = GSS_C_MUTUAL_FLAG | GSS_C_CONF_FLAG | GSS_C_INTEG_FLAG | GSS_C_REPLAY_FLAG | GSS_C_SEQUENCE_FLAG,
	PROTECTED = GSS_C_CONF_FLAG | GSS_C_INTEG_FLAG,
};

struct gss {
	struct auth auth;
	const struct credential *credential;
	struct auth_target target;
	bool kerberos,
		spnego; /* SPNEGO around Kerberos only: Windows' own client sends NTLM as it is (MS-SPNG note 8) */
	const char *beginning; /* of the header line: "Authorization: Negotiate " */
	const char *protocol;  /* of sealed messages */
	size_t service;        /* in ticket_services, that is being tried */
	struct ticket ticket;  /* Kerberos */
	gss_name_t server;     /* NTLM */
	gss_ctx_id_t context;
	const struct binding *binding;
	unsigned legs;
	struct str header; /* with the last token ... */
	bool pending;      /* ... which has not been handed out yet */
};

static void forget_context(struct gss *g)
{
	OM_uint32 minor;

	gss_delete_sec_context(&minor, &g->context, GSS_C_NO_BUFFER);
	g->legs = 0;
	g->pending = g->auth.established = g->auth.mutual = false;
	g->auth.ready = g->target.tls && g->kerberos; /* the token and the first message go together */
}

/* ---- before connecting ---- */

/* Then NTLM shall not try the same one on hosts that have no name. */
static bool is_wrong_password(krb5_error_code code)
{
	return code == KRB5KDC_ERR_PREAUTH_FAILED || code == KRB5KRB_AP_ERR_BAD_INTEGRITY ||
	       code == KRB5KDC_ERR_CLIENT_REVOKED || code == KRB5KDC_ERR_KEY_EXP;
}

static int get_ticket(struct gss *g, struct deadline deadline, struct error *e)
{
	struct error first = { 0 };

	for (; g->service < TICKET_SERVICES; g->service++) {
		const char *service = g->target.service ? g->target.service : ticket_services[g->service];
		struct error refused = { 0 };
		if (ticket_get(g->credential->tickets, service, g->target.host, deadline, &g->ticket, &refused) == 0) {
			snprintf(g->auth.spn, sizeof(g->auth.spn), "%s", g->ticket.spn);
			return 0;
		}
		if (refused.kind == ERROR_AUTH && is_wrong_password((krb5_error_code)refused.code) &&
			g->credential->guard)
			guard_suspend(g->credential->guard);
		if (refused.kind != ERROR_AUTH || refused.code != KRB5KDC_ERR_S_PRINCIPAL_UNKNOWN) {
			*e = refused;
			return -1;
		}
		if (first.kind == ERROR_NONE)
			first = refused;
		if (g->target.service)
			break;
	}
	*e = first;
	g->service = 0; /* another message may ask again */
	return -1;
}

static int context_prepare(struct auth *a, struct deadline deadline, struct error *e)
{
	struct gss *g = (struct gss *)a;

	forget_context(g);
	if (!g->kerberos || g->ticket.credential)
		return 0;
	return get_ticket(g, deadline, e);
}

/* Where an SPN belongs to another account, the server cannot read our ticket and only says 401. */
static bool context_another(struct auth *a)
{
	struct gss *g = (struct gss *)a;

	if (!g->kerberos || g->target.service || g->service + 1 >= TICKET_SERVICES)
		return false;
	forget_context(g);
	ticket_done(&g->ticket);
	g->ticket = (struct ticket){ 0 };
	g->service++;
	return true;
}

/* ---- the conversation ---- */

static gss_OID outer_mechanism(const struct gss *g)
{
	return g->spnego ? mechanism_spnego : g->kerberos ? mechanism_kerberos : mechanism_ntlm;
}

static int refused_by_kerberos(struct gss *g, krb5_error_code code, struct error *e)
{
	return kerberos_refused(e, g->ticket.context, code, tickets_principal(g->credential->tickets), g->auth.spn);
}

static int refused_by_gss(struct gss *g, OM_uint32 major, OM_uint32 minor, struct error *e)
{
	char text[MECHANISM_TEXT_ROOM];

	if (g->kerberos && !g->spnego && minor) /* SPNEGO gives numbers of its own */
		return refused_by_kerberos(g, (krb5_error_code)minor, e);
	mechanism_status(text, major, minor, outer_mechanism(g));
	return error_code(e, ERROR_AUTH, (int64_t)major, "the %s authentication failed: %s", g->auth.name, text);
}

static int keep_token(struct gss *g, const gss_buffer_desc *token, struct error *e)
{
	str_clear(&g->header);
	g->pending = token->length > 0;
	if (!g->pending)
		return 0;
	str_add(&g->header, g->beginning);
	base64_encode(&g->header, token->value, token->length);
	return str_failed(&g->header) ? error_set(e, ERROR_LOCAL, "out of memory") : 0;
}

/* The context stands: is it what we asked for? */
static int check_context(struct gss *g, struct error *e)
{
	OM_uint32 minor, flags = 0;
	gss_OID mechanism = GSS_C_NO_OID;

	if (gss_inquire_context(&minor, g->context, NULL, NULL, NULL, &mechanism, &flags, NULL, NULL) != GSS_S_COMPLETE)
		return error_set(e, ERROR_LOCAL, "GSSAPI does not know its own context");
	if (!gss_oid_equal(mechanism, g->kerberos ? mechanism_kerberos : mechanism_ntlm))
		return error_set(e, ERROR_AUTH, "the server settled for another mechanism than %s", g->auth.name);
	if (g->auth.seals && (flags & PROTECTED) != PROTECTED)
		return error_set(e, ERROR_AUTH, "the server does not agree to encrypt messages: nothing is sent to it");
	if (g->kerberos && !(flags & GSS_C_MUTUAL_FLAG))
		return error_set(e, ERROR_AUTH, "the server did not prove its identity by Kerberos");
	g->auth.established = g->auth.ready = true;
	g->auth.mutual = g->kerberos; /* NTLM proves nothing about the server, whatever the library says */
	if (!g->auth.seals)           /* then all is said: an NTLM context takes 75 KB */
		gss_delete_sec_context(&minor, &g->context, GSS_C_NO_BUFFER);
	return 0;
}

static int step(struct gss *g, gss_buffer_t from_server, struct error *e)
{
	gss_cred_id_t credential = g->kerberos ? g->ticket.credential : ntlm_credential(g->credential->ntlm);
	gss_buffer_desc token = GSS_C_EMPTY_BUFFER;
	gss_channel_bindings_t bindings =
		g->binding ? (gss_channel_bindings_t)&g->binding->bindings : GSS_C_NO_CHANNEL_BINDINGS;
	OM_uint32 minor, ignored;
	OM_uint32 major =
		gss_init_sec_context(&minor, credential, &g->context, g->kerberos ? g->ticket.target : g->server,
			outer_mechanism(g), FLAGS, 0, bindings, from_server, NULL, &token, NULL, NULL);

	int rc = GSS_ERROR(major) ? refused_by_gss(g, major, minor, e) : keep_token(g, &token, e);
	gss_release_buffer(&ignored, &token);
	if (rc == 0 && major == GSS_S_COMPLETE)
		rc = check_context(g, e);
	if (rc == 0 && !g->auth.established && !g->pending)
		rc = error_set(e, ERROR_PROTOCOL, "the server ended the authentication before it was complete");
	return rc;
}

static int context_begin(struct auth *a, const struct binding *binding, struct error *e)
{
	struct gss *g = (struct gss *)a;

	g->binding = binding;
	return step(g, GSS_C_NO_BUFFER, e);
}

static char *context_header(struct auth *a)
{
	struct gss *g = (struct gss *)a;
	bool pending = g->pending;

	g->pending = false;
	return pending ? g->header.data : NULL;
}

static enum token_kind token_kind(const struct gss *g)
{
	return !g->kerberos ? TOKEN_NTLM : g->spnego ? TOKEN_SPNEGO_KERBEROS : TOKEN_KERBEROS;
}

/* The server says by Kerberos' own error what it did not like. */
static int check_refusal(struct gss *g, const struct str *token, struct error *e)
{
	size_t len = 0;
	const void *message = g->kerberos ? token_kerberos_error(token_kind(g), token->data, token->len, &len) : NULL;
	krb5_data data = { .length = (unsigned)len, .data = (char *)message };
	krb5_error *refusal = NULL;

	if (!message)
		return 0;
	if (krb5_rd_error(g->ticket.context, &data, &refusal) != 0)
		return error_set(e, ERROR_PROTOCOL, "the server's Kerberos error cannot be read");
	refused_by_kerberos(g, ERROR_TABLE_BASE_krb5 + (krb5_error_code)refusal->error, e);
	krb5_free_error(g->ticket.context, refusal);
	return -1;
}

static int context_take(struct auth *a, const char *token, struct error *e)
{
	struct gss *g = (struct gss *)a;
	OWN_VALUE(str_done) struct str bytes = STR(TOKEN_MAX);

	if (++g->legs > LEGS_MAX)
		return error_set(e, ERROR_PROTOCOL, "the server never ends the authentication");
	if (base64_decode(&bytes, token, strlen(token)) < 0)
		return error_set(e, ERROR_PROTOCOL, "the server's token is not base64, or too long");
	if (token_check(token_kind(g), bytes.data, bytes.len, e) < 0 || check_refusal(g, &bytes, e) < 0)
		return -1;
	gss_buffer_desc buffer = { bytes.len, bytes.data };
	if (step(g, &buffer, e) < 0)
		return -1;
	if (g->target.tls && !g->kerberos)
		g->auth.ready = true; /* behind the answer to the challenge */
	return 0;
}

/* ---- messages ---- */

static struct sealing sealing_of(const struct gss *g)
{
	return (struct sealing){ .context = g->context, .ntlm = !g->kerberos, .protocol = g->protocol };
}

static int context_seal(struct auth *a, const char *plain, size_t len, struct str *sealed, struct error *e)
{
	struct sealing sealing = sealing_of((struct gss *)a);

	return a->seals ? wrap_message(&sealing, plain, len, sealed, e) : clear_seal(a, plain, len, sealed, e);
}

static int context_unseal(struct auth *a, const char *content_type, struct str *body, struct error *e)
{
	struct sealing sealing = sealing_of((struct gss *)a);

	return a->seals ? unwrap_message(&sealing, content_type, body, e) : clear_unseal(a, content_type, body, e);
}

static void context_free(struct auth *a)
{
	struct gss *g = (struct gss *)a;
	OM_uint32 minor;

	gss_delete_sec_context(&minor, &g->context, GSS_C_NO_BUFFER);
	gss_release_name(&minor, &g->server);
	ticket_done(&g->ticket);
	str_wipe(&g->header);
	free(g);
}

#define GSS                                                                                                            \
	.bound = true, .prepare = context_prepare, .begin = context_begin, .header = context_header,                   \
	.take = context_take, .another = context_another, .seal = context_seal, .unseal = context_unseal,              \
	.free = context_free
static const struct auth_scheme negotiate_scheme = { .word = "Negotiate", GSS };
static const struct auth_scheme kerberos_scheme = { .word = "Kerberos", GSS };
static const struct auth_scheme ntlm_scheme = { .word = "Negotiate", .lockable = true, GSS };

/* ---- making one ---- */

static int refuse_without_tickets(const struct auth_target *target, const struct credential *c, struct error *e)
{
	if (c->tickets)
		return error_set(e, ERROR_AUTH,
			"%s is an address, for which there is no Kerberos ticket: use its full name, or --auth ntlm",
			target->host);
	return error_set(
		e, ERROR_AUTH, "Kerberos needs a ticket (kinit), a --keytab, or --user NAME@REALM with a password");
}

static int refuse_without_password(const struct credential *c, struct error *e)
{
	if (c->password && c->user && !ntlm_installed())
		return error_set(
			e, ERROR_AUTH, "NTLM is not installed on this machine: install the package gss-ntlmssp");
	if (c->password && c->user)
		return error_set(e, ERROR_AUTH,
			"the host asks for NTLM, the run's --auth is %s: leave it at auto, so that hosts may choose",
			auth_method_name(c->wish));
	return error_set(e, ERROR_AUTH, "NTLM needs --user and a password; a Kerberos ticket is of no use to it");
}

static int import_server(struct gss *g, struct error *e)
{
	OWN_VALUE(str_done) struct str name = { 0 };
	OM_uint32 minor;

	str_addf(&name, "HTTP@%s", g->target.host);
	gss_buffer_desc buffer = { name.len, name.data };
	if (!str_failed(&name) &&
		gss_import_name(&minor, &buffer, GSS_C_NT_HOSTBASED_SERVICE, &g->server) == GSS_S_COMPLETE)
		return 0;
	return error_set(e, ERROR_LOCAL, "%.100s is no name for a server", g->target.host);
}

struct auth *gss_new(
	enum auth_method method, const struct credential *c, const struct auth_target *target, struct error *e)
{
	bool kerberos = method != AUTH_NTLM;

	if (kerberos && (!c->tickets || is_ip_literal(target->host))) {
		refuse_without_tickets(target, c, e);
		return NULL;
	}
	if (!kerberos && !c->ntlm) {
		refuse_without_password(c, e);
		return NULL;
	}
	struct gss *g = calloc(1, sizeof(*g));
	if (!g) {
		error_set(e, ERROR_LOCAL, "out of memory");
		return NULL;
	}
	OWN(auth_free) struct auth *a = &g->auth;
	a->scheme = !kerberos ? &ntlm_scheme : method == AUTH_KERBEROS ? &kerberos_scheme : &negotiate_scheme;
	a->name = kerberos ? "kerberos" : "ntlm";
	a->seals = !target->tls;
	g->credential = c;
	g->target = *target;
	g->kerberos = kerberos;
	g->spnego = method == AUTH_NEGOTIATE;
	g->beginning = method == AUTH_KERBEROS ? "Authorization: Kerberos " : "Authorization: Negotiate ";
	g->protocol = method == AUTH_KERBEROS ? seal_kerberos : seal_spnego;
	forget_context(g);
	if (!kerberos && import_server(g, e) < 0)
		return NULL;
	return TAKE(a);
}
