/* contexts: see the header. */
#include "cases.h"
#include "contexts.h"
#include "mechanism.h"
#include "forge.h"

#include <gssapi/gssapi_ext.h>
#include <gssapi/gssapi_krb5.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define REALM "CONTEXTS.EXAMPLE"
#define USER "CONTEXTS\\auditor"
#define PASSWORD "not secret at all"

/* gss-ntlmssp 1.2.0 loses what OpenSSL needed to hash a password, once for each credential: not ours to find. */
__attribute__((weak)) void __lsan_disable(void);
__attribute__((weak)) void __lsan_enable(void);

void contexts_leaks_count(bool yes)
{
	if (yes && __lsan_enable)
		__lsan_enable();
	else if (!yes && __lsan_disable)
		__lsan_disable();
}

static char folder[] = "/tmp/contexts-XXXXXX", users[sizeof(folder) + 8], krb5_conf[sizeof(folder) + 16];

static void remove_files(void)
{
	unlink(users);
	unlink(krb5_conf);
	rmdir(folder);
}

static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

void contexts_init(void)
{
	assert_non_null(mkdtemp(folder));
	snprintf(users, sizeof(users), "%s/users", folder);
	snprintf(krb5_conf, sizeof(krb5_conf), "%s/krb5.conf", folder);
	write_file(users, "CONTEXTS:auditor:" PASSWORD "\n");
	write_file(krb5_conf, "[libdefaults]\ndns_canonicalize_hostname = false\nrdns = false\n"
			      "[domain_realm]\nserver.example = " REALM "\n");
	atexit(remove_files);
	setenv("NTLM_USER_FILE", users, 1);
	setenv("NETBIOS_COMPUTER_NAME", "SERVER", 1);
	setenv("NETBIOS_DOMAIN_NAME", "CONTEXTS", 1);
	setenv("LM_COMPAT_LEVEL", "5", 1);
	setenv("KRB5_CONFIG", krb5_conf, 1);
	setenv("KRB5RCACHENAME", "none:", 1);
}

static gss_name_t name_of(const char *text, gss_OID kind)
{
	gss_name_t name = GSS_C_NO_NAME;
	gss_buffer_desc buffer = { strlen(text), (char *)text };
	OM_uint32 minor;

	assert_int_equal(gss_import_name(&minor, &buffer, kind, &name), GSS_S_COMPLETE);
	return name;
}

void ends_ntlm(struct ends *ends)
{
	gss_name_t user = name_of(USER, GSS_C_NT_USER_NAME);
	gss_buffer_desc password = { strlen(PASSWORD), PASSWORD };
	gss_OID_set_desc only = { 1, mechanism_ntlm };
	OM_uint32 minor;

	*ends = (struct ends){ .mechanism = mechanism_ntlm };
	ends->target = name_of("HTTP@server", GSS_C_NT_HOSTBASED_SERVICE);
	contexts_leaks_count(false);
	assert_int_equal(gss_acquire_cred_with_password(&minor, user, &password, GSS_C_INDEFINITE, &only,
				 GSS_C_INITIATE, &ends->ours, NULL, NULL),
		GSS_S_COMPLETE);
	assert_int_equal(gss_acquire_cred(&minor, GSS_C_NO_NAME, GSS_C_INDEFINITE, &only, GSS_C_ACCEPT, &ends->theirs,
				 NULL, NULL),
		GSS_S_COMPLETE);
	contexts_leaks_count(true);
	gss_release_name(&minor, &user);
}

static void keytab_with(struct ends *ends)
{
	static unsigned keytabs;
	char name[32];
	krb5_keytab_entry entry = { .principal = ends->host, .vno = 1, .key = ends->service };

	snprintf(name, sizeof(name), "MEMORY:contexts%u", keytabs++);
	assert_int_equal(krb5_kt_resolve(ends->krb5, name, &ends->keytab), 0);
	assert_int_equal(krb5_kt_add_entry(ends->krb5, ends->keytab, &entry), 0);
}

/* Not by gss_krb5_import_cred(), whose credential is of no use to SPNEGO. */
static void kerberos_credential(struct ends *ends)
{
	gss_OID_desc both[] = { *mechanism_kerberos, *mechanism_spnego };
	gss_OID_set_desc mechanisms = { COUNT(both), both }, inside = { 1, both };
	char *name = NULL;
	OM_uint32 minor;

	assert_int_equal(krb5_cc_get_full_name(ends->krb5, ends->cache, &name), 0);
	gss_key_value_element_desc place = { "ccache", name };
	gss_key_value_set_desc store = { 1, &place };
	assert_int_equal(gss_acquire_cred_from(&minor, GSS_C_NO_NAME, 0, &mechanisms, GSS_C_INITIATE, &store,
				 &ends->ours, NULL, NULL),
		GSS_S_COMPLETE);
	assert_int_equal(gss_set_neg_mechs(&minor, ends->ours, &inside), GSS_S_COMPLETE);
	krb5_free_string(ends->krb5, name);
}

void ends_kerberos(struct ends *ends, krb5_enctype enctype)
{
	OM_uint32 minor;

	*ends = (struct ends){ .mechanism = mechanism_kerberos };
	assert_int_equal(krb5_init_context(&ends->krb5), 0);
	assert_int_equal(krb5_parse_name(ends->krb5, "auditor@" REALM, &ends->user), 0);
	assert_int_equal(krb5_parse_name(ends->krb5, "host/server.example@" REALM, &ends->host), 0);
	assert_int_equal(krb5_c_make_random_key(ends->krb5, enctype, &ends->service), 0);
	assert_int_equal(krb5_c_make_random_key(ends->krb5, enctype, &ends->session), 0);
	assert_int_equal(krb5_cc_new_unique(ends->krb5, "MEMORY", NULL, &ends->cache), 0);
	forge_ticket(ends->krb5, ends->cache, ends->user, ends->host, &ends->service, &ends->session);
	keytab_with(ends);
	ends->target = name_of("host@server.example", GSS_C_NT_HOSTBASED_SERVICE);
	kerberos_credential(ends);
	assert_int_equal(gss_krb5_set_allowable_enctypes(&minor, ends->ours, 1, &enctype), GSS_S_COMPLETE);
	assert_int_equal(gss_krb5_import_cred(&minor, NULL, NULL, ends->keytab, &ends->theirs), GSS_S_COMPLETE);
}

void ends_restart(struct ends *ends)
{
	OM_uint32 minor;

	gss_delete_sec_context(&minor, &ends->client, GSS_C_NO_BUFFER);
	gss_delete_sec_context(&minor, &ends->server, GSS_C_NO_BUFFER);
}

void ends_done(struct ends *ends)
{
	OM_uint32 minor;

	ends_restart(ends);
	gss_release_cred(&minor, &ends->ours);
	gss_release_cred(&minor, &ends->theirs);
	gss_release_name(&minor, &ends->target);
	if (!ends->krb5)
		return;
	krb5_cc_destroy(ends->krb5, ends->cache);
	krb5_kt_close(ends->krb5, ends->keytab);
	krb5_free_keyblock_contents(ends->krb5, &ends->session);
	krb5_free_keyblock_contents(ends->krb5, &ends->service);
	krb5_free_principal(ends->krb5, ends->user);
	krb5_free_principal(ends->krb5, ends->host);
	krb5_free_context(ends->krb5);
}

OM_uint32 ends_ours(struct ends *ends, gss_buffer_t from_server, gss_buffer_t token)
{
	const OM_uint32 flags =
		GSS_C_MUTUAL_FLAG | GSS_C_CONF_FLAG | GSS_C_INTEG_FLAG | GSS_C_REPLAY_FLAG | GSS_C_SEQUENCE_FLAG;
	OM_uint32 minor;

	return gss_init_sec_context(&minor, ends->ours, &ends->client, ends->target, ends->mechanism, flags, 0,
		GSS_C_NO_CHANNEL_BINDINGS, from_server, NULL, token, NULL, NULL);
}

OM_uint32 ends_theirs(struct ends *ends, gss_buffer_t from_client, gss_buffer_t token)
{
	OM_uint32 minor, major;

	contexts_leaks_count(false); /* the password is hashed for each acceptor */
	major = gss_accept_sec_context(&minor, &ends->server, ends->theirs, from_client, GSS_C_NO_CHANNEL_BINDINGS,
		NULL, NULL, token, NULL, NULL, NULL);
	contexts_leaks_count(true);
	return major;
}

void ends_connect(struct ends *ends)
{
	gss_buffer_desc out = GSS_C_EMPTY_BUFFER, in = GSS_C_EMPTY_BUFFER;
	OM_uint32 ignored, ours = ends_ours(ends, GSS_C_NO_BUFFER, &out);

	while (out.length) {
		if (GSS_ERROR(ends_theirs(ends, &out, &in)))
			fail_msg("the server's end refuses");
		gss_release_buffer(&ignored, &out);
		if (in.length)
			ours = ends_ours(ends, &in, &out);
		gss_release_buffer(&ignored, &in);
	}
	assert_int_equal(ours, GSS_S_COMPLETE);
}
