/* access: see the header. */
#include "access.h"
#include "auth.h"
#include "client_certificate.h"
#include "credentials.h"
#include "guard.h"
#include "language.h"
#include "ntlm.h"
#include "text.h"
#include "tickets.h"
#include "trace.h"
#include "trust.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* ---- accounts that are one ---- */

struct shared_guard {
	char *account;
	const struct secret *password;
	struct guard *guard;
};

/* svc, CORP\svc, corp\SVC and svc@corp.example may be one account, which a wrong password locks: the name alone, in
 * small letters. NULL if memory ran out. */
static char *account_key(const char *user)
{
	const char *slash = strchr(user, '\\');
	const char *name = slash ? slash + 1 : user;
	char *key = strndup(name, strcspn(name, "@"));

	for (char *c = key; c && *c; c++)
		*c = (char)tolower((unsigned char)*c);
	return key;
}

static bool same_secret(const struct secret *a, const struct secret *b)
{
	return a == b || (secret_len(a) == secret_len(b) && !memcmp(secret_bytes(a), secret_bytes(b), secret_len(a)));
}

/* NULL if memory ran out. */
static struct guard *guard_of(struct access *access, const char *user, const struct secret *password)
{
	OWN(own_free) char *key = account_key(user);

	for (size_t i = 0; key && i < access->guard_count; i++)
		if (!strcmp(access->guard[i].account, key) && same_secret(access->guard[i].password, password))
			return access->guard[i].guard;
	struct shared_guard *grown = key ? reallocarray(access->guard, access->guard_count + 1, sizeof(*grown)) : NULL;
	if (!grown)
		return NULL;
	access->guard = grown;
	struct guard *guard = guard_new(user);
	if (guard)
		grown[access->guard_count++] = (struct shared_guard){ TAKE(key), password, guard };
	return guard;
}

/* One password is nobody else's: trying it on another account could lock that one, and show it to other servers. */
static int check_one_account(const struct options *o, const struct hosts *hosts, struct error *e)
{
	const char *first = o->user;
	OWN(own_free) char *key = first ? account_key(first) : NULL;

	for (size_t i = 0; i < hosts->count; i++) {
		const char *user = hosts->host[i].credential ? NULL : hosts->host[i].user;
		OWN(own_free) char *other = user ? account_key(user) : NULL;
		if (!other)
			continue;
		if (!key) {
			first = user;
			key = TAKE(other);
		} else if (strcmp(key, other) != 0) {
			return error_set(e, ERROR_LOCAL,
				_("the password is given for one account, but there are %.80s and %.80s: give each its "
				  "own by "
				  "--credentials and vssfleet_credential"),
				first, user);
		}
	}
	return 0;
}

/* ---- one credential ---- */

static bool may_be(enum auth_method wish, enum auth_method method)
{
	return wish == method || wish == AUTH_AUTO || (wish == AUTH_NEGOTIATE && method != AUTH_BASIC);
}

/* svc@CORP.EXAMPLE may have a ticket; CORP\svc and Administrator name no realm, so nobody knows which KDC to ask. */
static bool names_realm(const char *user)
{
	return user && strchr(user, '@');
}

static int add_tickets(struct credential *c, const char *keytab, struct error *e)
{
	bool asked = c->wish == AUTH_KERBEROS;

	if (c->wish == AUTH_NTLM || c->wish == AUTH_BASIC || c->wish == AUTH_CERTIFICATE)
		return 0;
	if (!asked && !keytab && c->user && !names_realm(c->user))
		return 0;
	const struct tickets_source source = { .keytab = keytab, .password = c->password, .principal = c->user };
	struct error why = { 0 };
	c->tickets = tickets_new(&source, &why);
	if (c->tickets || (!asked && !keytab && (c->password || c->certificate)))
		return 0; /* without a ticket there is still another way */
	*e = why;
	return -1;
}

static int add_ntlm(struct credential *c, struct error *e)
{
	if (!c->user || !c->password || !may_be(c->wish, AUTH_NTLM))
		return 0;
	struct error why = { 0 };
	c->ntlm = ntlm_new(c->user, c->password, &why);
	if (c->ntlm || c->tickets)
		return 0;
	*e = why;
	return -1;
}

struct files {
	const char *keytab, *certificate, *key;
};

/* What the credential can prove itself by, from its user, its password and files. */
static int equip(struct access *access, struct credential *c, const struct files *files, struct error *e)
{
	const char *key = files->key ? files->key : files->certificate;

	if (c->user && c->password && !(c->guard = guard_of(access, c->user, c->password)))
		return error_set(e, ERROR_LOCAL, _("out of memory"));
	if (files->certificate && !(c->certificate = client_certificate_new(files->certificate, key, c->password, e)))
		return -1;
	if (c->wish == AUTH_CERTIFICATE && !c->certificate)
		return error_set(e, ERROR_LOCAL, _("--auth certificate needs --cert and --key"));
	if ((c->wish == AUTH_BASIC || c->wish == AUTH_NTLM) && (!c->user || !c->password))
		return error_set(e, ERROR_LOCAL, _("%s needs a user and a password: give --user and --password-file"),
			auth_method_name(c->wish));
	return add_tickets(c, files->keytab, e) < 0 ? -1 : add_ntlm(c, e);
}

static void credential_done(struct credential *c)
{
	tickets_free(c->tickets);
	ntlm_free(c->ntlm);
	client_certificate_free((struct client_certificate *)c->certificate);
}

/* ---- those of the run ---- */

static bool has_user(const struct access *access, const char *user)
{
	for (size_t i = 0; i < access->fleet.credential_count; i++) {
		const char *has = access->credential[i].user;
		if (has == user || (has && user && !strcmp(has, user)))
			return true;
	}
	return false;
}

/* user: NULL for whoever the ticket or the certificate is for. */
static int add_user(struct access *access, const struct options *o, const char *user, struct error *e)
{
	const struct files files = { o->keytab, o->cert, o->key };

	if (has_user(access, user))
		return 0;
	size_t n = access->fleet.credential_count;
	struct credential *grown = reallocarray(access->credential, n + 1, sizeof(*grown));
	if (!grown)
		return error_set(e, ERROR_LOCAL, _("out of memory"));
	grown[n] = (struct credential){
		.name = user ? user : "the ticket", .user = user, .password = access->password, .wish = o->auth
	};
	access->fleet.credential = access->credential = grown;
	access->fleet.credential_count = n + 1;
	return equip(access, &grown[n], &files, e);
}

static int add_account(struct access *access, const struct account *a, struct error *e)
{
	const struct files files = { a->keytab, a->certificate, a->key };
	struct credential *c = &access->named[access->fleet.named_count++];
	struct secret *password = NULL;
	const char *ignored;

	*c = (struct credential){ .name = a->name, .user = a->user };
	if (auth_method_parse(a->auth, &c->wish) < 0)
		return error_set(e, ERROR_LOCAL, _("credential %.60s: auth = %.60s is unknown"), a->name, a->auth);
	if (a->password_file && credentials_password(a->password_file, &password, &ignored, e) < 0)
		return -1;
	c->password = password;
	return equip(access, c, &files, e);
}

static int add_accounts(struct access *access, const char *file, struct error *e)
{
	if (accounts_read(&access->accounts, file, e) < 0)
		return -1;
	access->named = calloc(access->accounts.count + 1, sizeof(*access->named));
	if (!access->named)
		return error_set(e, ERROR_LOCAL, _("out of memory"));
	access->fleet.named = access->named;
	for (size_t i = 0; i < access->accounts.count; i++)
		if (add_account(access, &access->accounts.account[i], e) < 0)
			return -1;
	return 0;
}

static bool has_trust(const struct access *access, const char *ca_file)
{
	for (size_t i = 0; i < access->fleet.host_trust_count; i++)
		if (!strcmp(access->host_trust[i].ca_file, ca_file))
			return true;
	return false;
}

static int add_trust(struct access *access, const char *ca_file, struct error *e)
{
	if (has_trust(access, ca_file))
		return 0;
	size_t n = access->fleet.host_trust_count;
	struct host_trust *grown = reallocarray(access->host_trust, n + 1, sizeof(*grown));
	if (!grown)
		return error_set(e, ERROR_LOCAL, _("out of memory"));
	access->fleet.host_trust = access->host_trust = grown;
	struct trust *trust = trust_new(ca_file, e);
	if (!trust)
		return -1;
	grown[n] = (struct host_trust){ .ca_file = ca_file, .trust = trust };
	access->fleet.host_trust_count = n + 1;
	return 0;
}

/* ---- whose password, and is one needed? ---- */

/* The user of the password prompt: the run's, else the first that the inventory names. */
static const char *first_user(const struct options *o, const struct hosts *hosts)
{
	for (size_t i = 0; !o->user && i < hosts->count; i++)
		if (hosts->host[i].user)
			return hosts->host[i].user;
	return o->user;
}

static bool has_ticket(const char *user)
{
	const struct tickets_source source = { .principal = user };
	struct error none = { 0 };
	OWN(tickets_free) struct tickets *tickets = tickets_new(&source, &none);

	return tickets != NULL;
}

static bool needs_password(const struct options *o, const char *user)
{
	if (!user || o->keytab || o->cert)
		return false;
	if (o->auth == AUTH_BASIC || o->auth == AUTH_NTLM)
		return true;
	return !names_realm(user) || !has_ticket(user);
}

static int read_password(struct access *access, const struct options *o, const struct hosts *hosts,
	const char **warning, struct error *e)
{
	const char *user = first_user(o, hosts);

	if (credentials_password(o->password_file, &access->password, warning, e) < 0)
		return -1;
	if (!access->password && !needs_password(o, user))
		return 0;
	if (check_one_account(o, hosts, e) < 0)
		return -1;
	if (access->password)
		return 0;
	if (o->no_input)
		return error_set(e, ERROR_LOCAL,
			_("no password for %.100s: give --password-file, $CREDENTIALS_DIRECTORY/vssfleet.password or "
			  "VSSFLEET_PASSWORD"),
			user);
	return (access->password = credentials_prompt(user, e)) ? 0 : -1;
}

/* ---- all of it ---- */

static int set_default(struct access *access, const struct options *o, const struct hosts *hosts, struct error *e)
{
	if (o->credential) {
		for (size_t i = 0; i < access->fleet.named_count; i++)
			if (!strcmp(access->named[i].name, o->credential))
				access->fleet.credential_default = &access->named[i];
		return access->fleet.credential_default
			       ? 0
			       : error_set(e, ERROR_LOCAL, _("--credential %s: not in the file of --credentials"),
					 o->credential);
	}
	bool needed = false;
	for (size_t i = 0; i < hosts->count; i++)
		needed |= !hosts->host[i].user && !hosts->host[i].credential;
	if (!o->user && !needed)
		return 0;
	return add_user(access, o, o->user, e);
}

static int prepare(struct access *access, const struct options *o, const struct hosts *hosts, const char **warning,
	struct error *e)
{
	if ((o->credentials && add_accounts(access, o->credentials, e) < 0) ||
		read_password(access, o, hosts, warning, e) < 0 || set_default(access, o, hosts, e) < 0)
		return -1;
	if (!(access->trust = trust_new(o->ca_file, e)))
		return -1;
	access->fleet.trust = access->trust;
	for (size_t i = 0; i < hosts->count; i++) {
		const struct host *host = &hosts->host[i];
		if ((host->user && add_user(access, o, host->user, e) < 0) ||
			(host->ca_file && add_trust(access, host->ca_file, e) < 0))
			return -1;
	}
	if (!access->fleet.credential_default && access->fleet.credential_count)
		access->fleet.credential_default = &access->credential[0];
	if (o->trace_wire && !(access->trace = trace_new(o->trace_wire, e)))
		return -1;
	access->fleet.trace = access->trace;
	return 0;
}

static int check(const struct options *o, struct error *e)
{
	if (o->scheme == SCHEME_HTTP && o->auth == AUTH_BASIC && !o->insecure_plaintext)
		return error_set(e, ERROR_LOCAL,
			_("--scheme http --auth basic would send the password and all answers in clear; use https, "
			  "another --auth, or spell out --insecure-plaintext"));
	if (o->proxy && strchr(o->proxy, '@'))
		return error_set(e, ERROR_LOCAL,
			_("--proxy with a password in it could be read by others from the process list"));
	if (o->pinned_key && strncmp(o->pinned_key, "sha256//", 8) != 0)
		return error_set(e, ERROR_LOCAL, _("--pinned-key: expected sha256//BASE64"));
	return 0;
}

int access_prepare(struct access *access, const struct options *o, const struct hosts *hosts, const char **warning,
	struct error *e)
{
	static const char *const schemes[] = { [SCHEME_AUTO] = NULL, [SCHEME_HTTPS] = "https", [SCHEME_HTTP] = "http" };

	*access = (struct access){
		.fleet = {
			.scheme = schemes[o->scheme],
			.port = (uint16_t)o->port,
			.proxy = o->proxy,
			.pinned_key = o->pinned_key,
			.tls13 = o->tls_min == 1,
			.no_cbt = o->cbt == 1,
			.insecure_tls = o->insecure_tls,
			.insecure_plaintext = o->insecure_plaintext,
			.connect_timeout_ms = o->connect_timeout_s * 1000,
			.operation_timeout_s = o->operation_timeout_s,
		},
	};
	if (check(o, e) == 0 && prepare(access, o, hosts, warning, e) == 0)
		return 0;
	access_done(access);
	return -1;
}

size_t access_nameless(const struct access *access, const struct hosts *hosts)
{
	size_t count = 0;

	for (size_t i = 0; i < hosts->count; i++) {
		struct connection c;
		struct error e = { 0 };
		if (reach(&hosts->host[i], &access->fleet, &c, &e) == 0)
			count += c.method == AUTH_NTLM && c.credential->tickets && is_ip_literal(c.name);
	}
	return count;
}

int access_end(struct access *access, struct error *e)
{
	int rc = access->trace ? trace_close(access->trace, e) : 0;

	access->fleet.trace = access->trace = NULL;
	return rc;
}

void access_done(struct access *access)
{
	struct error unheard = { 0 };

	access_end(access, &unheard);
	for (size_t i = 0; i < access->fleet.credential_count; i++)
		credential_done(&access->credential[i]);
	for (size_t i = 0; i < access->fleet.named_count; i++) {
		credential_done(&access->named[i]);
		secret_free((struct secret *)access->named[i].password);
	}
	for (size_t i = 0; i < access->guard_count; i++) {
		guard_free(access->guard[i].guard);
		free(access->guard[i].account);
	}
	free(access->guard);
	for (size_t i = 0; i < access->fleet.host_trust_count; i++)
		trust_free((struct trust *)access->host_trust[i].trust);
	accounts_done(&access->accounts);
	free(access->credential);
	free(access->named);
	free(access->host_trust);
	trust_free(access->trust);
	secret_free(access->password);
	*access = (struct access){ 0 };
}
