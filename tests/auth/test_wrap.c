/* Tests of wrap: what the bytes on the wire are, and that only what the other end really sealed is taken. The raw bytes
 * are looked at, for two ends that share one library would agree on any layout. */
#include "cases.h"
#include "contexts.h"
#include "ntlm.h"
#include "reference.h"
#include "seal.h"
#include "wrap.h"

#include <gssapi/gssapi_ext.h>
#include <gssapi/gssapi_krb5.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SOAP "<s:Envelope>R\xc3\xa9sum\xc3\xa9</s:Envelope>"

enum { BODY_MAX = 768 * 1024 };

static const struct kind {
	const char *about;
	krb5_enctype enctype;   /* 0: NTLM */
	size_t header, padding; /* bytes, of a short message: the frame around RC4 has a length of its own */
	int rotation;           /* RRC; -1: the token has none */
} kinds[] = {
	{ "aes256-cts-hmac-sha1-96", ENCTYPE_AES256_CTS_HMAC_SHA1_96, 60, 0, 28 },
	{ "aes128-cts-hmac-sha1-96", ENCTYPE_AES128_CTS_HMAC_SHA1_96, 60, 0, 28 },
	{ "aes128-cts-hmac-sha256-128", ENCTYPE_AES128_CTS_HMAC_SHA256_128, 64, 0, 32 },
	{ "aes256-cts-hmac-sha384-192", ENCTYPE_AES256_CTS_HMAC_SHA384_192, 72, 0, 40 },
	{ "arcfour-hmac", ENCTYPE_ARCFOUR_HMAC, 45, 1, -1 },
	{ "NTLM", 0, 16, 0, -1 },
};

struct pair {
	struct ends ends;
	struct sealing client, server;
	struct str content_type;
};

static void pair_connect(struct pair *p, const struct kind *kind)
{
	*p = (struct pair){ 0 };
	if (kind->enctype)
		ends_kerberos(&p->ends, kind->enctype);
	else if (ntlm_installed())
		ends_ntlm(&p->ends);
	else
		skip();
	ends_connect(&p->ends);
	p->client = (struct sealing){ p->ends.client, !kind->enctype, kind->enctype ? seal_kerberos : seal_spnego };
	p->server = p->client;
	p->server.context = p->ends.server;
	seal_content_type(&p->content_type, p->client.protocol);
}

static void pair_done(struct pair *p)
{
	ends_done(&p->ends);
	str_done(&p->content_type);
}

static void wrapped(const struct sealing *from, const char *plain, size_t len, struct str *body)
{
	struct error e = { 0 };
	if (wrap_message(from, plain, len, body, &e) < 0)
		fail_msg("%s", e.cause);
}

static struct sealed_part only_part(const struct pair *p, const struct str *body)
{
	struct sealed_part part;
	struct error e = { 0 };
	size_t count;
	if (seal_read(p->content_type.data, p->client.protocol, body, &part, 1, &count, &e) < 0)
		fail_msg("%s", e.cause);
	return part;
}

static void unwraps_to(const struct pair *p, const struct sealing *to, struct str *body, const char *plain, size_t len)
{
	struct error e = { 0 };
	if (unwrap_message(to, p->content_type.data, body, &e) < 0)
		fail_msg("%s", e.cause);
	assert_int_equal(body->len, len);
	assert_memory_equal(body->data, plain, len + 1); /* and the NUL behind it */
}

static void is_refused(const struct pair *p, const struct sealing *to, struct str *body, const char *about)
{
	struct error e = { 0 };
	if (unwrap_message(to, p->content_type.data, body, &e) == 0 || e.kind != ERROR_PROTOCOL || body->len)
		fail_msg("%s: not refused, or not emptied, or for another reason: %s", about, e.cause);
}

static void check_layout(const struct kind *kind, const struct sealed_part *part, size_t len, bool from_server)
{
	const unsigned char *header = (const unsigned char *)part->header;

	if (part->header_len != kind->header || part->data_len != len + kind->padding)
		fail_msg("%s: header %zu, data %zu of %zu", kind->about, part->header_len, part->data_len, len);
	if (kind->rotation < 0)
		return;
	const unsigned char flags = (unsigned char)(0x02 | 0x04 | from_server); /* sealed, by the acceptor's subkey */
	const unsigned char expect[] = { 0x05, 0x04, flags, 0xff, 0, 0, 0, (unsigned char)kind->rotation };
	assert_memory_equal(header, expect, sizeof(expect));
}

static void messages_have_the_layout_that_windows_reads(void **state)
{
	const struct kind *kind = *state;
	struct pair p;
	pair_connect(&p, kind);

	for (unsigned turn = 0; turn < 4; turn++) {
		bool from_server = turn % 2;
		struct sealing *from = from_server ? &p.server : &p.client, *to = from_server ? &p.client : &p.server;
		OWN_VALUE(str_done) struct str body = { 0 };
		wrapped(from, SOAP, strlen(SOAP), &body);
		struct sealed_part part = only_part(&p, &body);
		check_layout(kind, &part, strlen(SOAP), from_server);
		assert_null(memmem(body.data, body.len, "Envelope", 8));
		unwraps_to(&p, to, &body, SOAP, strlen(SOAP));
	}
	pair_done(&p);
}

static void messages_of_any_size_arrive(void **state)
{
	static const size_t sizes[] = { 1, 2, 15, 16, 17, 83, 84, 127, 128, 211, 212, 255, 256, 4096, 65535, 65536,
		512000 };
	struct pair p;
	pair_connect(&p, *state);

	OWN(own_free) char *plain = malloc(512001);
	assert_non_null(plain);
	for (size_t i = 0; i < 512000; i++)
		plain[i] = (char)('!' + i % 90);
	FOR_EACH(size, sizes) {
		OWN_VALUE(str_done) struct str body = STR(BODY_MAX);
		char behind = plain[*size];
		plain[*size] = '\0';
		wrapped(&p.server, plain, *size, &body);
		unwraps_to(&p, &p.client, &body, plain, *size);
		plain[*size] = behind;
	}
	pair_done(&p);
}

static void several_parts_join(void **state)
{
	struct pair p;
	pair_connect(&p, *state);
	OWN_VALUE(str_done) struct str body = { 0 };

	wrapped(&p.server, "<a>", 3, &body);
	body.len -= strlen("--Encrypted Boundary--\r\n");
	wrapped(&p.server, "text", 4, &body);
	body.len -= strlen("--Encrypted Boundary--\r\n");
	wrapped(&p.server, "</a>", 4, &body);
	unwraps_to(&p, &p.client, &body, "<a>text</a>", 11);
	pair_done(&p);
}

/* Every byte of the security header and of the data is protected; a fresh context each time, for a failure ends one. */
static void damage_is_seen(void **state)
{
	struct pair p;
	pair_connect(&p, *state);
	size_t count = 1;

	for (size_t i = 0; i < count; i++) {
		OWN_VALUE(str_done) struct str body = { 0 };
		ends_restart(&p.ends);
		ends_connect(&p.ends);
		p.client.context = p.ends.client;
		p.server.context = p.ends.server;
		wrapped(&p.server, SOAP, strlen(SOAP), &body);
		struct sealed_part part = only_part(&p, &body);
		count = part.header_len + part.data_len;
		((char *)part.header)[i] ^= 1 << i % 8;
		char about[32];
		snprintf(about, sizeof(about), "byte %zu", i);
		is_refused(&p, &p.client, &body, about);
	}
	pair_done(&p);
}

static void messages_count_once(void **state)
{
	struct pair p;
	pair_connect(&p, *state);
	OWN_VALUE(str_done) struct str body = { 0 };
	OWN_VALUE(str_done) struct str again = { 0 };

	wrapped(&p.server, SOAP, strlen(SOAP), &body);
	str_addn(&again, body.data, body.len);
	unwraps_to(&p, &p.client, &body, SOAP, strlen(SOAP));
	is_refused(&p, &p.client, &again, "a message that came before");
	pair_done(&p);
}

static void none_may_be_missing(void **state)
{
	struct pair p;
	pair_connect(&p, *state);
	OWN_VALUE(str_done) struct str lost = { 0 };
	OWN_VALUE(str_done) struct str body = { 0 };

	wrapped(&p.server, SOAP, strlen(SOAP), &lost);
	wrapped(&p.server, SOAP, strlen(SOAP), &body);
	is_refused(&p, &p.client, &body, "a message behind a lost one");
	pair_done(&p);
}

static void our_own_message_is_not_an_answer(void **state)
{
	struct pair p;
	pair_connect(&p, *state);
	OWN_VALUE(str_done) struct str body = { 0 };

	wrapped(&p.client, SOAP, strlen(SOAP), &body);
	is_refused(&p, &p.client, &body, "a reflected message");
	pair_done(&p);
}

static void signing_alone_is_not_enough(void **state)
{
	const struct kind *kind = *state;
	struct pair p;
	pair_connect(&p, kind);
	OWN_VALUE(str_done) struct str data = { 0 };
	OWN_VALUE(str_done) struct str body = { 0 };
	OM_uint32 minor;

	str_add(&data, SOAP);
	gss_iov_buffer_desc iov[] = {
		{ GSS_IOV_BUFFER_TYPE_HEADER | GSS_IOV_BUFFER_FLAG_ALLOCATE, GSS_C_EMPTY_BUFFER },
		{ GSS_IOV_BUFFER_TYPE_DATA, { data.len, data.data } },
		{ GSS_IOV_BUFFER_TYPE_PADDING | GSS_IOV_BUFFER_FLAG_ALLOCATE, GSS_C_EMPTY_BUFFER },
	};
	assert_int_equal(gss_wrap_iov(&minor, p.ends.server, 0, 0, NULL, iov, COUNT(iov)), GSS_S_COMPLETE);
	str_addn(&data, iov[2].buffer.value, iov[2].buffer.length);
	seal_write(&body, p.client.protocol, iov[0].buffer.value, iov[0].buffer.length, data.data, data.len, data.len);
	is_refused(&p, &p.client, &body, "signed only");
	gss_release_iov_buffer(&minor, iov, COUNT(iov));
	pair_done(&p);
}

static void what_is_not_sealed_is_refused(void **state)
{
	struct pair p;
	pair_connect(&p, *state);
	static const struct {
		const char *about, *type, *body;
	} cases[] = {
		{ "SOAP in clear", "application/soap+xml;charset=UTF-8", SOAP },
		{ "SOAP in clear with the type of a sealed message", NULL, SOAP },
		{ "HTML", "text/html", "<html></html>" },
		{ "no type", "", SOAP },
		{ "nothing", NULL, "" },
	};
	FOR_EACH(c, cases) {
		OWN_VALUE(str_done) struct str body = { 0 };
		struct error e = { 0 };
		str_add(&body, c->body);
		int rc = unwrap_message(&p.client, c->type ? c->type : p.content_type.data, &body, &e);
		if (rc == 0 || e.kind != ERROR_PROTOCOL || body.len)
			fail_msg("%s: %s", c->about, e.cause);
	}
	pair_done(&p);
}

/* Windows leaves the byte of padding away that MIT always adds. */
static void rc4_without_padding_is_read(void **state)
{
	static const char *const plain[] = { SOAP, "<a/>\x01", "<a/>\x08\x08" };
	static const char *const expect[] = { SOAP, "<a/>", "<a/>\x08\x08" };
	(void)state;
	for (size_t i = 0; i < COUNT(plain); i++) {
		struct pair p;
		pair_connect(&p, &kinds[4]);
		gss_krb5_lucid_context_v1_t *lucid = NULL;
		OWN_VALUE(str_done) struct str token = { 0 };
		OWN_VALUE(str_done) struct str body = { 0 };
		OM_uint32 minor;

		assert_int_equal(
			gss_krb5_export_lucid_sec_context(&minor, &p.ends.server, 1, (void **)&lucid), GSS_S_COMPLETE);
		assert_int_equal(lucid->rfc1964_kd.ctx_key.length, REFERENCE_KEY);
		reference_rc4_wrap(
			lucid->rfc1964_kd.ctx_key.data, (uint32_t)lucid->send_seq, plain[i], strlen(plain[i]), &token);
		gss_krb5_free_lucid_sec_context(&minor, lucid);
		const size_t header = token.len - strlen(plain[i]);
		seal_write(&body, p.client.protocol, token.data, header, token.data + header, strlen(plain[i]),
			strlen(plain[i]));
		unwraps_to(&p, &p.client, &body, expect[i], strlen(expect[i]));
		pair_done(&p);
	}
}

static void from_hex(const char *hex, unsigned char *out)
{
	for (unsigned byte; sscanf(hex, "%2x", &byte) == 1; hex += 2)
		*out++ = (unsigned char)byte;
}

/* MS-NLMP 4.2.4.4 */
static void the_reference_gives_the_published_answer(void **state)
{
	unsigned char key[REFERENCE_KEY], seal_key[REFERENCE_KEY], sign_key[REFERENCE_KEY], expect[34];
	struct reference_ntlm n;
	OWN_VALUE(str_done) struct str out = { 0 };
	(void)state;

	memset(key, 0x55, sizeof(key));
	from_hex("59f600973cc4960a25480a7c196e4c58", seal_key);
	from_hex("4788dc861b4782f35d43fd98fe1a2d39", sign_key);
	from_hex("010000007fb38ec5c55d497600000000", expect);
	from_hex("54e50165bf1936dc996020c1811b0f06fb5f", expect + 16);
	reference_ntlm_begin(&n, key, true);
	assert_memory_equal(n.seal_key, seal_key, sizeof(seal_key));
	assert_memory_equal(n.sign_key, sign_key, sizeof(sign_key));
	reference_ntlm_seal(&n, "P\0l\0a\0i\0n\0t\0e\0x\0t", 18, &out);
	assert_int_equal(out.len, sizeof(expect));
	assert_memory_equal(out.data, expect, sizeof(expect));
}

static void ntlm_messages_are_those_of_the_reference(void **state)
{
	static gss_OID_desc session_key = { 11, "\x2a\x86\x48\x86\xf7\x12\x01\x02\x02\x05\x05" };
	gss_buffer_set_t key = GSS_C_NO_BUFFER_SET;
	struct reference_ntlm to_server, to_client;
	struct pair p;
	OM_uint32 minor;
	(void)state;

	pair_connect(&p, &kinds[5]);
	assert_int_equal(gss_inquire_sec_context_by_oid(&minor, p.ends.client, &session_key, &key), GSS_S_COMPLETE);
	assert_int_equal(key->elements[0].length, REFERENCE_KEY);
	reference_ntlm_begin(&to_server, key->elements[0].value, true);
	reference_ntlm_begin(&to_client, key->elements[0].value, false);
	gss_release_buffer_set(&minor, &key);
	for (unsigned turn = 0; turn < 6; turn++) {
		OWN_VALUE(str_done) struct str body = { 0 };
		OWN_VALUE(str_done) struct str expect = { 0 };
		wrapped(turn % 2 ? &p.server : &p.client, SOAP, strlen(SOAP), &body);
		reference_ntlm_seal(turn % 2 ? &to_client : &to_server, SOAP, strlen(SOAP), &expect);
		struct sealed_part part = only_part(&p, &body);
		assert_int_equal(part.header_len + part.data_len, expect.len);
		assert_memory_equal(part.header, expect.data, expect.len);
	}
	pair_done(&p);
}

#define EACH_KIND(test)                                                                                                \
	{ #test ": aes256-sha1", test, NULL, NULL, (void *)&kinds[0] },                                                \
		{ #test ": aes128-sha1", test, NULL, NULL, (void *)&kinds[1] },                                        \
		{ #test ": aes128-sha256", test, NULL, NULL, (void *)&kinds[2] },                                      \
		{ #test ": aes256-sha384", test, NULL, NULL, (void *)&kinds[3] },                                      \
		{ #test ": rc4", test, NULL, NULL, (void *)&kinds[4] },                                                \
	{                                                                                                              \
#test ": NTLM", test, NULL, NULL, (void *)&kinds[5]                                                    \
	}

int main(void)
{
	const struct CMUnitTest tests[] = {
		EACH_KIND(messages_have_the_layout_that_windows_reads),
		EACH_KIND(messages_of_any_size_arrive),
		EACH_KIND(several_parts_join),
		EACH_KIND(damage_is_seen),
		EACH_KIND(messages_count_once),
		EACH_KIND(none_may_be_missing),
		EACH_KIND(our_own_message_is_not_an_answer),
		EACH_KIND(what_is_not_sealed_is_refused),
		cmocka_unit_test_prestate(signing_alone_is_not_enough, (void *)&kinds[0]),
		cmocka_unit_test_prestate(signing_alone_is_not_enough, (void *)&kinds[4]),
		cmocka_unit_test(rc4_without_padding_is_read),
		cmocka_unit_test(the_reference_gives_the_published_answer),
		cmocka_unit_test(ntlm_messages_are_those_of_the_reference),
	};
	contexts_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
