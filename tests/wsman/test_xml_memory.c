/* Tests of xml under memory pressure: libxml2 can deliver a different, well-formed document when an allocation fails.
 * Each allocation of a parse fails in turn, alone and with all after it; the result must be the whole document or an
 * error, and never a crash. malloc and realloc of the whole program are replaced here, so sanitizers have no place in
 * this one. */
#include "cases.h"
#include "str.h"
#include "xml.h"

#include <stdio.h>
#include <string.h>

void *__libc_malloc(size_t size);
void *__libc_realloc(void *p, size_t size);
void *malloc(size_t size);
void *realloc(void *p, size_t size);

static long until_failure = -1; /* allocations; negative: never */
static bool and_all_after;

static bool fails(void)
{
	if (until_failure < 0)
		return false;
	if (until_failure > 0) {
		until_failure--;
		return false;
	}
	until_failure = and_all_after ? 0 : -1;
	return true;
}

void *malloc(size_t size)
{
	return fails() ? NULL : __libc_malloc(size);
}

void *realloc(void *p, size_t size)
{
	return fails() ? NULL : __libc_realloc(p, size);
}

struct seen {
	char text[8192];
	size_t len;
};

static int note_start(void *context, const struct xml_element *element, struct error *e)
{
	struct seen *seen = context;
	(void)e;
	static const char *const names[] = { "a", "b", "a1", "a11" };
	FOR_EACH(name, names) {
		const char *value = xml_attribute(element, *name);
		assert_true(!value || seen->len + strlen(value) + 8 < sizeof(seen->text));
		if (value)
			seen->len += (size_t)sprintf(seen->text + seen->len, "%s:%s;", *name, value);
	}
	seen->len += (size_t)sprintf(seen->text + seen->len, "%d;", element->ns);
	return 0;
}

static int note(void *context, const struct xml_element *element, const char *text, size_t len, struct error *e)
{
	struct seen *seen = context;
	(void)e;
	assert_true(seen->len + len + strlen(element->name) + 2 < sizeof(seen->text));
	seen->len += (size_t)sprintf(seen->text + seen->len, "%s=%s;", element->name, text);
	return 0;
}

#define LONG                                                                                                           \
	"a text that is longer than the hundred bytes that libxml2 sets aside for it before it has to ask for more "   \
	"room "

/* Whatever makes libxml2 ask for memory while it reads: depth, namespaces, attributes, long texts of each kind. */
static const char document[] =
	"<s:Envelope xmlns:s='http://www.w3.org/2003/05/soap-envelope' xmlns:n='urn:n' xmlns:o='urn:o' xmlns:p='urn:p'"
	" xmlns:q='urn:q' xmlns:r='urn:r' xmlns:t='urn:t'><s:Body a='1&amp;2' b='" LONG "&amp;" LONG "&#x30e9;'>"
	"<!-- " LONG LONG "--><?pi " LONG LONG "?>"
	"<n:Items a1='1' a2='2' a3='3' a4='4' a5='5' a6='6' a7='7' a8='8' a9='9' a10='10' a11='11'>"
	"<n:Name>EventSystem &amp; &#x30e9; " LONG LONG LONG "</n:Name>"
	"<n:Name>\xe3\x83\xa9\xe3\x82\xa4\xe3\x82\xbf\xe3\x83\xbc</n:Name>"
	"<n:Other><![CDATA[raw <text>" LONG LONG LONG "]]></n:Other>"
	"<o:a><p:b><q:c><r:d><t:e><n:f><n:g><n:h><n:i><n:j>deep</n:j></n:i></n:h></n:g></n:f></t:e></r:d></q:c></p:b></"
	"o:a>"
	"</n:Items></s:Body></s:Envelope>";

static int read_document(struct seen *seen, long failing, bool and_after, struct error *e)
{
	const struct xml_reader reader = { .start = note_start, .end = note, .context = seen };
	*seen = (struct seen){ 0 };
	*e = (struct error){ 0 };
	until_failure = failing;
	and_all_after = and_after;
	int rc = xml_read(document, sizeof(document) - 1, &reader, e);
	bool failed = until_failure < 0 || (and_after && until_failure == 0);
	until_failure = -1;
	return rc == 0 ? 0 : failed ? -1 : -2;
}

static void a_failed_allocation_never_changes_what_is_read(void **state)
{
	static struct seen whole, seen;
	struct error e;
	(void)state;

	assert_int_equal(read_document(&whole, -1, false, &e), 0);
	for (int and_after = 0; and_after < 2; and_after++) {
		int refused = 0;
		for (long n = 0; n < 2000; n++) {
			int rc = read_document(&seen, n, and_after, &e);
			if (rc == 0 && strcmp(seen.text, whole.text) != 0)
				fail_msg("allocation %ld fails: read as %s", n, seen.text);
			if (rc < 0 && e.kind != ERROR_LOCAL && e.kind != ERROR_PARSE)
				fail_msg("allocation %ld fails: %s", n, error_kind_name(e.kind));
			refused += rc < 0;
		}
		assert_true(refused > 20); /* allocations did fail */
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(a_failed_allocation_never_changes_what_is_read) };
	xml_global_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
