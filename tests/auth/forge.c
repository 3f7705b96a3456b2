/* forge: see the header. */
#include "cases.h"
#include "der.h"
#include "forge.h"
#include "str.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { INTEGER = 0x02, BITS = 0x03, OCTETS = 0x04, TIME = 0x18, STRING = 0x1b, SEQUENCE = 0x30, FIELD_0 = 0xa0 };
enum { TICKET = 0x61, ENC_TICKET_PART = 0x63, HOUR = 3600 };

static void field(struct str *s, int n, int tag, const void *bytes, size_t len)
{
	size_t from = s->len;
	str_addn(s, bytes, len);
	der_enclose(s, from, tag);
	der_enclose(s, from, FIELD_0 + n);
}

static void number(struct str *s, int n, int value)
{
	const unsigned char byte = (unsigned char)value; /* below 128, all that occur */
	field(s, n, INTEGER, &byte, 1);
}

static void moment(struct str *s, int n, time_t t)
{
	char text[sizeof("20260101000000Z")];
	struct tm utc;
	strftime(text, sizeof(text), "%Y%m%d%H%M%SZ", gmtime_r(&t, &utc));
	field(s, n, TIME, text, strlen(text));
}

static void key(struct str *s, int n, const krb5_keyblock *k)
{
	size_t from = s->len;
	number(s, 0, k->enctype);
	field(s, 1, OCTETS, k->contents, k->length);
	der_enclose(s, from, SEQUENCE);
	der_enclose(s, from, FIELD_0 + n);
}

static void principal(struct str *s, int n, const struct krb5_principal_data *p)
{
	size_t from = s->len, names, name;
	number(s, 0, p->type);
	names = s->len;
	for (krb5_int32 i = 0; i < p->length; i++) {
		name = s->len;
		str_addn(s, p->data[i].data, p->data[i].length);
		der_enclose(s, name, STRING);
	}
	der_enclose(s, names, SEQUENCE);
	der_enclose(s, names, FIELD_0 + 1);
	der_enclose(s, from, SEQUENCE);
	der_enclose(s, from, FIELD_0 + n);
}

static void enc_ticket_part(struct str *s, krb5_principal client, const krb5_keyblock *session, time_t now)
{
	size_t transited;

	field(s, 0, BITS, "\0\0\0\0\0", 5);
	key(s, 1, session);
	field(s, 2, STRING, client->realm.data, client->realm.length);
	principal(s, 3, client);
	transited = s->len;
	number(s, 0, 0);
	field(s, 1, OCTETS, "", 0);
	der_enclose(s, transited, SEQUENCE);
	der_enclose(s, transited, FIELD_0 + 4);
	moment(s, 5, now);
	moment(s, 7, now + HOUR);
	der_enclose(s, 0, SEQUENCE);
	der_enclose(s, 0, ENC_TICKET_PART);
}

static void encrypted(struct str *s, int n, krb5_context krb5, const krb5_keyblock *service, const struct str *plain)
{
	size_t from = s->len, len;
	krb5_data in = { .data = plain->data, .length = (unsigned)plain->len };
	krb5_enc_data out = { 0 };

	assert_int_equal(krb5_c_encrypt_length(krb5, service->enctype, plain->len, &len), 0);
	OWN(own_free) char *cipher = malloc(len);
	out.ciphertext = (krb5_data){ .data = cipher, .length = (unsigned)len };
	assert_int_equal(krb5_c_encrypt(krb5, service, KRB5_KEYUSAGE_KDC_REP_TICKET, NULL, &in, &out), 0);
	number(s, 0, service->enctype);
	number(s, 1, 1);
	field(s, 2, OCTETS, cipher, len);
	der_enclose(s, from, SEQUENCE);
	der_enclose(s, from, FIELD_0 + n);
}

void forge_ticket(krb5_context krb5, krb5_ccache cache, krb5_principal client, krb5_principal server,
	const krb5_keyblock *service, const krb5_keyblock *session)
{
	OWN_VALUE(str_done) struct str part = { 0 };
	OWN_VALUE(str_done) struct str ticket = { 0 };
	const time_t now = time(NULL) - 1;

	enc_ticket_part(&part, client, session, now);
	number(&ticket, 0, 5);
	field(&ticket, 1, STRING, server->realm.data, server->realm.length);
	principal(&ticket, 2, server);
	encrypted(&ticket, 3, krb5, service, &part);
	der_enclose(&ticket, 0, SEQUENCE);
	der_enclose(&ticket, 0, TICKET);
	krb5_creds credential = {
		.client = client,
		.server = server,
		.keyblock = *session,
		.times = { .authtime = (krb5_timestamp)now, .endtime = (krb5_timestamp)(now + HOUR) },
		.ticket = { .data = ticket.data, .length = (unsigned)ticket.len },
	};
	assert_int_equal(krb5_cc_initialize(krb5, cache, client), 0);
	assert_int_equal(krb5_cc_store_cred(krb5, cache, &credential), 0);
}
