/* Mutated tokens through token_check() into the real mechanisms: whatever is let pass must not crash them.
 * Deterministic. The number is per mechanism; RELIABILITY asks for none in 200,000. */
#include "cases.h"
#include "contexts.h"
#include "der.h"
#include "mechanism.h"
#include "ntlm.h"
#include "token.h"

#include <stdlib.h>
#include <string.h>

enum { MUTATIONS = 200000, SPNEGO_MUTATIONS = 4000, KERBEROS_MUTATIONS = 20000, GROWTH_MAX = 64, HEADER = 56 };

static uint64_t seed = 0x9e3779b97f4a7c15;

static unsigned below(size_t n) /* xorshift64 */
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (unsigned)(seed % n);
}

static void change_byte(struct str *t, size_t at)
{
	static const unsigned char edges[] = { 0, 1, 2, 4, 0x7f, 0x80, 0xfe, 0xff };

	if (at < t->len)
		t->data[at] = (char)(below(2) ? edges[below(sizeof(edges))] : below(256));
}

/* One of: a byte anywhere, a byte of a length or offset, a cut, growth at the end, a stretch copied elsewhere. */
static void mutate(struct str *t)
{
	static const unsigned char fields[] = { 12, 13, 16, 17, 40, 41, 44, 45, 20, 21, 22, 23 };
	size_t from, len;

	switch (below(8)) {
	case 0:
		change_byte(t, fields[below(sizeof(fields))]);
		break;
	case 1:
		t->len -= below(t->len);
		break;
	case 2:
		for (len = below(GROWTH_MAX); len; len--)
			str_addc(t, (char)below(256));
		break;
	case 3:
		len = below(t->len / 2 + 1);
		from = below(t->len - len + 1);
		memmove(t->data + below(t->len - len + 1), t->data + from, len);
		break;
	case 4:
		change_byte(t, below(t->len));
		break;
	default: /* mostly what is not looked at before: names and values */
		change_byte(t, t->len > HEADER ? HEADER + below(t->len - HEADER) : below(t->len));
	}
}

static void in_spnego(struct str *t)
{
	der_enclose(t, 0, 0x04);
	der_enclose(t, 0, 0xa2);
	der_enclose(t, 0, 0x30);
	der_enclose(t, 0, 0xa1);
}

static void first_answer(struct ends *ends, struct str *answer)
{
	gss_buffer_desc out = GSS_C_EMPTY_BUFFER, in = GSS_C_EMPTY_BUFFER;
	OM_uint32 minor;

	assert_false(GSS_ERROR(ends_ours(ends, GSS_C_NO_BUFFER, &out)));
	assert_false(GSS_ERROR(ends_theirs(ends, &out, &in)));
	str_addn(answer, in.value, in.length);
	gss_release_buffer(&minor, &out);
	gss_release_buffer(&minor, &in);
}

/* Gives the token to a context that waits for the server's first one. */
static void feed(struct ends *ends, const struct str *token)
{
	OWN(own_free) char *exact = malloc(token->len);
	gss_buffer_desc in = { token->len, exact }, out = GSS_C_EMPTY_BUFFER;
	OM_uint32 minor;

	assert_non_null(exact);
	memcpy(exact, token->data, token->len);
	contexts_leaks_count(false);
	ends_restart(ends);
	assert_false(GSS_ERROR(ends_ours(ends, GSS_C_NO_BUFFER, &out)));
	gss_release_buffer(&minor, &out);
	ends_ours(ends, &in, &out);
	gss_release_buffer(&minor, &out);
	contexts_leaks_count(true);
}

static void mutations_do_no_harm(struct ends *ends, enum token_kind kind, bool spnego, unsigned count)
{
	OWN_VALUE(str_done) struct str original = { 0 };
	unsigned passed = 0;

	first_answer(ends, &original);
	if (spnego)
		ends->mechanism = mechanism_spnego;
	for (unsigned i = 0; i < count; i++) {
		OWN_VALUE(str_done) struct str token = { 0 };
		struct error e = { 0 };
		str_addn(&token, original.data, original.len);
		if (spnego && below(2))
			in_spnego(&token);
		for (unsigned n = 1 + below(3); n; n--)
			mutate(&token);
		if (spnego && (unsigned char)token.data[0] != 0xa1)
			in_spnego(&token);
		if (token_check(kind, token.data, token.len, &e) < 0)
			continue;
		feed(ends, &token);
		passed++;
	}
	print_message("%u of %u were let pass\n", passed, count);
	assert_true(passed > count / 10); /* or nothing was tested */
	ends_done(ends);
}

static void ntlm_challenges(void **state)
{
	struct ends ends;
	(void)state;

	if (!ntlm_installed())
		skip();
	ends_ntlm(&ends);
	mutations_do_no_harm(&ends, TOKEN_NTLM, false, MUTATIONS);
}

static void kerberos_replies(void **state)
{
	struct ends ends;
	(void)state;

	ends_kerberos(&ends, ENCTYPE_AES256_CTS_HMAC_SHA1_96);
	mutations_do_no_harm(&ends, TOKEN_KERBEROS, false, KERBEROS_MUTATIONS);
}

static void kerberos_replies_in_spnego(void **state)
{
	struct ends ends;
	(void)state;

	ends_kerberos(&ends, ENCTYPE_AES256_CTS_HMAC_SHA1_96);
	mutations_do_no_harm(&ends, TOKEN_SPNEGO_KERBEROS, true, SPNEGO_MUTATIONS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ntlm_challenges),
		cmocka_unit_test(kerberos_replies),
		cmocka_unit_test(kerberos_replies_in_spnego),
	};
	contexts_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
