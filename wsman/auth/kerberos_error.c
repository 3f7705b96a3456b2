/* kerberos_error: see the header. One row a code; RFC 4120 section 7.5.9 has the numbers, the cures are Active
 * Directory's. */
#include "kerberos_error.h"

#include "own.h"
#include "str.h"

#include <string.h>

enum {
	NAME_MAX_SHOWN =
		110,        /* bytes of a principal or an SPN; names are the administrator's, only our room is small */
	SENTENCE_MAX = 352, /* leaves room for the code's name */
};

struct row {
	krb5_error_code code;
	const char *name;     /* as RFC 4120, MS-KILE or krb5.h have it */
	const char *sentence; /* with {user}, {spn} and {realm} */
};

static const struct row rows[] = {
	/* ---- who we are ---- */
	{ KRB5KDC_ERR_C_PRINCIPAL_UNKNOWN, "KDC_ERR_C_PRINCIPAL_UNKNOWN",
		"{user} is not known in {realm}: check the user's name, and that the realm is the account's own" },
	{ KRB5KDC_ERR_PREAUTH_FAILED, "KDC_ERR_PREAUTH_FAILED",
		"wrong password or keytab of {user}; not tried again in this run, so that the account is not locked" },
	{ KRB5_PREAUTH_FAILED, "KRB5_PREAUTH_FAILED",
		"{realm} asks {user} for a proof that this machine cannot give (a smart card?): use another account or "
		"a "
		"keytab" },
	{ KRB5KRB_AP_ERR_BAD_INTEGRITY, "KRB_AP_ERR_BAD_INTEGRITY",
		"the answer for {user} cannot be decrypted: wrong password, or a keytab older than the account's "
		"password" },
	{ KRB5KDC_ERR_CLIENT_REVOKED, "KDC_ERR_CLIENT_REVOKED",
		"the account {user} is locked, disabled or outside its logon hours: unlock it (Unlock-ADAccount) and "
		"find "
		"out who locked it" },
	{ KRB5KDC_ERR_NAME_EXP, "KDC_ERR_NAME_EXP",
		"the account {user} has expired: extend it (Set-ADAccountExpiration)" },
	{ KRB5KDC_ERR_KEY_EXP, "KDC_ERR_KEY_EXPIRED",
		"the password of {user} has expired or must be changed at the first logon: change it (kpasswd)" },
	{ KRB5KDC_ERR_CLIENT_NOTYET, "KDC_ERR_CLIENT_NOTYET",
		"the account {user} is not valid yet: check its dates and the clock of this machine" },
	{ KRB5KDC_ERR_POLICY, "KDC_ERR_POLICY",
		"a policy of {realm} forbids it: check the logon restrictions of {user} (authentication policy silo, "
		"logon workstations, selective authentication of a trust)" },
	{ KRB5KDC_ERR_WRONG_REALM, "KDC_ERR_WRONG_REALM",
		"{user} belongs to another realm than {realm}: use NAME@REALM with the account's own" },
	{ KRB5_KDCREP_MODIFIED, "KRB5_KDCREP_MODIFIED",
		"the KDC answered for another name than {user}: write the realm in capitals, as the domain has it" },

	/* ---- our tickets ---- */
	{ KRB5KRB_AP_ERR_TKT_EXPIRED, "KRB_AP_ERR_TKT_EXPIRED",
		"the ticket of {user} has expired: run kinit, or use a keytab; if it is fresh, check the clocks" },
	{ KRB5KRB_AP_ERR_TKT_NYV, "KRB_AP_ERR_TKT_NYV",
		"the ticket of {user} is not valid yet: a clock is wrong, here (chronyc tracking), on {spn} or on the "
		"domain "
		"controller (w32tm /resync)" },
	{ KRB5_CC_NOTFOUND, "KRB5_CC_NOTFOUND",
		"no ticket-granting ticket of {user} in the credential cache: run kinit" },
	{ KRB5_CC_NOT_KTYPE, "KRB5_CC_NOT_KTYPE",
		"the tickets of {user} are encrypted in a way that krb5.conf does not permit: check "
		"permitted_enctypes, then "
		"run kinit again" },
	{ KRB5_FCC_NOFILE, "KRB5_FCC_NOFILE", "no credential cache: run kinit, or name a keytab or a user" },
	{ KRB5_FCC_PERM, "KRB5_FCC_PERM", "the credential cache may not be read: it belongs to another user" },
	{ KRB5_CC_FORMAT, "KRB5_CC_FORMAT", "the credential cache is damaged: run kdestroy, then kinit" },
	{ KRB5_CC_IO, "KRB5_CC_IO", "the credential cache cannot be read: check KRB5CCNAME and the file system" },
	{ KRB5_CC_UNKNOWN_TYPE, "KRB5_CC_UNKNOWN_TYPE",
		"this machine does not know that kind of credential cache: check KRB5CCNAME" },
	{ KRB5_KT_NOTFOUND, "KRB5_KT_NOTFOUND",
		"the keytab has no key of {user} that the KDC takes: look with klist -kte, export it again (ktpass, "
		"msktutil)" },
	{ KRB5_KT_KVNONOTFOUND, "KRB5_KT_KVNONOTFOUND",
		"the keytab is older than the password of {user}: export it again (ktpass, msktutil)" },
	{ KRB5_KT_IOERR, "KRB5_KT_IOERR", "the keytab cannot be read: check the file and its owner" },

	/* ---- the server's name ---- */
	{ KRB5KDC_ERR_S_PRINCIPAL_UNKNOWN, "KDC_ERR_S_PRINCIPAL_UNKNOWN",
		"no account in {realm} has the SPN {spn}: look with setspn -Q {spn}; if the inventory has an alias, a "
		"short "
		"name or an address, use the server's full name" },
	{ KRB5KDC_ERR_PRINCIPAL_NOT_UNIQUE, "KDC_ERR_PRINCIPAL_NOT_UNIQUE",
		"several accounts have the SPN {spn}: find them with setspn -X, and delete all but the server's" },
	{ KRB5KRB_AP_ERR_MODIFIED, "KRB_AP_ERR_MODIFIED",
		"the server cannot read the ticket for {spn}: the SPN belongs to another account (setspn -Q {spn}, "
		"setspn -X), "
		"or its name resolves to another server" },
	{ KRB5KRB_AP_ERR_NOT_US, "KRB_AP_ERR_NOT_US",
		"the ticket for {spn} is not for that server: its name resolves to another one" },
	{ KRB5KRB_AP_ERR_NOKEY, "KRB_AP_ERR_NOKEY",
		"the server has no key for {spn}: the SPN belongs to another account (setspn -Q {spn})" },
	{ KRB5KRB_AP_ERR_BADKEYVER, "KRB_AP_ERR_BADKEYVER",
		"the server has another key for {spn} than the domain controller: wait for the replication, or repair "
		"its "
		"machine password (Test-ComputerSecureChannel -Repair)" },
	{ KRB5KDC_ERR_SERVICE_REVOKED, "KDC_ERR_SERVICE_REVOKED",
		"the account of {spn} is disabled or locked: enable the server's computer account" },
	{ KRB5KDC_ERR_SERVICE_EXP, "KDC_ERR_SERVICE_EXP", "the account of {spn} has expired: extend it" },
	{ KRB5KDC_ERR_MUST_USE_USER2USER, "KDC_ERR_MUST_USE_USER2USER",
		"the SPN {spn} belongs to a person's account, not to the server: look with setspn -Q {spn}" },
	{ KRB5KDC_ERR_BADOPTION, "KDC_ERR_BADOPTION",
		"{realm} refuses a ticket for {spn} with these options: check the restrictions of {user}" },
	{ KRB5KDC_ERR_PATH_NOT_ACCEPTED, "KDC_ERR_PATH_NOT_ACCEPTED",
		"no accepted path of trusts leads from {user} to {spn}: check the trusts and [capaths]" },

	/* ---- clocks and ciphers ---- */
	{ KRB5KRB_AP_ERR_SKEW, "KRB_AP_ERR_SKEW",
		"Kerberos clock skew: the clocks of this machine (chronyc tracking), {spn} and the domain controller "
		"are more "
		"than 5 minutes apart; set the wrong one (w32tm /resync) and check the time sync of the hypervisor" },
	{ KRB5_KDCREP_SKEW, "KRB5_KDCREP_SKEW",
		"Kerberos clock skew: the clock of this machine (chronyc tracking) and that of {realm}'s domain "
		"controller are "
		"more than 5 minutes apart" },
	{ KRB5KDC_ERR_NEVER_VALID, "KDC_ERR_NEVER_VALID",
		"the ticket would have ended before it began: check the clock of this machine against {realm}'s" },
	{ KRB5KDC_ERR_ETYPE_NOSUPP, "KDC_ERR_ETYPE_NOSUPP",
		"{realm} and this machine have no encryption in common for {user} and {spn}: RC4 is disabled, so set a "
		"new "
		"password for the account (AES keys) and check msDS-SupportedEncryptionTypes" },
	{ KRB5_CONFIG_ETYPE_NOSUPP, "KRB5_CONFIG_ETYPE_NOSUPP",
		"krb5.conf permits no encryption that this machine knows: check permitted_enctypes" },
	{ KRB5_PROG_ETYPE_NOSUPP, "KRB5_PROG_ETYPE_NOSUPP",
		"the KDC chose an encryption that this machine does not permit: check permitted_enctypes, or give the "
		"account "
		"AES keys" },
	{ KRB5_WRONG_ETYPE, "KRB5_WRONG_ETYPE",
		"the ticket has another encryption than asked for: give the account of {spn} AES keys" },
	{ KRB5_MUTUAL_FAILED, "KRB5_MUTUAL_FAILED",
		"the server could not prove to be {spn}: something else answers under its name" },
	{ KRB5KRB_AP_ERR_MUT_FAIL, "KRB_AP_ERR_MUT_FAIL",
		"the server could not prove to be {spn}: something else answers under its name" },
	{ KRB5KRB_AP_ERR_REPEAT, "KRB_AP_ERR_REPEAT",
		"{spn} says that it has seen our request before: two servers share an account, or somebody replays "
		"it" },

	/* ---- the KDC ---- */
	{ KRB5_KDC_UNREACH, "KRB5_KDC_UNREACH",
		"no domain controller (KDC) of {realm} answered: check the network, port 88 (TCP and UDP) and "
		"krb5.conf" },
	{ KRB5_REALM_UNKNOWN, "KRB5_REALM_UNKNOWN",
		"no domain controller (KDC) of {realm} is known: check the realm's name (in capitals), DNS "
		"(_kerberos._udp) or "
		"krb5.conf" },
	{ KRB5_REALM_CANT_RESOLVE, "KRB5_REALM_CANT_RESOLVE",
		"the domain controllers (KDC) of {realm} are not in DNS: check the resolver and krb5.conf" },
	{ KRB5KDC_ERR_SVC_UNAVAILABLE, "KDC_ERR_SVC_UNAVAILABLE",
		"the domain controller (KDC) of {realm} is not ready: try again later" },
	{ KRB5KRB_ERR_GENERIC, "KRB_ERR_GENERIC",
		"the domain controller (KDC) of {realm} failed, and does not say why: see its event log" },
	{ KRB5KRB_AP_ERR_NO_TGT, "KRB_AP_ERR_NO_TGT", "{spn} wants a ticket of a kind that we do not have" },
	{ KRB5_NO_TKT_IN_RLM, "KRB5_NO_TKT_IN_RLM",
		"no ticket for the realm of {spn} can be had: check the trusts and [capaths]" },
	{ KRB5_ERR_HOST_REALM_UNKNOWN, "KRB5_ERR_HOST_REALM_UNKNOWN",
		"the realm of {spn} is not known: check [domain_realm] in krb5.conf" },
	{ KRB5_GET_IN_TKT_LOOP, "KRB5_GET_IN_TKT_LOOP",
		"the KDC of {realm} keeps asking for another proof of {user}: check the account's restrictions" },

	/* ---- this machine ---- */
	{ KRB5_CONFIG_NODEFREALM, "KRB5_CONFIG_NODEFREALM",
		"no realm is known for {user}: use NAME@REALM, or set default_realm in krb5.conf" },
	{ KRB5_CONFIG_BADFORMAT, "KRB5_CONFIG_BADFORMAT", "krb5.conf cannot be understood: check it" },
	{ KRB5_CONFIG_CANTOPEN, "KRB5_CONFIG_CANTOPEN", "krb5.conf cannot be read: check the file and KRB5_CONFIG" },
	{ KRB5_PARSE_MALFORMED, "KRB5_PARSE_MALFORMED", "{user} is no Kerberos name: use NAME@REALM" },
	{ KRB5_PARSE_ILLCHAR, "KRB5_PARSE_ILLCHAR", "{user} is no Kerberos name: use NAME@REALM" },
};

struct names {
	const char *user, *spn, *realm;
	size_t realm_len;
};

static const struct row *row_of(krb5_error_code code)
{
	FOR_EACH(row, rows)
		if (row->code == code)
			return row;
	return NULL;
}

/* The realm that was asked: the server's if it is known ("host/srv@CHILD.CORP.EXAMPLE"), else ours. */
static struct names names_of(const char *principal, const char *spn)
{
	const char *of_spn = spn ? strrchr(spn, '@') : NULL, *of_user = principal ? strrchr(principal, '@') : NULL;
	const char *at = of_spn && of_spn[1] ? of_spn : of_user;
	struct names n = { .user = principal, .spn = spn, .realm = at ? at + 1 : "" };

	n.realm_len = strlen(n.realm);
	return n;
}

static void add_name(struct str *s, const char *name, size_t len, const char *if_none)
{
	if (len == 0)
		str_add(s, if_none);
	else
		str_addf(s, "%.*s", (int)(len < NAME_MAX_SHOWN ? len : NAME_MAX_SHOWN), name);
}

static void add_sentence(struct str *s, const char *sentence, const struct names *names)
{
	const char *at;

	for (; (at = strchr(sentence, '{')); sentence = strchr(at, '}') + 1) {
		str_addn(s, sentence, (size_t)(at - sentence));
		if (at[1] == 'u')
			add_name(s, names->user, names->user ? strlen(names->user) : 0, "the account");
		else if (at[1] == 's') /* without a realm: as setspn takes it */
			add_name(s, names->spn, names->spn ? strcspn(names->spn, "@") : 0, "the server");
		else
			add_name(s, names->realm, names->realm_len, "the realm");
	}
	str_add(s, sentence);
}

static int refuse_unknown(struct error *e, krb5_context context, krb5_error_code code, const struct names *names)
{
	const char *text = context ? krb5_get_error_message(context, code) : NULL;

	error_code(e, ERROR_AUTH, code, "Kerberos failed for %.*s: %.200s [%ld]", NAME_MAX_SHOWN,
		names->spn    ? names->spn
		: names->user ? names->user
			      : "the account",
		text ? text : "see the number in krb5.h", (long)code);
	if (text)
		krb5_free_error_message(context, text);
	return -1;
}

int kerberos_refused(
	struct error *e, krb5_context context, krb5_error_code code, const char *principal, const char *spn)
{
	const struct row *row = row_of(code);
	struct names names = names_of(principal, spn);
	OWN_VALUE(str_done) struct str sentence = { 0 };

	if (!row)
		return refuse_unknown(e, context, code, &names);
	add_sentence(&sentence, row->sentence, &names);
	return error_code(e, ERROR_AUTH, code, "%.*s [%s]", SENTENCE_MAX, str_text(&sentence), row->name);
}
