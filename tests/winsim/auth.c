/* auth: see auth.h. */

#include "auth.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "acceptor.h"
#include "codec.h"
#include "journal.h"
#include "ntlm.h"
#include "own.h"
#include "strange.h"

#define MUTUAL_TLS "http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/https/mutual"

enum { FORGETS_AFTER = 2 };

static bool basic_allowed(bool tls, const struct options *options)
{
	return (options->auth & AUTH_WORD_BASIC) && (tls || options->allow_unencrypted);
}

/* A client certificate is not in the list: Windows tells about it only in Identify. */
const char *auth_scheme(size_t i, bool tls, const struct options *options)
{
	const char *offered[3];
	size_t count = 0;

	if (options->auth & AUTH_WORD_NEGOTIATE)
		offered[count++] = "Negotiate";
	if (options->auth & AUTH_WORD_KERBEROS)
		offered[count++] = "Kerberos";
	if (basic_allowed(tls, options))
		offered[count++] = "Basic realm=\"WSMAN\"";
	return i < count ? offered[i] : NULL;
}

void auth_done(struct auth *auth)
{
	OM_uint32 minor;

	gss_delete_sec_context(&minor, &auth->context, GSS_C_NO_BUFFER);
	*auth = (struct auth){ 0 };
}

/* "user", ".\user" and "HOST\user" are the same local account. */
static bool same_user(const char *given, const char *user)
{
	const char *slash = strchr(given, '\\');

	return strcasecmp(slash ? slash + 1 : given, user) == 0;
}

static enum auth_result check_basic(struct auth *auth, const char *token, const struct options *options)
{
	OWN_VALUE(str_done) struct str pair = { 0 };
	char *colon;

	if (base64_decode(&pair, token) < 0 || !(colon = strchr(str_text(&pair), ':')))
		return AUTH_REJECTED;
	*colon = '\0';
	if (!same_user(pair.data, options->user) || strcmp(colon + 1, options->password) != 0)
		return AUTH_REJECTED;
	auth->mechanism = MECHANISM_BASIC;
	snprintf(auth->user, sizeof(auth->user), "%s", options->user);
	return AUTH_OK;
}

/* Maps to the account that the certificate names; there is only one. */
static enum auth_result check_certificate(struct auth *auth, const struct auth_request *r)
{
	char user[sizeof(auth->user)] = "";
	enum peer peer = peer_certificate(r->tls_session, user, sizeof(user));

	if (peer == PEER_FOREIGN)
		return AUTH_FORBIDDEN;
	if (peer == PEER_NONE || strcasecmp(user, r->host->options->user) != 0)
		return AUTH_REJECTED;
	auth->mechanism = MECHANISM_CERTIFICATE;
	snprintf(auth->user, sizeof(auth->user), "%s", user);
	return AUTH_OK;
}

static void note_leg(const struct auth_request *r, const struct str *token)
{
	size_t left;

	journal_count(COUNT_LEGS, 1);
	if (r->has_body && ntlm_find(token->data, token->len, NTLM_AUTHENTICATE, &left))
		journal_count(COUNT_NTLM_COMBINED, 1);
}

/* A token of NTLM, Kerberos or SPNEGO. A new one on an authenticated connection begins anew. */
static enum auth_result check_token(
	struct auth *auth, const struct auth_request *r, const char *scheme, struct str *header)
{
	OWN_VALUE(str_done) struct str token = { 0 }, answer = { 0 };
	bool kerberos = strcmp(scheme, "Kerberos") == 0;
	const char *text = r->authorization + strlen(scheme) + 1;
	enum leg leg;

	if (auth_has_context(auth)) {
		journal_violation(r->host->name, "auth.repeated", "%s on an authenticated connection", scheme);
		auth_done(auth);
	}
	if (base64_decode(&token, text + strspn(text, " ")) < 0 || token.len == 0) {
		journal_violation(r->host->name, "auth.base64", "%s without a token in Base64", scheme);
		return AUTH_REJECTED;
	}
	note_leg(r, &token);
	auth->protocol = kerberos ? SEAL_KERBEROS : SEAL_SPNEGO;
	leg = acceptor_leg(auth, r, kerberos, &token, &answer);
	if (leg == LEG_REFUSED)
		return AUTH_REJECTED;
	if (leg == LEG_DONE && auth->mechanism == MECHANISM_NTLM && r->host->scenario->trouble == TROUBLE_NTLM_DISABLED)
		return AUTH_REJECTED;
	if (answer.len && (leg == LEG_MORE || r->host->scenario->trouble != TROUBLE_NO_MUTUAL)) {
		str_addf(header, "%s ", scheme);
		base64_add(header, answer.data, answer.len);
	}
	return leg == LEG_DONE ? AUTH_OK : AUTH_CHALLENGE;
}

/* No credentials in this request: good enough once the connection is authenticated. */
static enum auth_result check_silent(struct auth *auth, const struct auth_request *r)
{
	struct host *host = r->host;

	if (auth_has_context(auth) && host->scenario->trouble == TROUBLE_FORGETS && !host->forgot &&
		auth->answered >= FORGETS_AFTER) {
		host->forgot = true;
		auth_done(auth);
	}
	if (auth_has_context(auth))
		return AUTH_OK;
	auth_done(auth); /* a conversation that was broken off */
	return AUTH_CHALLENGE;
}

static enum auth_result check(struct auth *auth, const struct auth_request *r, struct str *header)
{
	const struct options *o = r->host->options;
	const char *given = r->authorization;

	if (!given)
		return check_silent(auth, r);
	if (strange_challenge(r->host->scenario->trouble, given, header))
		return AUTH_CHALLENGE;
	if ((o->auth & AUTH_WORD_NEGOTIATE) && strncasecmp(given, "Negotiate ", 10) == 0)
		return check_token(auth, r, "Negotiate", header);
	if ((o->auth & AUTH_WORD_KERBEROS) && strncasecmp(given, "Kerberos ", 9) == 0)
		return check_token(auth, r, "Kerberos", header);
	if (basic_allowed(r->tls, o) && strncasecmp(given, "Basic ", 6) == 0)
		return check_basic(auth, given + 6, o);
	if (r->tls && (o->auth & AUTH_WORD_CERTIFICATE) && strcmp(given, MUTUAL_TLS) == 0)
		return check_certificate(auth, r);
	return AUTH_REJECTED;
}

enum auth_result auth_check(struct auth *auth, const struct auth_request *r, struct str *header)
{
	enum auth_result result;

	if (!auth_has_context(auth))
		auth->mechanism = MECHANISM_NONE; /* Basic and a certificate prove one request */
	result = check(auth, r, header);
	if (result == AUTH_OK && r->host->scenario->trouble == TROUBLE_BAD_PASSWORD)
		result = AUTH_REJECTED;
	if (result == AUTH_REJECTED || result == AUTH_FORBIDDEN) {
		auth_done(auth);
		str_clear(header);
	}
	return result;
}
