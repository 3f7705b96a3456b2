/* The framing of sealed messages as winsim reads and writes it. */

#include "cases.h"

#include <stdio.h>
#include <string.h>

#include "seal.h"

#define TYPE                                                                                                           \
	"multipart/encrypted;protocol=\"application/HTTP-SPNEGO-session-encrypted\";boundary=\"Encrypted Boundary\""
#define OPEN "--Encrypted Boundary\r\n"
#define PROTOCOL "\tContent-Type: application/HTTP-SPNEGO-session-encrypted\r\n"
#define ORIGINAL "\tOriginalContent: type=application/soap+xml;charset=UTF-8;Length=5\r\n"
#define OCTETS "\tContent-Type: application/octet-stream\r\n"
#define HEADER "\x03\0\0\0HHH"
#define DATA "--\r\n-"
#define CLOSE "--Encrypted Boundary--\r\n"
#define TEXT(literal) literal, sizeof(literal) - 1

static void deviations_are_named(void **state)
{
	static const struct {
		const char *about, *rule; /* the last deviation; NULL: none */
		bool readable;
		const char *type, *body;
		size_t len;
	} cases[] = {
		{ "as it should be", NULL, true, TYPE, TEXT(OPEN PROTOCOL ORIGINAL OPEN OCTETS HEADER DATA CLOSE) },
		{ "UTF-16 inside", NULL, true, TYPE,
			TEXT(OPEN PROTOCOL
				"\tOriginalContent: type=application/soap+xml;charset=UTF-16;Length=5\r\n" OPEN OCTETS
					HEADER DATA CLOSE) },
		{ "no TAB", "seal.tab", true, TYPE,
			TEXT(OPEN "Content-Type: application/HTTP-SPNEGO-session-encrypted\r\n" ORIGINAL OPEN OCTETS
					HEADER DATA CLOSE) },
		{ "CRLF before the end", "seal.crlf", true, TYPE,
			TEXT(OPEN PROTOCOL ORIGINAL OPEN OCTETS HEADER DATA "\r\n" CLOSE) },
		{ "bytes behind the end", "seal.trailing", true, TYPE,
			TEXT(OPEN PROTOCOL ORIGINAL OPEN OCTETS HEADER DATA CLOSE "\r\n") },
		{ "no dashes at the end", "seal.end", true, TYPE,
			TEXT(OPEN PROTOCOL ORIGINAL OPEN OCTETS HEADER DATA "--Encrypted Boundary\r\n") },
		{ "no CRLF at the end", "seal.end", true, TYPE,
			TEXT(OPEN PROTOCOL ORIGINAL OPEN OCTETS HEADER DATA "--Encrypted Boundary--") },
		{ "a blank in the boundary", "seal.boundary", true, TYPE,
			TEXT("-- Encrypted Boundary\r\n" PROTOCOL ORIGINAL OPEN OCTETS HEADER DATA CLOSE) },
		{ "another case", "seal.boundary", true, TYPE,
			TEXT(OPEN PROTOCOL ORIGINAL "--encrypted boundary\r\n" OCTETS HEADER DATA CLOSE) },
		{ "another case in a name", "seal.part", true, TYPE,
			TEXT(OPEN PROTOCOL ORIGINAL OPEN
				"\tcontent-type: application/octet-stream\r\n" HEADER DATA CLOSE) },
		{ "a content type inside that is not SOAP", "seal.original", true, TYPE,
			TEXT(OPEN PROTOCOL
				"\tOriginalContent: type=text/xml;Length=5\r\n" OPEN OCTETS HEADER DATA CLOSE) },
		{ "an unquoted boundary", "seal.content-type", true,
			"multipart/encrypted;protocol=application/HTTP-SPNEGO-session-encrypted;boundary=Encrypted "
			"Boundary",
			TEXT(OPEN PROTOCOL ORIGINAL OPEN OCTETS HEADER DATA CLOSE) },
		{ "no protocol", "seal.content-type", false, "multipart/encrypted;boundary=\"Encrypted Boundary\"",
			TEXT(OPEN PROTOCOL ORIGINAL OPEN OCTETS HEADER DATA CLOSE) },
		{ "pieces as CredSSP sends them", "seal.content-type", false,
			"multipart/x-multi-encrypted;protocol=\"application/HTTP-SPNEGO-session-encrypted\";boundary=\""
			"Encrypted Boundary\"",
			TEXT(OPEN PROTOCOL ORIGINAL OPEN OCTETS HEADER DATA CLOSE) },
		{ "another protocol inside", "seal.protocol", false, TYPE,
			TEXT(OPEN "\tContent-Type: application/HTTP-Kerberos-session-encrypted\r\n" ORIGINAL OPEN OCTETS
					HEADER DATA CLOSE) },
		{ "no Length", "seal.original", false, TYPE,
			TEXT(OPEN PROTOCOL "\tOriginalContent: type=application/soap+xml;charset=UTF-8\r\n" OPEN OCTETS
					HEADER DATA CLOSE) },
		{ "a negative Length", "seal.original", false, TYPE,
			TEXT(OPEN PROTOCOL
				"\tOriginalContent: type=application/soap+xml;charset=UTF-8;Length=-5\r\n" OPEN OCTETS
					HEADER DATA CLOSE) },
		{ "a Length too short", "seal.length", false, TYPE,
			TEXT(OPEN PROTOCOL ORIGINAL OPEN OCTETS HEADER DATA "x" CLOSE) },
		{ "a Length too long", "seal.length", false, TYPE,
			TEXT(OPEN PROTOCOL ORIGINAL OPEN OCTETS HEADER "1234" CLOSE) },
		{ "a Length beyond the body", "seal.length", false, TYPE,
			TEXT(OPEN PROTOCOL ORIGINAL OPEN OCTETS HEADER "1") },
		{ "a huge header", "seal.header", false, TYPE,
			TEXT(OPEN PROTOCOL ORIGINAL OPEN OCTETS "\xff\xff\xff\xffHHH" DATA CLOSE) },
		{ "no header length", "seal.length", false, TYPE, TEXT(OPEN PROTOCOL ORIGINAL OPEN OCTETS "\x03") },
		{ "no second part", "seal.boundary", false, TYPE,
			TEXT(OPEN PROTOCOL ORIGINAL OCTETS HEADER DATA CLOSE) },
		{ "SOAP in clear", "seal.line", false, TYPE, TEXT("<s:Envelope/>") },
		{ "nothing", "seal.line", false, TYPE, TEXT("") },
	};
	struct sealed s;

	(void)state;
	FOR_EACH(c, cases) {
		bool read = seal_read(&s, c->type, c->body, c->len);
		const char *last = s.deviations ? s.deviation[s.deviations - 1].rule : NULL;
		if (read != c->readable || (last == NULL) != (c->rule == NULL) || (last && strcmp(last, c->rule) != 0))
			fail_msg(
				"%s: %s, %s", c->about, read ? "readable" : "unreadable", last ? last : "no deviation");
	}
}

static void a_boundary_inside_the_sealed_bytes_ends_nothing(void **state)
{
	static const char data[] = "--Encrypted Boundary--\r\n--Encrypted Boundary\r\n";
	struct sealed in = { .protocol = SEAL_KERBEROS,
		.original = "application/soap+xml;charset=UTF-8",
		.header = (const unsigned char *)"header",
		.header_len = 6,
		.data = (const unsigned char *)data,
		.length = sizeof(data) - 1 };
	OWN_VALUE(str_done) struct str text = { 0 };
	struct sealed out;

	(void)state;
	seal_write(&text, &in, SEAL_PLAIN_FRAMING);
	assert_true(seal_read(&out, seal_content_type(SEAL_KERBEROS), text.data, text.len));
	assert_int_equal(0, out.deviations);
	assert_int_equal(sizeof(data) - 1, out.length);
	assert_memory_equal(data, out.data, out.length);
	assert_memory_equal("header", out.header, out.header_len);
	assert_string_equal("application/soap+xml;charset=UTF-8", out.original);
}

static void variants_are_what_they_are_called(void **state)
{
	static const struct {
		enum seal_variant variant;
		bool readable;
		const char *rule; /* the last deviation */
	} cases[] = {
		{ SEAL_BLANK_IN_BOUNDARY, true, "seal.end" },
		{ SEAL_OTHER_CASE, true, "seal.end" },
		{ SEAL_OPEN_END, true, "seal.end" },
		{ SEAL_NO_TABS, true, "seal.tab" },
		{ SEAL_LENGTH_TOO_LARGE, false, "seal.length" },
		{ SEAL_CUT, false, "seal.length" },
	};
	struct sealed in = { .original = "application/soap+xml;charset=UTF-8",
		.header = (const unsigned char *)"h",
		.header_len = 1,
		.data = (const unsigned char *)"0123456789",
		.length = 10 };

	(void)state;
	FOR_EACH(c, cases) {
		OWN_VALUE(str_done) struct str text = { 0 };
		struct sealed out;
		bool read;
		seal_write(&text, &in, c->variant);
		read = seal_read(&out, seal_content_type(SEAL_SPNEGO), text.data, text.len);
		if (read != c->readable || !out.deviations ||
			strcmp(out.deviation[out.deviations - 1].rule, c->rule) != 0)
			fail_msg("variant %d: %s, %s", (int)c->variant, read ? "readable" : "unreadable",
				out.deviations ? out.deviation[out.deviations - 1].rule : "no deviation");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(deviations_are_named),
		cmocka_unit_test(a_boundary_inside_the_sealed_bytes_ends_nothing),
		cmocka_unit_test(variants_are_what_they_are_called),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
