/* Tests of seal: the frame of a sealed message, byte for byte, and which deviations of it are read. */
#include "cases.h"
#include "seal.h"

#include <stdlib.h>
#include <string.h>

#define SPNEGO "application/HTTP-SPNEGO-session-encrypted"
#define TYPE "multipart/encrypted;protocol=\"" SPNEGO "\";boundary=\"Encrypted Boundary\""
#define LINE "--Encrypted Boundary\r\n"
#define CLOSE "--Encrypted Boundary--\r\n"
#define TEXT_PART(length)                                                                                              \
	LINE "\tContent-Type: " SPNEGO "\r\n\tOriginalContent: type=application/soap+xml;charset=UTF-8;Length=" length \
	     "\r\n"
#define BYTES_PART LINE "\tContent-Type: application/octet-stream\r\n"
#define HEADER "\x04\0\0\0SIGN"
/* With its length, for it holds NULs. */
#define BODY(text)                                                                                                     \
	{                                                                                                              \
		(text), sizeof(text) - 1                                                                               \
	}

struct body {
	const char *bytes;
	size_t len;
};

static void a_message_is_written_byte_for_byte(void **state)
{
	static const struct body expect = BODY(TEXT_PART("5") BYTES_PART HEADER "12345" CLOSE);
	OWN_VALUE(str_done) struct str body = { 0 };
	OWN_VALUE(str_done) struct str type = { 0 };
	(void)state;

	seal_content_type(&type, seal_spnego);
	assert_string_equal(type.data, TYPE);
	seal_write(&body, seal_spnego, "SIGN", 4, "12345", 5, 5);
	assert_int_equal(body.len, expect.len);
	assert_memory_equal(body.data, expect.bytes, expect.len);
}

/* In memory of exactly its size, so that a sanitizer sees a read behind the end. Notes the data of all parts. */
static int read_exactly(const char *type, const char *bytes, size_t len, struct str *notes, struct error *e)
{
	struct sealed_part part[3];
	size_t count;
	OWN(own_free) char *exact = malloc(len ? len : 1);
	assert_non_null(exact);
	memcpy(exact, bytes, len);
	const struct str body = { .data = exact, .len = len };
	int rc = seal_read(type, seal_spnego, &body, part, COUNT(part), &count, e);
	assert_true(rc == 0 ? count > 0 && e->kind == ERROR_NONE : count == 0 && e->kind == ERROR_PROTOCOL);
	for (size_t i = 0; i < count; i++) {
		str_addn(notes, part[i].header, part[i].header_len);
		str_addc(notes, '|');
		str_addn(notes, part[i].data, part[i].data_len);
		str_addc(notes, ' ');
	}
	return rc;
}

static void bodies_are_read_or_refused(void **state)
{
	static const struct {
		const char *about;
		struct body body;
		const char *expect; /* NULL: refused */
	} cases[] = {
		{ "as Windows writes it", BODY(TEXT_PART("5") BYTES_PART HEADER "12345" CLOSE), "SIGN|12345 " },
		{ "no closing boundary", BODY(TEXT_PART("5") BYTES_PART HEADER "12345"), "SIGN|12345 " },
		{ "closed by a plain boundary", BODY(TEXT_PART("5") BYTES_PART HEADER "12345" LINE), "SIGN|12345 " },
		{ "closed without a line end", BODY(TEXT_PART("5") BYTES_PART HEADER "12345--Encrypted Boundary--"),
			"SIGN|12345 " },
		{ "a line end in front of the closing boundary",
			BODY(TEXT_PART("5") BYTES_PART HEADER "12345\r\n" CLOSE), "SIGN|12345 " },
		{ "the boundary inside the data",
			BODY(TEXT_PART("26") BYTES_PART HEADER "--Encrypted Boundary--\r\n!!" CLOSE),
			"SIGN|--Encrypted Boundary--\r\n!! " },
		{ "line ends as data", BODY(TEXT_PART("4") BYTES_PART HEADER "\r\n\r\n" CLOSE), "SIGN|\r\n\r\n " },
		{ "two parts", BODY(TEXT_PART("3") BYTES_PART HEADER "123" TEXT_PART("2") BYTES_PART HEADER "45" CLOSE),
			"SIGN|123 SIGN|45 " },
		{ "Exchange: a blank in front of the boundary, another character set",
			BODY("-- Encrypted Boundary\r\nContent-Type: " SPNEGO "\r\n"
			     "OriginalContent: type=application/soap+xml;charset=UTF-16;Length=5\r\n"
			     "-- Encrypted Boundary\r\nContent-Type: application/octet-stream\r\n" HEADER "12345"
			     "-- Encrypted Boundary--\r\n"),
			"SIGN|12345 " },
		{ "any letter case and order",
			BODY("--ENCRYPTED BOUNDARY\r\noriginalcontent:LENGTH=5; Type=application/soap+xml\r\n"
			     "content-type:application/http-spnego-SESSION-encrypted\r\n"
			     "--encrypted boundary\r\nCONTENT-TYPE:  Application/Octet-Stream \r\n" HEADER "12345"
			     "--encrypted boundary--\r\n"),
			"SIGN|12345 " },
		{ "another header",
			BODY(LINE "\tX: y\r\n\tContent-Type: " SPNEGO
				  "\r\n\tOriginalContent: Length=1\r\n" BYTES_PART HEADER "1" CLOSE),
			"SIGN|1 " },

		{ "nothing", BODY(""), NULL },
		{ "SOAP in clear", BODY("<s:Envelope/>"), NULL },
		{ "text in front", BODY("\r\n" TEXT_PART("5") BYTES_PART HEADER "12345" CLOSE), NULL },
		{ "another boundary", BODY("--Other\r\n"), NULL },
		{ "a longer boundary", BODY("--Encrypted BoundaryX\r\n"), NULL },
		{ "text behind the end", BODY(TEXT_PART("5") BYTES_PART HEADER "12345" CLOSE "x"), NULL },
		{ "SOAP behind the end", BODY(TEXT_PART("5") BYTES_PART HEADER "12345" CLOSE "<s:Envelope/>"), NULL },
		{ "less than it says", BODY(TEXT_PART("6") BYTES_PART HEADER "12345"), NULL },
		{ "less than it says, and closed", BODY(TEXT_PART("6") BYTES_PART HEADER "12345" CLOSE), NULL },
		{ "more than it says", BODY(TEXT_PART("4") BYTES_PART HEADER "12345" CLOSE), NULL },
		{ "a length of 0", BODY(TEXT_PART("0") BYTES_PART HEADER CLOSE), NULL },
		{ "a length that is none", BODY(TEXT_PART("0x5") BYTES_PART HEADER "12345" CLOSE), NULL },
		{ "a negative length", BODY(TEXT_PART("-5") BYTES_PART HEADER "12345" CLOSE), NULL },
		{ "an empty length", BODY(TEXT_PART("") BYTES_PART HEADER "12345" CLOSE), NULL },
		{ "a length beyond 64 bits", BODY(TEXT_PART("18446744073709551621") BYTES_PART HEADER "12345" CLOSE),
			NULL },
		{ "a length twice", BODY(TEXT_PART("5;Length=5") BYTES_PART HEADER "12345" CLOSE), NULL },
		{ "OriginalContent twice",
			BODY(LINE "\tContent-Type: " SPNEGO "\r\n\tOriginalContent: Length=5\r\n"
				  "\tOriginalContent: Length=5\r\n" BYTES_PART HEADER "12345" CLOSE),
			NULL },
		{ "no OriginalContent", BODY(LINE "\tContent-Type: " SPNEGO "\r\n" BYTES_PART HEADER "12345" CLOSE),
			NULL },
		{ "no protocol", BODY(LINE "\tOriginalContent: Length=5\r\n" BYTES_PART HEADER "12345" CLOSE), NULL },
		{ "another protocol",
			BODY(LINE "\tContent-Type: application/HTTP-CredSSP-session-encrypted\r\n"
				  "\tOriginalContent: Length=5\r\n" BYTES_PART HEADER "12345" CLOSE),
			NULL },
		{ "no second part", BODY(TEXT_PART("5") CLOSE), NULL },
		{ "a second part of another type",
			BODY(TEXT_PART("5") LINE "\tContent-Type: text/xml\r\n" HEADER "12345" CLOSE), NULL },
		{ "no security header",
			BODY(TEXT_PART("5") BYTES_PART "\0\0\0\0"
						       "12345" CLOSE),
			NULL },
		{ "a security header longer than all",
			BODY(TEXT_PART("5") BYTES_PART "\xff\xff\xff\xff"
						       "12345" CLOSE),
			NULL },
		{ "a security header of 257 bytes",
			BODY(TEXT_PART("5") BYTES_PART "\x01\x01\0\0"
						       "12345" CLOSE),
			NULL },
		{ "a security header that takes all",
			BODY(TEXT_PART("5") BYTES_PART "\x20\0\0\0"
						       "12345" CLOSE),
			NULL },
		{ "more parts than fit",
			BODY(TEXT_PART("1") BYTES_PART HEADER "1" TEXT_PART("1") BYTES_PART HEADER "1" TEXT_PART("1")
					BYTES_PART HEADER "1" TEXT_PART("1") BYTES_PART HEADER "1" CLOSE),
			NULL },
	};
	(void)state;
	FOR_EACH(c, cases) {
		OWN_VALUE(str_done) struct str notes = { 0 };
		struct error e = { 0 };
		int rc = read_exactly(TYPE, c->body.bytes, c->body.len, &notes, &e);
		if (c->expect ? rc < 0 || strcmp(notes.data, c->expect) != 0 : rc == 0)
			fail_msg("%s: %d, %s, \"%s\"", c->about, rc, e.cause, str_text(&notes));
	}
}

static void only_the_agreed_type_is_read(void **state)
{
	static const struct body body = BODY(TEXT_PART("5") BYTES_PART HEADER "12345" CLOSE);
	static const struct {
		const char *about, *type;
		bool accepted;
	} cases[] = {
		{ "as Windows writes it", TYPE, true },
		{ "blanks, no quotes, another order",
			"Multipart/Encrypted ; boundary = encrypted boundary ; PROTOCOL=" SPNEGO, true },
		{ "several parts",
			"multipart/x-multi-encrypted;protocol=\"" SPNEGO "\";boundary=\"Encrypted Boundary\"", true },
		{ "another parameter", TYPE ";charset=utf-8", true },
		{ "none", NULL, false },
		{ "an empty one", "", false },
		{ "SOAP", "application/soap+xml;charset=UTF-8", false },
		{ "SOAP with the parameters",
			"application/soap+xml;protocol=\"" SPNEGO "\";boundary=\"Encrypted Boundary\"", false },
		{ "another protocol",
			"multipart/encrypted;protocol=\"application/HTTP-Kerberos-session-encrypted\";"
			"boundary=\"Encrypted Boundary\"",
			false },
		{ "no protocol", "multipart/encrypted;boundary=\"Encrypted Boundary\"", false },
		{ "no boundary", "multipart/encrypted;protocol=\"" SPNEGO "\"", false },
		{ "an empty boundary", "multipart/encrypted;protocol=\"" SPNEGO "\";boundary=\"\"", false },
		{ "a lone quote", "multipart/encrypted;protocol=\"" SPNEGO "\";boundary=\"", false },
		{ "two boundaries", TYPE ";boundary=\"Encrypted Boundary\"", false },
		{ "a longer name", "multipart/encryptedx;protocol=\"" SPNEGO "\";boundary=\"Encrypted Boundary\"",
			false },
	};
	(void)state;
	FOR_EACH(c, cases) {
		OWN_VALUE(str_done) struct str notes = { 0 };
		struct error e = { 0 };
		int rc = read_exactly(c->type, body.bytes, body.len, &notes, &e);
		if (c->accepted != (rc == 0))
			fail_msg("%s: %d, %s", c->about, rc, e.cause);
	}
}

/* Behind the data nothing is needed; anywhere else nothing may be missing. */
static void no_cut_body_is_read(void **state)
{
	static const struct body body = BODY(TEXT_PART("5") BYTES_PART HEADER "12345" CLOSE);
	const size_t whole = body.len - strlen(CLOSE);
	(void)state;

	for (size_t len = 0; len < body.len; len++) {
		OWN_VALUE(str_done) struct str notes = { 0 };
		struct error e = { 0 };
		int rc = read_exactly(TYPE, body.bytes, len, &notes, &e);
		const size_t boundary = whole + strlen("--Encrypted Boundary");
		const bool complete = len == whole || (len >= boundary && len != boundary + 1);
		if (complete != (rc == 0))
			fail_msg("cut behind %zu bytes: %d", len, rc);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_message_is_written_byte_for_byte),
		cmocka_unit_test(bodies_are_read_or_refused),
		cmocka_unit_test(only_the_agreed_type_is_read),
		cmocka_unit_test(no_cut_body_is_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
