/* ticket_source: see the header. Here is what is looked up in files; ticket_grant.c asks the KDC. */
#include "ticket_source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "private.h"

enum { KEYTAB_NAME_ROOM = 4096 };

bool ticket_source_is_cache(const struct tickets_source *source)
{
	return !source->keytab && !source->password;
}

static int local(krb5_context context, krb5_error_code code, const char *what, struct error *e)
{
	const char *text = krb5_get_error_message(context, code);

	error_code(e, ERROR_LOCAL, code, "%.150s: %.200s", what, text);
	krb5_free_error_message(context, text);
	return -1;
}

static int check_keytab_file(const char *file, struct error *e)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		return error_code(e, ERROR_LOCAL, errno, "keytab %.200s: %s", file, strerror(errno));
	int rc = private_check(fd, file, 077, e);
	close(fd);
	return rc;
}

krb5_error_code ticket_source_keytab(const char *file, krb5_context context, krb5_keytab *keytab)
{
	char name[KEYTAB_NAME_ROOM];

	if ((size_t)snprintf(name, sizeof(name), "FILE:%s", file) >= sizeof(name))
		return ENAMETOOLONG;
	return krb5_kt_resolve(context, name, keytab);
}

static krb5_error_code first_of_keytab(krb5_context context, krb5_keytab keytab, krb5_principal *client)
{
	krb5_kt_cursor cursor;
	krb5_keytab_entry entry;
	krb5_error_code code = krb5_kt_start_seq_get(context, keytab, &cursor);

	if (code)
		return code;
	code = krb5_kt_next_entry(context, keytab, &entry, &cursor);
	if (code == 0) {
		code = krb5_copy_principal(context, entry.principal, client);
		krb5_free_keytab_entry_contents(context, &entry);
	}
	krb5_kt_end_seq_get(context, keytab, &cursor);
	return code;
}

static krb5_error_code in_keytab(krb5_context context, krb5_keytab keytab, krb5_principal client)
{
	krb5_keytab_entry entry;
	krb5_error_code code = krb5_kt_get_entry(context, keytab, client, 0, 0, &entry);

	if (code == 0)
		krb5_free_keytab_entry_contents(context, &entry);
	return code;
}

static int look_at_keytab(
	const struct tickets_source *source, krb5_context context, krb5_principal *client, struct error *e)
{
	krb5_keytab keytab;

	if (check_keytab_file(source->keytab, e) < 0)
		return -1;
	krb5_error_code code = ticket_source_keytab(source->keytab, context, &keytab);
	if (code)
		return local(context, code, source->keytab, e);
	code = *client ? in_keytab(context, keytab, *client) : first_of_keytab(context, keytab, client);
	if (code == KRB5_KT_END)
		error_set(e, ERROR_LOCAL, "keytab %.200s: there is no key in it", source->keytab);
	else if (code)
		local(context, code, source->keytab, e);
	krb5_kt_close(context, keytab);
	return code ? -1 : 0;
}

krb5_error_code ticket_source_cache(
	const struct tickets_source *source, krb5_context context, krb5_principal client, krb5_ccache *cache)
{
	if (source->ccache)
		return krb5_cc_resolve(context, source->ccache, cache);
	if (client && krb5_cc_cache_match(context, client, cache) == 0) /* one of a collection */
		return 0;
	return krb5_cc_default(context, cache);
}

static int look_at_cache(
	const struct tickets_source *source, krb5_context context, krb5_principal *client, struct error *e)
{
	krb5_ccache cache;
	krb5_principal owner = NULL;
	krb5_error_code code = ticket_source_cache(source, context, *client, &cache);

	if (code)
		return local(context, code, source->ccache ? source->ccache : "credential cache", e);
	code = krb5_cc_get_principal(context, cache, &owner);
	krb5_cc_close(context, cache);
	if (code)
		return local(context, code, "no ticket: run kinit, or use a keytab or a password", e);
	if (*client && !krb5_principal_compare(context, *client, owner))
		error_set(e, ERROR_LOCAL, "the credential cache is another user's than %.200s: run kinit %.100s",
			source->principal, source->principal);
	else if (!*client)
		*client = TAKE(owner);
	krb5_free_principal(context, owner);
	return e->kind == ERROR_NONE ? 0 : -1;
}

static int read_name(const char *name, krb5_context context, krb5_principal *client, struct error *e)
{
	/* A backslash is legal there, but "CORP\svc" means something else. */
	if (strchr(name, '\\') || krb5_parse_name(context, name, client) != 0)
		return error_set(e, ERROR_LOCAL, "%.200s is no full Kerberos name: use NAME@REALM", name);
	return 0;
}

int ticket_source_open(
	const struct tickets_source *source, krb5_context context, krb5_principal *client, struct error *e)
{
	*client = NULL;
	if (source->principal && read_name(source->principal, context, client, e) < 0)
		return -1;
	int rc = 0;
	if (source->keytab)
		rc = look_at_keytab(source, context, client, e);
	else if (!source->password)
		rc = look_at_cache(source, context, client, e);
	else if (!*client)
		rc = error_set(e, ERROR_LOCAL, "a password alone gives no ticket: use --user NAME@REALM");
	if (rc < 0)
		krb5_free_principal(context, TAKE(*client));
	return rc;
}
