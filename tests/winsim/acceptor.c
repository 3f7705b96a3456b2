/* acceptor: see acceptor.h. Environment: gss-ntlmssp knows its accounts and its domain from there alone, and Kerberos'
 * replay cache is a file that each acceptance would sync; what it would find is found on the wire. */

#include "acceptor.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gssapi/gssapi_ext.h>
#include <gssapi/gssapi_krb5.h>

#include "journal.h"
#include "ntlm.h"
#include "own.h"

enum { NAMED_ACCOUNTS_MAX = 1000 }; /* gss-ntlmssp reads the file for each log-on */

static gss_OID_desc ntlm_oid = { 10, (void *)"\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x0a" };
static gss_OID_desc spnego_oid = { 6, (void *)"\x2b\x06\x01\x05\x05\x02" };
static gss_OID_desc krb5_oid = { 9, (void *)"\x2a\x86\x48\x86\xf7\x12\x01\x02\x02" };

static gss_cred_id_t kerberos, spnego; /* set once, before the threads */

static int say_gss(const char *what, OM_uint32 major, OM_uint32 minor, gss_OID mechanism)
{
	OM_uint32 ignored, more = 0;
	gss_buffer_desc text = GSS_C_EMPTY_BUFFER;

	gss_display_status(&ignored, mechanism ? minor : major, mechanism ? GSS_C_MECH_CODE : GSS_C_GSS_CODE, mechanism,
		&more, &text);
	fprintf(stderr, "winsim: %s: %.*s\n", what, (int)text.length, (const char *)text.value);
	gss_release_buffer(&ignored, &text);
	return -1;
}

/* Lines of DOMAIN:user:password, so that none of them may hold a colon. The local account also goes by ".\user" and
 * HOST\user. */
static int write_accounts(const struct options *options, const struct fleet *fleet, const char *path)
{
	OWN_VALUE(str_wipe) struct str texts = { 0 };
	int fd;
	FILE *file;

	str_addf(&texts, "%s%s%s", options->domain, options->user, options->password);
	if (strpbrk(str_text(&texts), ":\r\n")) {
		fprintf(stderr, "winsim: domain, user and password can hold neither a colon nor a line break\n");
		return -1;
	}
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	file = fd < 0 ? NULL : fdopen(fd, "w");
	if (!file) {
		fprintf(stderr, "winsim: %s: %s\n", path, strerror(errno));
		return -1;
	}
	fprintf(file, "%s:%s:%s\n.:%s:%s\n", options->domain, options->user, options->password, options->user,
		options->password);
	for (size_t i = 0; i < fleet->count && i < NAMED_ACCOUNTS_MAX; i++)
		fprintf(file, "%s:%s:%s\n", fleet->host[i].netbios, options->user, options->password);
	return fclose(file) == 0 ? 0 : -1;
}

static gss_cred_id_t acquire(gss_OID mechanism, const char *keytab)
{
	gss_OID_set_desc mechanisms = { 1, mechanism };
	gss_key_value_element_desc element = { "keytab", keytab };
	gss_key_value_set_desc store = { 1, &element };
	gss_cred_id_t credential = GSS_C_NO_CREDENTIAL;
	OM_uint32 minor, major;

	major = gss_acquire_cred_from(&minor, GSS_C_NO_NAME, GSS_C_INDEFINITE, &mechanisms, GSS_C_ACCEPT,
		keytab ? &store : GSS_C_NO_CRED_STORE, &credential, NULL, NULL);
	if (GSS_ERROR(major))
		say_gss("no acceptor credential", major, minor, mechanism);
	return GSS_ERROR(major) ? GSS_C_NO_CREDENTIAL : credential;
}

/* Whoever speaks SPNEGO may choose among these. */
static int restrict_spnego(bool with_kerberos, bool with_ntlm)
{
	gss_OID_desc allowed[2];
	gss_OID_set_desc set = { 0, allowed };
	OM_uint32 minor, major;

	if (with_kerberos)
		allowed[set.count++] = krb5_oid;
	if (with_ntlm)
		allowed[set.count++] = ntlm_oid;
	if (set.count == 0) {
		gss_release_cred(&minor, &spnego);
		return 0;
	}
	major = gss_set_neg_mechs(&minor, spnego, &set);
	return GSS_ERROR(major) ? say_gss("SPNEGO", major, minor, NULL) : 0;
}

int acceptor_start(const struct options *options, const struct fleet *fleet)
{
	OWN_VALUE(str_done) struct str path = { 0 };
	bool with_kerberos = options->keytab && options->auth & AUTH_WORD_KERBEROS;

	str_addf(&path, "%s/ntlm-accounts", options->dir);
	if (write_accounts(options, fleet, str_text(&path)) < 0 || setenv("NTLM_USER_FILE", str_text(&path), 1) < 0 ||
		setenv("NETBIOS_DOMAIN_NAME", options->domain, 1) < 0 || setenv("KRB5RCACHENAME", "none:", 1) < 0)
		return -1;
	if (with_kerberos && !(kerberos = acquire(&krb5_oid, options->keytab)))
		return -1;
	spnego = acquire(&spnego_oid, with_kerberos ? options->keytab : NULL);
	return spnego ? restrict_spnego(with_kerberos, options->auth & AUTH_WORD_NTLM) : -1;
}

void acceptor_stop(void)
{
	OM_uint32 minor;

	gss_release_cred(&minor, &kerberos);
	gss_release_cred(&minor, &spnego);
}

/* ---- one leg ---- */

static bool begins(const struct str *token, const gss_OID_desc *mechanism)
{
	const unsigned char *t = (const unsigned char *)token->data, *end = t + token->len;

	if (token->len < 4 || *t++ != 0x60)
		return false;
	t += *t & 0x80 ? 1 + (*t & 0x7f) : 1;
	return end - t > 2 + (long)mechanism->length && t[0] == 0x06 && t[1] == mechanism->length &&
	       memcmp(t + 2, mechanism->elements, mechanism->length) == 0;
}

static bool is_ntlm(const struct str *token)
{
	return token->len >= 8 && memcmp(token->data, "NTLMSSP", 8) == 0;
}

/* NTLM's credential only carries the name that a challenge tells as its target. Windows tells none, so that any name and
 * address of a server will do; gss-ntlmssp always tells one, and its clients insist on it: the one they asked for. */
static gss_cred_id_t computer(const char *asked, const char *own_name)
{
	const char *name = asked ? asked : own_name;
	int len = asked ? (int)strcspn(asked, ":") : (int)strlen(own_name);
	OWN_VALUE(str_done) struct str service = { 0 };
	gss_OID_set_desc mechanisms = { 1, &ntlm_oid };
	gss_buffer_desc text;
	gss_cred_id_t credential = GSS_C_NO_CREDENTIAL;
	gss_name_t server = GSS_C_NO_NAME;
	OM_uint32 minor;

	str_addf(&service, "HTTP@%.*s", len, name);
	text = (gss_buffer_desc){ service.len, service.data };
	gss_import_name(&minor, &text, GSS_C_NT_HOSTBASED_SERVICE, &server);
	gss_acquire_cred(&minor, server, GSS_C_INDEFINITE, &mechanisms, GSS_C_ACCEPT, &credential, NULL, NULL);
	gss_release_name(&minor, &server);
	return credential;
}

/* The server's credential for a first token; none: that mechanism is not spoken here. */
static gss_cred_id_t credential_for(
	const struct str *token, const struct auth_request *request, bool raw_kerberos, bool *own)
{
	*own = false;
	if (begins(token, &krb5_oid))
		return kerberos;
	if (raw_kerberos)
		return GSS_C_NO_CREDENTIAL;
	if (begins(token, &spnego_oid))
		return spnego;
	if (!is_ntlm(token) || !(request->host->options->auth & AUTH_WORD_NTLM))
		return GSS_C_NO_CREDENTIAL;
	*own = true;
	return computer(request->asked, request->host->name);
}

static int session_enctype(gss_ctx_id_t context)
{
	gss_buffer_set_t set = GSS_C_NO_BUFFER_SET;
	OM_uint32 minor, major = gss_inquire_sec_context_by_oid(&minor, context, GSS_C_INQ_SSPI_SESSION_KEY, &set);
	int enctype = 0;

	/* The second buffer is an OID that ends in the enctype, which is below 128. */
	if (!GSS_ERROR(major) && set->count == 2 && set->elements[1].length)
		enctype = ((const unsigned char *)set->elements[1].value)[set->elements[1].length - 1];
	gss_release_buffer_set(&minor, &set);
	return enctype;
}

static void copy_name(char *into, size_t room, gss_name_t name)
{
	gss_buffer_desc text = GSS_C_EMPTY_BUFFER;
	OM_uint32 minor;

	if (!GSS_ERROR(gss_display_name(&minor, name, &text, NULL)))
		snprintf(into, room, "%.*s", (int)text.length, (const char *)text.value);
	gss_release_buffer(&minor, &text);
}

static enum mechanism mechanism_of(gss_ctx_id_t context)
{
	gss_OID spoken = GSS_C_NO_OID;
	OM_uint32 minor;

	if (GSS_ERROR(gss_inquire_context(&minor, context, NULL, NULL, NULL, &spoken, NULL, NULL, NULL)) || !spoken)
		return MECHANISM_NONE;
	if (spoken->length == ntlm_oid.length && memcmp(spoken->elements, ntlm_oid.elements, ntlm_oid.length) == 0)
		return MECHANISM_NTLM;
	return MECHANISM_KERBEROS;
}

/* The service that a ticket is for, as host/srv.example@REALM. Kerberos only: gss-ntlmssp crashes on that question. */
static bool is_foreign(const struct auth *auth, const struct auth_request *request)
{
	gss_name_t server = GSS_C_NO_NAME;
	char service[256] = "";
	OM_uint32 minor;

	if (auth->mechanism != MECHANISM_KERBEROS || request->host->scenario->trouble != TROUBLE_SPN_FOREIGN)
		return false;
	gss_inquire_context(&minor, auth->context, NULL, &server, NULL, NULL, NULL, NULL, NULL);
	copy_name(service, sizeof(service), server);
	gss_release_name(&minor, &server);
	return strncasecmp(service, "host/", 5) == 0;
}

/* Notes who proved what. Whoever has a ticket of the realm is an administrator here. */
static bool established(struct auth *auth, const struct auth_request *request, bool raw)
{
	gss_name_t client = GSS_C_NO_NAME;
	OM_uint32 minor;

	auth->mechanism = mechanism_of(auth->context);
	gss_inquire_context(&minor, auth->context, &client, NULL, NULL, NULL, NULL, NULL, NULL);
	copy_name(auth->user, sizeof(auth->user), client);
	gss_release_name(&minor, &client);
	if (auth->mechanism == MECHANISM_KERBEROS)
		auth->enctype = session_enctype(auth->context);
	auth->sequence = raw ? 0 : 1; /* the MIC of SPNEGO's list of mechanisms was number 0 (MS-SPNG 3.3.5.1) */
	if (is_foreign(auth, request) || (request->tls && !auth->bound && request->host->options->cbt == CBT_STRICT))
		return false;
	journal_count(COUNT_CONTEXTS, 1);
	return true;
}

enum leg acceptor_leg(struct auth *auth, const struct auth_request *request, bool raw_kerberos, const struct str *token,
	struct str *answer)
{
	gss_buffer_desc in = { token->len, token->data }, out = GSS_C_EMPTY_BUFFER;
	struct gss_channel_bindings_struct bindings = { 0 };
	gss_channel_bindings_t channel = GSS_C_NO_CHANNEL_BINDINGS;
	const unsigned char *proof;
	gss_cred_id_t credential = GSS_C_NO_CREDENTIAL;
	bool own = false, raw = is_ntlm(token), names_channel;
	OM_uint32 major, minor, ignored, flags = 0;
	size_t left;

	if (!auth->context && !(credential = credential_for(token, request, raw_kerberos, &own)))
		return LEG_REFUSED;
	/* gss-ntlmssp takes no message without the AV pair once it is given bindings; Kerberos does, and says so. */
	proof = ntlm_find(token->data, token->len, NTLM_AUTHENTICATE, &left);
	names_channel = proof && ntlm_names_channel(proof, left);
	if (request->tls && request->host->options->cbt != CBT_NONE && (!proof || names_channel)) {
		bindings.application_data = (gss_buffer_desc){ request->binding->len, request->binding->data };
		channel = &bindings;
	}
	major = gss_accept_sec_context(
		&minor, &auth->context, credential, &in, channel, NULL, NULL, &out, &flags, NULL, NULL);
	str_addn(answer, out.value, out.length);
	gss_release_buffer(&ignored, &out);
	if (own)
		gss_release_cred(&ignored, &credential);
	if (GSS_ERROR(major))
		return LEG_REFUSED;
	auth->bound |= names_channel || (flags & GSS_C_CHANNEL_BOUND_FLAG);
	if (major & GSS_S_CONTINUE_NEEDED)
		return LEG_MORE;
	return established(auth, request, raw) ? LEG_DONE : LEG_REFUSED;
}
