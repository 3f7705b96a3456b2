/* What an administrator reads when Kerberos refuses: names, a cure, and the code's name at the end. */
#include "cases.h"
#include "kerberos_error.h"

#include <stdlib.h>
#include <string.h>

#define USER "svc@CORP.EXAMPLE"
#define SPN "host/srv1.corp.example"

static void says_what_is_wrong_and_what_to_do(void **state)
{
	static const struct {
		krb5_error_code code;
		const char *user, *spn;
		const char *beginning, *cure, *end;
	} cases[] = {
		{ KRB5KRB_AP_ERR_SKEW, USER, SPN, "Kerberos clock skew", SPN, "[KRB_AP_ERR_SKEW]" },
		{ KRB5KRB_AP_ERR_SKEW, USER, NULL, "Kerberos clock skew", "w32tm /resync", "[KRB_AP_ERR_SKEW]" },
		{ KRB5KDC_ERR_S_PRINCIPAL_UNKNOWN, USER, SPN, "no account in CORP.EXAMPLE has the SPN " SPN,
			"setspn -Q " SPN, "[KDC_ERR_S_PRINCIPAL_UNKNOWN]" },
		{ KRB5KDC_ERR_S_PRINCIPAL_UNKNOWN, USER, SPN "@CHILD.CORP.EXAMPLE",
			"no account in CHILD.CORP.EXAMPLE has the SPN " SPN ":", "full name",
			"[KDC_ERR_S_PRINCIPAL_UNKNOWN]" },
		{ KRB5KRB_AP_ERR_MODIFIED, USER, SPN, "the server cannot read the ticket for " SPN, "setspn -X",
			"[KRB_AP_ERR_MODIFIED]" },
		{ KRB5KDC_ERR_PREAUTH_FAILED, USER, NULL, "wrong password or keytab of " USER, "not locked",
			"[KDC_ERR_PREAUTH_FAILED]" },
		{ KRB5KDC_ERR_PREAUTH_FAILED, NULL, NULL, "wrong password or keytab of the account", "not locked",
			"[KDC_ERR_PREAUTH_FAILED]" },
		{ KRB5KDC_ERR_C_PRINCIPAL_UNKNOWN, USER, NULL, USER " is not known in CORP.EXAMPLE", "realm",
			"[KDC_ERR_C_PRINCIPAL_UNKNOWN]" },
		{ KRB5KDC_ERR_CLIENT_REVOKED, USER, NULL, "the account " USER " is locked", "Unlock-ADAccount",
			"[KDC_ERR_CLIENT_REVOKED]" },
		{ KRB5KDC_ERR_KEY_EXP, USER, NULL, "the password of " USER " has expired", "kpasswd",
			"[KDC_ERR_KEY_EXPIRED]" },
		{ KRB5KRB_AP_ERR_TKT_EXPIRED, USER, NULL, "the ticket of " USER " has expired", "kinit",
			"[KRB_AP_ERR_TKT_EXPIRED]" },
		{ KRB5_KDC_UNREACH, USER, SPN, "no domain controller (KDC) of CORP.EXAMPLE answered", "port 88",
			"[KRB5_KDC_UNREACH]" },
		{ KRB5_KDC_UNREACH, USER, SPN "@CHILD.EXAMPLE", "no domain controller (KDC) of CHILD.EXAMPLE",
			"port 88", "[KRB5_KDC_UNREACH]" },
		{ KRB5_REALM_UNKNOWN, "svc@corp.example", NULL, "no domain controller (KDC) of corp.example is known",
			"krb5.conf", "[KRB5_REALM_UNKNOWN]" },
		{ KRB5_CC_NOTFOUND, USER, NULL, "no ticket-granting ticket of " USER, "kinit", "[KRB5_CC_NOTFOUND]" },
		{ KRB5_FCC_NOFILE, NULL, NULL, "no credential cache", "kinit", "[KRB5_FCC_NOFILE]" },
		{ KRB5_KT_NOTFOUND, USER, NULL, "the keytab has no key of " USER, "klist -kte", "[KRB5_KT_NOTFOUND]" },
		{ KRB5KDC_ERR_ETYPE_NOSUPP, USER, SPN, "CORP.EXAMPLE and this machine", "RC4 is disabled",
			"[KDC_ERR_ETYPE_NOSUPP]" },
		{ KRB5KDC_ERR_POLICY, USER, SPN, "a policy of CORP.EXAMPLE", "logon restrictions", "[KDC_ERR_POLICY]" },
		{ KRB5KRB_AP_ERR_BAD_INTEGRITY, USER, NULL, "the answer for " USER, "keytab older",
			"[KRB_AP_ERR_BAD_INTEGRITY]" },
		{ KRB5_KDCREP_MODIFIED, "svc@corp.example", NULL, "the KDC answered for another name", "capitals",
			"[KRB5_KDCREP_MODIFIED]" },
		{ KRB5_MUTUAL_FAILED, USER, SPN, "the server could not prove to be " SPN, "under its name",
			"[KRB5_MUTUAL_FAILED]" },
		{ KRB5_CRYPTO_INTERNAL, USER, NULL, "Kerberos failed for " USER, "", "[-1765328206]" },
	};

	(void)state;
	FOR_EACH(c, cases) {
		struct error e = { 0 };
		size_t end = strlen(c->end);
		assert_int_equal(kerberos_refused(&e, NULL, c->code, c->user, c->spn), -1);
		assert_int_equal(e.kind, ERROR_AUTH);
		assert_true(e.has_code);
		assert_int_equal(e.code, c->code);
		if (strncmp(e.cause, c->beginning, strlen(c->beginning)) != 0 || !strstr(e.cause, c->cure) ||
			strlen(e.cause) < end || strcmp(e.cause + strlen(e.cause) - end, c->end) != 0)
			fail_msg("%s ... %s ... %s: %s", c->beginning, c->cure, c->end, e.cause);
	}
}

static void an_unknown_code_has_the_text_of_the_library(void **state)
{
	struct error e = { 0 };
	krb5_context context;

	(void)state;
	assert_int_equal(krb5_init_context(&context), 0);
	kerberos_refused(&e, context, KRB5_RC_REPLAY, USER, SPN);
	krb5_free_context(context);
	assert_non_null(strstr(e.cause, SPN));
	assert_non_null(strstr(e.cause, "eplay"));
}

/* The code's name is what people search for: however long the names, it is there, and no sentence lost its end. */
static void long_names_leave_room_for_the_code(void **state)
{
	char user[600], spn[600];

	(void)state;
	memset(user, 'u', sizeof(user) - 1);
	memset(spn, 's', sizeof(spn) - 1);
	user[300] = '@';
	user[sizeof(user) - 1] = spn[sizeof(spn) - 1] = '\0';
	for (krb5_error_code code = KRB5KDC_ERR_NONE; code < KRB5KDC_ERR_NONE + 256; code++) {
		struct error e = { 0 };
		kerberos_refused(&e, NULL, code, user, spn);
		if (e.cause[strlen(e.cause) - 1] != ']')
			fail_msg("%ld: %s", (long)code, e.cause);
	}
}

static void with_usual_names_no_sentence_is_cut(void **state)
{
	static const char user[] = "svc-vss-audit@EMEA.CORP.CONTOSO-EXAMPLE.COM",
			  spn[] = "host/fs-tyo-0107.emea.corp.contoso-example.com@EMEA.CORP.CONTOSO-EXAMPLE.COM";

	(void)state;
	for (krb5_error_code code = KRB5KDC_ERR_NONE; code < KRB5KDC_ERR_NONE + 256; code++) {
		struct error e = { 0 };
		kerberos_refused(&e, NULL, code, user, spn);
		const char *name = strrchr(e.cause, '[');
		if (!name || (size_t)(name - e.cause) > 352 || strchr(e.cause, '{'))
			fail_msg("%ld: %s", (long)code, e.cause);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_what_is_wrong_and_what_to_do),
		cmocka_unit_test(an_unknown_code_has_the_text_of_the_library),
		cmocka_unit_test(long_names_leave_room_for_the_code),
		cmocka_unit_test(with_usual_names_no_sentence_is_cut),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
