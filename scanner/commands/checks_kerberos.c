/* checks_kerberos: configuration, tickets and keys of Kerberos, and whether there is NTLM. */
#include "checks.h"
#include "language.h"
#include "ntlm.h"
#include "tickets.h"
#include "value.h"

#include <krb5/krb5.h>
#include <string.h>
#include <unistd.h>

enum { GRANT_MS = 40000, KEYTAB_NAME_ROOM = 4096, SOON_S = 600 };

static void context_done(krb5_context *context)
{
	if (*context)
		krb5_free_context(*context);
}

static void add_reason(struct str *what, krb5_context context, krb5_error_code code)
{
	const char *text = krb5_get_error_message(context, code);

	str_add(what, text);
	krb5_free_error_message(context, text);
}

/* The files that libkrb5 reads (krb5.conf(5)); the first that can be read. */
static bool find_configuration(struct str *file)
{
	const char *variable = getenv("KRB5_CONFIG"), *list = variable ? variable : "/etc/krb5.conf";

	for (size_t len; *list; list += len + (list[len] == ':')) {
		len = strcspn(list, ":");
		str_clear(file);
		str_addn(file, list, len);
		if (len && access(str_text(file), R_OK) == 0)
			return true;
	}
	return false;
}

enum health check_krb5_conf(const struct options *o, struct str *what)
{
	OWN_VALUE(context_done) krb5_context context = NULL;
	OWN_VALUE(str_done) struct str file = { 0 };
	char *realm = NULL;
	(void)o;

	if (!find_configuration(&file)) {
		str_addf(what,
			_("%s cannot be read: Kerberos needs it; name your realm there, or KRB5_CONFIG another file"),
			file.len ? str_text(&file) : "krb5.conf");
		return HEALTH_WARN;
	}
	krb5_error_code code = krb5_init_context(&context);
	if (code == 0)
		code = krb5_get_default_realm(context, &realm);
	if (code) {
		str_addf(what, "%s: ", str_text(&file));
		add_reason(what, context, code);
		return context ? HEALTH_WARN
			       : HEALTH_FAIL; /* without a realm names must be whole; a bad file stops all */
	}
	str_addf(what, _("%s, default realm %s"), str_text(&file), realm);
	krb5_free_default_realm(context, realm);
	return HEALTH_OK;
}

/* When the last ticket ends: no ticket outlives the one that granted it. 0: there is none. */
static int64_t last_end(krb5_context context)
{
	krb5_ccache cache;
	krb5_cc_cursor cursor;
	krb5_creds ticket;
	int64_t end = 0;

	if (krb5_cc_default(context, &cache))
		return 0;
	if (krb5_cc_start_seq_get(context, cache, &cursor) == 0) {
		while (krb5_cc_next_cred(context, cache, &cursor, &ticket) == 0) {
			int64_t its = (uint32_t)ticket.times.endtime; /* MIT: unsigned, good until 2106 */
			end = its > end ? its : end;
			krb5_free_cred_contents(context, &ticket);
		}
		krb5_cc_end_seq_get(context, cache, &cursor);
	}
	krb5_cc_close(context, cache);
	return end;
}

enum health check_ticket_cache(const struct options *o, struct str *what)
{
	const struct tickets_source source = { 0 };
	OWN_VALUE(context_done) krb5_context context = NULL;
	struct error e = { 0 };
	OWN(tickets_free) struct tickets *tickets = tickets_new(&source, &e);
	char until[VALUE_TIME];

	if (o->keytab) /* gets tickets of its own */
		return HEALTH_NONE;
	if (!tickets || krb5_init_context(&context)) {
		str_add(what, e.cause);
		return HEALTH_WARN;
	}
	int64_t end = last_end(context), left = end - time(NULL);
	time_utc(until, end);
	const char *whose = tickets_principal(tickets);
	if (!end)
		str_addf(what, _("%s, but it is empty: run kinit"), whose);
	else if (left <= 0)
		str_addf(what, _("%s, expired on %s: run kinit"), whose, until);
	else if (left < SOON_S)
		str_addf(what, _("%s, valid until %s: that is soon; run kinit"), whose, until);
	else
		str_addf(what, _("%s, valid until %s"), whose, until);
	return end && left >= SOON_S ? HEALTH_OK : HEALTH_WARN;
}

/* The client keytab that libkrb5 itself would take; false if there is none. */
static bool default_keytab(char file[static KEYTAB_NAME_ROOM])
{
	OWN_VALUE(context_done) krb5_context context = NULL;
	krb5_keytab keytab;
	static const char type[] = "FILE:";

	if (krb5_init_context(&context) || krb5_kt_client_default(context, &keytab))
		return false;
	krb5_error_code code = krb5_kt_get_name(context, keytab, file, KEYTAB_NAME_ROOM);
	krb5_kt_close(context, keytab);
	if (code || strncmp(file, type, strlen(type)) != 0)
		return false;
	memmove(file, file + strlen(type), strlen(file + strlen(type)) + 1);
	return access(file, F_OK) == 0;
}

enum health check_keytab(const struct options *o, struct str *what)
{
	char file[KEYTAB_NAME_ROOM];
	const struct tickets_source source = {
		.keytab = o->keytab              ? o->keytab
			  : default_keytab(file) ? file
						 : NULL,
		.principal = o->keytab ? o->user : NULL,
	};
	struct error e = { 0 };

	if (!source.keytab)
		return HEALTH_NONE;
	OWN(tickets_free) struct tickets *tickets = tickets_new(&source, &e);
	if (!tickets || (o->keytab && tickets_prove(tickets, deadline_in(GRANT_MS, NULL), &e) < 0)) {
		str_add(what, e.cause);
		return o->keytab ? HEALTH_FAIL : HEALTH_WARN;
	}
	str_addf(what,
		o->keytab ? _("%s, %s, the KDC gives a ticket for it") : _("%s, %s; it is used if --keytab names it"),
		source.keytab, tickets_principal(tickets));
	return HEALTH_OK;
}

enum health check_ntlm(const struct options *o, struct str *what)
{
	(void)o;
	if (ntlm_installed()) {
		str_add(what, _("gss-ntlmssp is installed"));
		return HEALTH_OK;
	}
	str_add(what,
		_("not installed: only Kerberos, Basic and certificates will do; install the package gss-ntlmssp"));
	return HEALTH_WARN;
}
