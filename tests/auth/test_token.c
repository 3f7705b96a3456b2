/* Tests of token: what a server's token must look like. The challenge is that of MS-NLMP 4.2.4.3; each case changes one
 * thing about it. */
#include "cases.h"
#include "contexts.h"
#include "der.h"
#include "ntlm.h"
#include "token.h"

#include <stdlib.h>
#include <string.h>

static const unsigned char challenge[] = {
	'N', 'T', 'L', 'M', 'S', 'S', 'P', 0, 2, 0, 0, 0,            /* signature, type */
	12, 0, 12, 0, 56, 0, 0, 0,                                   /* 12: target name */
	0x33, 0x82, 0x8a, 0xe2,                                      /* 20: flags */
	0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef,              /* 24: the challenge itself */
	0, 0, 0, 0, 0, 0, 0, 0,                                      /* 32: reserved */
	36, 0, 36, 0, 68, 0, 0, 0,                                   /* 40: target information */
	6, 0, 0x70, 0x17, 0, 0, 0, 15,                               /* 48: version */
	'S', 0, 'e', 0, 'r', 0, 'v', 0, 'e', 0, 'r', 0,              /* 56 */
	2, 0, 12, 0, 'D', 0, 'o', 0, 'm', 0, 'a', 0, 'i', 0, 'n', 0, /* 68: domain */
	1, 0, 12, 0, 'S', 0, 'e', 0, 'r', 0, 'v', 0, 'e', 0, 'r', 0, /* 84: computer */
	0, 0, 0, 0,                                                  /* 100: end of the list */
};

static const unsigned char krb5_oid[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x12, 0x01, 0x02, 0x02 };
static const unsigned char microsoft_oid[] = { 0x2a, 0x86, 0x48, 0x82, 0xf7, 0x12, 0x01, 0x02, 0x02 };
static const unsigned char ntlm_oid[] = { 0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x02, 0x02, 0x0a };

/* In memory of exactly its size, so that a sanitizer sees a read behind the end. */
static int check(enum token_kind kind, const void *bytes, size_t len, struct error *e)
{
	OWN(own_free) void *exact = malloc(len ? len : 1);
	assert_non_null(exact);
	memcpy(exact, bytes, len);
	int rc = token_check(kind, exact, len, e);
	assert_true(rc == 0 ? e->kind == ERROR_NONE : e->kind == ERROR_PROTOCOL && e->cause[0]);
	return rc;
}

static void expect(const char *about, enum token_kind kind, const struct str *token, bool accepted)
{
	struct error e = { 0 };
	assert_false(str_failed(token));
	if ((check(kind, token->data, token->len, &e) == 0) != accepted)
		fail_msg("%s: %s", about, accepted ? e.cause : "accepted");
}

static void a_challenge_is_checked_field_by_field(void **state)
{
	static const struct {
		const char *about;
		size_t at;
		const char *bytes;
		size_t len;
		const char *cause; /* NULL: accepted */
	} cases[] = {
		{ "as published", 0, "", 0, NULL },
		{ "another challenge", 24, "\xff\xff\xff\xff", 4, NULL },
		{ "a MaxLen that nobody reads", 14, "\xff\xff", 2, NULL },
		{ "flags beyond those", 20, "\xff\xff\xff\xff", 4, NULL },
		{ "a name of an unknown kind", 68, "\x0b\0", 2, NULL },
		{ "name and information at the same place", 16, "\x44\0\0\0", 4, NULL },
		{ "another signature", 0, "X", 1, "is none" },
		{ "no NUL behind the signature", 7, "X", 1, "is none" },
		{ "a NEGOTIATE", 8, "\x01", 1, "another type" },
		{ "an AUTHENTICATE", 8, "\x03", 1, "another type" },
		{ "type 2 + 256", 9, "\x01", 1, "another type" },
		{ "an empty target name", 12, "\0", 1, "names no target" },
		{ "an empty target name far away", 12, "\0\0\0\0\xff\xff\xff\xff", 8, "outside" },
		{ "half a character", 12, "\x0b", 1, "half" },
		{ "a name longer than the token", 12, "\xff\xff", 2, "outside" },
		{ "a name one byte too long", 12, "\x32\0\0\0\x37\0\0\0", 8, "outside" },
		{ "a name inside the header", 16, "\x30", 1, "outside" },
		{ "a name at the start", 16, "\0", 1, "outside" },
		{ "a name behind the end", 16, "\x69", 1, "outside" },
		{ "a name whose end wraps", 16, "\xff\xff\xff\xff", 4, "outside" },
		{ "information behind the end", 44, "\x45", 1, "outside" },
		{ "information inside the header", 44, "\x14", 1, "outside" },
		{ "information whose end wraps", 44, "\xf0\xff\xff\xff", 4, "outside" },
		{ "no information", 40, "\0", 1, "target information" },
		{ "information without its end", 40, "\x20", 1, "target information" },
		{ "information cut in a name", 40, "\x1f", 1, "target information" },
		{ "information cut in its end", 40, "\x23", 1, "target information" },
		{ "an end with a length", 102, "\x01", 1, "target information" },
		{ "an end in the middle", 68, "\0\0\0\0", 4, "target information" },
		{ "a name longer than the rest", 86, "\x0d", 1, "target information" },
		{ "a name much longer than the rest", 86, "\xff\xff", 2, "target information" },
		{ "a name of half characters", 70, "\x0b", 1, "target information" },
		{ "a name twice", 84, "\x02", 1, "target information" },
		{ "a timestamp of 12 bytes", 84, "\x07", 1, "target information" },
		{ "flags of 12 bytes", 84, "\x06", 1, "target information" },
		{ "a channel binding of 12 bytes", 84, "\x0a", 1, "target information" },
		{ "no UNICODE", 20, "\x32", 1, "UNICODE" },
		{ "no SIGN", 20, "\x23", 1, "NEGOTIATE_SIGN" },
		{ "no SEAL", 20, "\x13", 1, "SEAL" },
		{ "no NTLM", 21, "\x80", 1, "NEGOTIATE_NTLM" },
		{ "no ALWAYS_SIGN", 21, "\x02", 1, "ALWAYS_SIGN" },
		{ "no EXTENDED_SESSIONSECURITY", 22, "\x82", 1, "EXTENDED_SESSIONSECURITY" },
		{ "no TARGET_INFO", 22, "\x0a", 1, "TARGET_INFO" },
		{ "no 128", 23, "\xc2", 1, "NEGOTIATE_128" },
		{ "no KEY_EXCH", 23, "\xa2", 1, "KEY_EXCH" },
	};
	(void)state;
	FOR_EACH(c, cases) {
		unsigned char changed[sizeof(challenge)];
		struct error e = { 0 };
		memcpy(changed, challenge, sizeof(challenge));
		memcpy(changed + c->at, c->bytes, c->len);
		int rc = check(TOKEN_NTLM, changed, sizeof(changed), &e);
		if (c->cause ? rc == 0 || !strstr(e.cause, c->cause) : rc < 0)
			fail_msg("%s: %d, %s", c->about, rc, e.cause);
	}
}

static void no_cut_challenge_is_accepted(void **state)
{
	(void)state;
	for (size_t len = 0; len < sizeof(challenge); len++) {
		struct error e = { 0 };
		if (check(TOKEN_NTLM, challenge, len, &e) == 0)
			fail_msg("%zu bytes", len);
	}
}

static void a_challenge_without_version_has_a_shorter_header(void **state)
{
	unsigned char old[sizeof(challenge)];
	struct error e = { 0 };
	(void)state;

	memcpy(old, challenge, sizeof(old));
	old[16] = 48; /* the name, 8 bytes earlier */
	assert_int_equal(check(TOKEN_NTLM, old, sizeof(old), &e), -1);
	old[23] = 0xe0; /* no VERSION */
	error_clear(&e);
	assert_int_equal(check(TOKEN_NTLM, old, sizeof(old), &e), 0);
}

/* An AP-REP (2) or KRB-ERROR (3) in the framing of RFC 4121 4.1. */
static void add_kerberos(struct str *s, const void *oid, int type, int tag)
{
	size_t from = s->len;
	str_addn(s, oid, sizeof(krb5_oid));
	der_enclose(s, from, 0x06);
	str_addc(s, (char)type);
	str_addc(s, 0);
	size_t message = s->len;
	str_add(s,
		"whatever the mechanism reads by itself, long enough for a length of two bytes: 16 times eight bytes, "
		"and some more");
	der_enclose(s, message, tag);
	der_enclose(s, from, 0x60);
}

static void kerberos_tokens_are_framed(void **state)
{
	static const struct {
		const char *about;
		const unsigned char *oid;
		int type, tag;
		bool accepted;
	} cases[] = {
		{ "AP-REP", krb5_oid, 2, 0x6f, true },
		{ "KRB-ERROR", krb5_oid, 3, 0x7e, true },
		{ "Microsoft's identifier", microsoft_oid, 2, 0x6f, true },
		{ "AP-REQ", krb5_oid, 1, 0x6e, false },
		{ "AP-REP that says KRB-ERROR", krb5_oid, 3, 0x6f, false },
		{ "KRB-ERROR that says AP-REP", krb5_oid, 2, 0x7e, false },
		{ "another mechanism", ntlm_oid, 2, 0x6f, false },
	};
	(void)state;
	FOR_EACH(c, cases) {
		OWN_VALUE(str_done) struct str token = { 0 };
		add_kerberos(&token, c->oid, c->type, c->tag);
		expect(c->about, TOKEN_KERBEROS, &token, c->accepted);
		str_addc(&token, 0);
		expect("a byte behind the end", TOKEN_KERBEROS, &token, false);
		for (token.len -= 2; token.len; token.len--)
			expect("cut", TOKEN_KERBEROS, &token, false);
	}
}

static void add_field(struct str *s, int n, int tag, const void *bytes, size_t len)
{
	size_t from = s->len;
	str_addn(s, bytes, len);
	der_enclose(s, from, tag);
	der_enclose(s, from, 0xa0 + n);
}

static void end_response(struct str *s)
{
	der_enclose(s, 0, 0x30);
	der_enclose(s, 0, 0xa1);
}

enum { STATE = 1, MECHANISM = 2, CHALLENGE = 4, REPLY = 8, MIC = 16, MIC_FIRST = 32, TWICE = 64, MORE = 128 };

static void add_response(struct str *s, int fields, int negotiation, const void *oid, size_t oid_len)
{
	OWN_VALUE(str_done) struct str reply = { 0 };
	const char byte = (char)negotiation;

	if (fields & MIC_FIRST)
		add_field(s, 3, 0x04, "mic", 3);
	for (int i = 0; fields & STATE && i <= !!(fields & TWICE); i++)
		add_field(s, 0, 0x0a, &byte, 1);
	if (fields & MECHANISM)
		add_field(s, 1, 0x06, oid, oid_len);
	if (fields & CHALLENGE)
		add_field(s, 2, 0x04, challenge, sizeof(challenge));
	if (fields & REPLY) {
		add_kerberos(&reply, krb5_oid, 2, 0x6f);
		add_field(s, 2, 0x04, reply.data, reply.len);
	}
	if (fields & MIC)
		add_field(s, 3, 0x04, "mic", 3);
	if (fields & MORE)
		add_field(s, 4, 0x04, "more", 4);
	end_response(s);
}

static void spnego_tokens_are_checked_inside_out(void **state)
{
	static const struct {
		const char *about;
		enum token_kind kind;
		int fields, state;
		const unsigned char *oid;
		bool accepted;
	} cases[] = {
		{ "the reply and the end", TOKEN_SPNEGO_KERBEROS, STATE | MECHANISM | REPLY, 0, krb5_oid, true },
		{ "with a MIC", TOKEN_SPNEGO_KERBEROS, STATE | MECHANISM | REPLY | MIC, 0, krb5_oid, true },
		{ "Microsoft's identifier", TOKEN_SPNEGO_KERBEROS, STATE | MECHANISM | REPLY, 0, microsoft_oid, true },
		{ "a MIC is asked for", TOKEN_SPNEGO_KERBEROS, STATE | MECHANISM | REPLY, 3, krb5_oid, true },
		{ "nothing but the end", TOKEN_SPNEGO_KERBEROS, STATE, 0, NULL, true },
		{ "refused", TOKEN_SPNEGO_KERBEROS, STATE, 2, NULL, true },
		{ "nothing but the reply", TOKEN_SPNEGO_KERBEROS, REPLY, 0, NULL, true },
		{ "nothing at all", TOKEN_SPNEGO_KERBEROS, 0, 0, NULL, true },
		{ "the end with a MIC", TOKEN_SPNEGO_KERBEROS, STATE | MIC, 0, NULL, true },
		{ "an unknown state", TOKEN_SPNEGO_KERBEROS, STATE, 4, NULL, false },
		{ "a state of -1", TOKEN_SPNEGO_KERBEROS, STATE, 0xff, NULL, false },
		{ "a state twice", TOKEN_SPNEGO_KERBEROS, STATE | TWICE, 0, NULL, false },
		{ "fields in another order", TOKEN_SPNEGO_KERBEROS, STATE | MIC_FIRST, 0, NULL, false },
		{ "one field more", TOKEN_SPNEGO_KERBEROS, STATE | MORE, 0, NULL, false },
		{ "both inner tokens", TOKEN_SPNEGO_KERBEROS, CHALLENGE | REPLY, 0, NULL, false },
		{ "NTLM instead of Kerberos", TOKEN_SPNEGO_KERBEROS, STATE | MECHANISM, 1, ntlm_oid, false },
		{ "a challenge instead of a reply", TOKEN_SPNEGO_KERBEROS, STATE | MECHANISM | CHALLENGE, 1, krb5_oid,
			false },
	};
	(void)state;
	FOR_EACH(c, cases) {
		OWN_VALUE(str_done) struct str token = { 0 };
		add_response(
			&token, c->fields, c->state, c->oid, c->oid == ntlm_oid ? sizeof(ntlm_oid) : sizeof(krb5_oid));
		expect(c->about, c->kind, &token, c->accepted);
		str_addc(&token, 0);
		expect("a byte behind the end", c->kind, &token, false);
		for (token.len -= 2; token.len; token.len--)
			expect("cut", c->kind, &token, false);
	}
}

static void der_has_one_way_to_write_a_length(void **state)
{
	static const struct {
		const char *about, *bytes;
		size_t len;
		bool accepted;
	} cases[] = {
		{ "the shortest token", "\xa1\x02\x30\x00", 4, true },
		{ "a state", "\xa1\x07\x30\x05\xa0\x03\x0a\x01\x00", 9, true },
		{ "a length in two bytes where one will do", "\xa1\x81\x02\x30\x00", 5, false },
		{ "a length in three bytes where one will do", "\xa1\x82\x00\x02\x30\x00", 6, false },
		{ "a length in five bytes", "\xa1\x84\x00\x00\x00\x02\x30\x00", 8, false },
		{ "an indefinite length", "\xa1\x80\x30\x00\x00\x00", 6, false },
		{ "a reserved length", "\xa1\xff\x30\x00", 4, false },
		{ "a state of two bytes", "\xa1\x08\x30\x06\xa0\x04\x0a\x02\x00\x00", 10, false },
		{ "a state of no bytes", "\xa1\x06\x30\x04\xa0\x02\x0a\x00", 8, false },
		{ "an INTEGER for a state", "\xa1\x07\x30\x05\xa0\x03\x02\x01\x00", 9, false },
		{ "two elements in a field", "\xa1\x0a\x30\x08\xa0\x06\x0a\x01\x00\x0a\x01\x00", 12, false },
		{ "an empty inner token", "\xa1\x06\x30\x04\xa2\x02\x04\x00", 8, false },
		{ "a NegTokenInit", "\xa0\x02\x30\x00", 4, false },
		{ "the first message", "\x60\x02\x06\x00", 4, false },
		{ "a field longer than its sequence", "\xa1\x07\x30\x02\xa0\x03\x0a\x01\x00", 9, false },
		{ "nothing", "", 0, false },
	};
	(void)state;
	FOR_EACH(c, cases) {
		struct error e = { 0 };
		if (c->accepted != (check(TOKEN_SPNEGO_KERBEROS, c->bytes, c->len, &e) == 0))
			fail_msg("%s: %s", c->about, e.cause);
	}
}

static void a_token_has_a_largest_size(void **state)
{
	OWN(own_free) unsigned char *large = calloc(1, TOKEN_MAX + 1);
	struct error e = { 0 };
	(void)state;

	assert_non_null(large);
	memcpy(large, challenge, sizeof(challenge));
	assert_int_equal(check(TOKEN_NTLM, large, TOKEN_MAX, &e), 0);
	assert_int_equal(check(TOKEN_NTLM, large, TOKEN_MAX + 1, &e), -1);
}

static void what_the_libraries_send_is_accepted(void **state)
{
	const struct {
		krb5_enctype enctype;
		enum token_kind kind;
	} cases[] = {
		{ ENCTYPE_AES256_CTS_HMAC_SHA1_96, TOKEN_KERBEROS },
		{ ENCTYPE_ARCFOUR_HMAC, TOKEN_KERBEROS },
		{ 0, TOKEN_NTLM },
	};
	(void)state;
	FOR_EACH(c, cases) {
		gss_buffer_desc out = GSS_C_EMPTY_BUFFER, in = GSS_C_EMPTY_BUFFER;
		struct error e = { 0 };
		struct ends ends;
		OM_uint32 minor;
		if (c->kind == TOKEN_NTLM && !ntlm_installed())
			continue;
		if (c->enctype)
			ends_kerberos(&ends, c->enctype);
		else
			ends_ntlm(&ends);
		assert_false(GSS_ERROR(ends_ours(&ends, GSS_C_NO_BUFFER, &out)));
		assert_false(GSS_ERROR(ends_theirs(&ends, &out, &in)));
		if (check(c->kind, in.value, in.length, &e) < 0)
			fail_msg("%s", e.cause);
		gss_release_buffer(&minor, &out);
		gss_release_buffer(&minor, &in);
		ends_done(&ends);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_challenge_is_checked_field_by_field),
		cmocka_unit_test(no_cut_challenge_is_accepted),
		cmocka_unit_test(a_challenge_without_version_has_a_shorter_header),
		cmocka_unit_test(kerberos_tokens_are_framed),
		cmocka_unit_test(spnego_tokens_are_checked_inside_out),
		cmocka_unit_test(der_has_one_way_to_write_a_length),
		cmocka_unit_test(a_token_has_a_largest_size),
		cmocka_unit_test(what_the_libraries_send_is_accepted),
	};
	contexts_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
