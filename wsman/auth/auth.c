/* auth: see the header. Which scheme it is to be, and what all of them share. */
#include "scheme.h"
#include "seal.h"
#include "text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

static const char soap[] = "application/soap+xml";

int clear_seal(struct auth *a, const char *plain, size_t len, struct str *sealed, struct error *e)
{
	(void)a;
	str_addn(sealed, plain, len);
	return str_failed(sealed) ? error_set(e, ERROR_LOCAL, "the request does not fit in memory") : 0;
}

int clear_unseal(struct auth *a, const char *content_type, struct str *body, struct error *e)
{
	(void)a, (void)body;
	if (!strncasecmp(content_type, soap, strlen(soap)))
		return 0;
	return error_set(e, ERROR_PROTOCOL,
		"the answer is not SOAP but %.80s: a proxy or another product answers on that port",
		content_type[0] ? content_type : "of no stated type");
}

static struct auth *new_by_method(
	enum auth_method method, const struct credential *c, const struct auth_target *target, struct error *e)
{
	switch (method) {
	case AUTH_BASIC:
		return basic_new(c, e);
	case AUTH_CERTIFICATE:
		return certificate_new(c, target, e);
	case AUTH_ANONYMOUS:
		return anonymous_new(e);
	case AUTH_KERBEROS:
	case AUTH_NEGOTIATE:
	case AUTH_NTLM:
		return gss_new(method, c, target, e);
	case AUTH_AUTO:
		break;
	}
	error_set(e, ERROR_LOCAL, "unknown authentication method");
	return NULL;
}

struct auth *auth_new(
	enum auth_method method, const struct credential *credential, const struct auth_target *target, struct error *e)
{
	OWN(auth_free) struct auth *a = new_by_method(method, credential, target, e);

	if (!a)
		return NULL;
	str_add(&a->content_type, "Content-Type: ");
	if (a->seals)
		seal_content_type(&a->content_type, method == AUTH_KERBEROS ? seal_kerberos : seal_spnego);
	else
		str_addf(&a->content_type, "%s;charset=UTF-8", soap);
	if (!str_failed(&a->content_type))
		return TAKE(a);
	error_set(e, ERROR_LOCAL, "out of memory");
	return NULL;
}

void auth_free(struct auth *a)
{
	if (!a)
		return;
	str_done(&a->content_type);
	a->scheme->free(a);
}

enum auth_method auth_method_for(enum auth_method wish, const struct credential *credential, const char *host)
{
	if (wish == AUTH_AUTO)
		wish = credential->certificate ? AUTH_CERTIFICATE : AUTH_NEGOTIATE;
	/* An address has no service principal name. */
	bool ticket = credential->tickets && !is_ip_literal(host);
	return wish == AUTH_NEGOTIATE && !ticket && credential->ntlm ? AUTH_NTLM : wish;
}

bool auth_method_seals(enum auth_method method)
{
	return method == AUTH_KERBEROS || method == AUTH_NEGOTIATE || method == AUTH_NTLM;
}

static const char *const names[] = {
	[AUTH_AUTO] = "auto",
	[AUTH_KERBEROS] = "kerberos",
	[AUTH_NEGOTIATE] = "negotiate",
	[AUTH_NTLM] = "ntlm",
	[AUTH_BASIC] = "basic",
	[AUTH_CERTIFICATE] = "certificate",
	[AUTH_ANONYMOUS] = "anonymous",
};

const char *auth_method_name(enum auth_method method)
{
	return names[method];
}

int auth_method_parse(const char *name, enum auth_method *method)
{
	*method = AUTH_AUTO;
	for (enum auth_method m = AUTH_AUTO; name && strcmp(name, names[m]) != 0; *method = m)
		if (++m == AUTH_ANONYMOUS) /* nobody can wish for that */
			return -1;
	return 0;
}

/* LM_COMPAT_LEVEL 5: NTLMv2 only. The workstation is written in capitals, as Windows does. */
void auth_global_init(void)
{
	static const char *const read_by_ntlm[] = { "NTLM_USER_FILE", "NTLMSSP_DEBUG", "GSSNTLMSSP_DEBUG",
		"NETBIOS_COMPUTER_NAME", "NETBIOS_DOMAIN_NAME" };
	char name[64] = "";

	FOR_EACH(variable, read_by_ntlm)
		unsetenv(*variable);
	setenv("LM_COMPAT_LEVEL", "5", 1);
	gethostname(name, sizeof(name) - 1);
	name[strcspn(name, ".")] = '\0';
	for (char *c = name; *c; c++)
		*c = (char)toupper((unsigned char)*c);
	setenv("NETBIOS_COMPUTER_NAME", name[0] ? name : "VSSFLEET", 1);
}
