/* ntlm: see the header. GSSAPI turns the password into its hash at once and keeps no more than that. */
#include "ntlm.h"
#include "mechanism.h"
#include "str.h"

#include <ctype.h>
#include <gssapi/gssapi_ext.h>
#include <stdlib.h>
#include <string.h>

struct ntlm {
	gss_cred_id_t credential;
};

bool ntlm_installed(void)
{
	gss_OID_set all = GSS_C_NO_OID_SET;
	OM_uint32 minor;
	int there = 0;

	if (gss_indicate_mechs(&minor, &all) != GSS_S_COMPLETE)
		return false;
	gss_test_oid_set_member(&minor, mechanism_ntlm, all, &there);
	gss_release_oid_set(&minor, &all);
	return there;
}

/* Windows computes its proof of the domain as it writes it: in capitals. A lower-case one ends in HTTP 400. */
static void add_capitals(struct str *name, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		str_addc(name, (char)toupper((unsigned char)text[i]));
}

static void account_name(struct str *name, const char *user)
{
	const char *slash = strchr(user, '\\'), *at = strrchr(user, '@');

	if (slash && slash == user + 1 && user[0] == '.') {
		str_add(name, slash + 1); /* .\Administrator: the server's own */
	} else if (slash) {
		add_capitals(name, user, (size_t)(slash - user));
		str_add(name, slash);
	} else if (at) {
		str_addn(name, user, (size_t)(at - user));
		add_capitals(name, at, strlen(at));
	} else {
		str_add(name, user);
	}
}

static int import_name(const char *user, gss_name_t *name, struct error *e)
{
	OWN_VALUE(str_done) struct str text = { 0 };
	OM_uint32 minor;

	account_name(&text, user);
	gss_buffer_desc buffer = { text.len, (void *)str_text(&text) };
	if (!str_failed(&text) && gss_import_name(&minor, &buffer, GSS_C_NT_USER_NAME, name) == GSS_S_COMPLETE)
		return 0;
	return error_set(e, ERROR_LOCAL, "%.100s is no account name for NTLM: write DOMAIN\\user", user);
}

static int acquire(struct ntlm *n, gss_name_t name, const struct secret *password, struct error *e)
{
	gss_buffer_desc buffer = { secret_len(password), (void *)secret_bytes(password) };
	gss_OID_set_desc only = { 1, mechanism_ntlm };
	OM_uint32 minor, major = gss_acquire_cred_with_password(&minor, name, &buffer, GSS_C_INDEFINITE, &only,
				 GSS_C_INITIATE, &n->credential, NULL, NULL);

	if (major == GSS_S_COMPLETE)
		return 0;
	char text[MECHANISM_TEXT_ROOM];
	mechanism_status(text, major, minor, mechanism_ntlm);
	return error_set(e, ERROR_LOCAL, "NTLM cannot be made ready: %s", text);
}

struct ntlm *ntlm_new(const char *user, const struct secret *password, struct error *e)
{
	if (!ntlm_installed()) {
		error_set(e, ERROR_LOCAL, "NTLM is not installed on this machine: install the package gss-ntlmssp");
		return NULL;
	}
	OWN(ntlm_free) struct ntlm *n = calloc(1, sizeof(*n));
	gss_name_t name = GSS_C_NO_NAME;
	OM_uint32 minor;
	if (!n) {
		error_set(e, ERROR_LOCAL, "out of memory");
		return NULL;
	}
	int rc = import_name(user, &name, e) < 0 ? -1 : acquire(n, name, password, e);
	gss_release_name(&minor, &name);
	return rc < 0 ? NULL : TAKE(n);
}

void ntlm_free(struct ntlm *n)
{
	OM_uint32 minor;

	if (!n)
		return;
	gss_release_cred(&minor, &n->credential);
	free(n);
}

gss_cred_id_t ntlm_credential(const struct ntlm *n)
{
	return n->credential;
}
