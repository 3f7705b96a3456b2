/* redact: see the header. Theory of operation: a message is read by the same hardened reader as everything from a host
 * and written down again one element a line. What may be shown is listed by namespace and name, so that an element
 * nobody thought of is hidden rather than shown. All markup inside texts is escaped: "<redacted" is always ours. */
#include "redact.h"
#include "own.h"
#include "xml.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

enum { NAME_SHOWN = 96 }; /* bytes of an element's name */

/* ---- what may be shown ---- */

/* Columns. A service's PathName and DisplayName are not among them, they may hold a command line with a password, nor
 * is StartName, an account. */
#define SERVICE " Name State StartMode ServiceType ProcessId Started "
#define OPERATING_SYSTEM " Caption Version BuildNumber ProductType Locale LastBootUpTime LocalDateTime CodeSet "
#define PRODUCT " Vendor Name UUID "
#define COMPUTER " Domain "
#define EVENT " EventCode InsertionStrings Message RecordNumber SourceName TimeGenerated "

static const struct {
	enum xml_ns ns;
	const char *uri_end; /* for NS_OTHER: the class; NULL: any */
	const char *names;   /* each with a blank on both sides */
} shown[] = {
	{ NS_SOAP, NULL, " Value Text " },
	{ NS_ADDRESSING, NULL, " To Action MessageID RelatesTo Address " },
	{ NS_WSMAN, NULL,
		" ResourceURI OperationTimeout MaxEnvelopeSize Locale Selector Option Filter MaxElements"
		" FaultDetail " },
	{ NS_WSMANV, NULL, " DataLocale " },
	{ NS_ENUMERATION, NULL, " EnumerationContext MaxElements Expires " },
	{ NS_SHELL, NULL,
		" ShellId CommandId Command Arguments Stream DesiredStream CommandState State ExitCode Code"
		" InputStreams OutputStreams IdleTimeOut ShellRunTime ShellInactivity ResourceUri " },
	{ NS_FAULT, NULL, " Code Machine Message " },
	{ NS_WMIERROR, NULL,
		" Message MessageID CIMStatusCode CIMStatusCodeDescription ErrorType error_Category error_Code"
		" error_Type error_WindowsErrorMessage " },
	{ NS_OTHER, "/__ExtendedStatus", " StatusCode Description Operation ProviderName " },
	{ NS_IDENTITY, NULL, " ProtocolVersion ProductVendor ProductVersion SecurityProfileName " },
	{ NS_CIM, NULL, " Datetime " },
	{ NS_NONE, NULL, SERVICE OPERATING_SYSTEM PRODUCT COMPUTER EVENT " Datetime " }, /* of w:XmlFragment */
	{ NS_OTHER, "/Win32_Service", SERVICE " ReturnValue " },
	{ NS_OTHER, "/Win32_OperatingSystem", OPERATING_SYSTEM " ReturnValue " },
	{ NS_OTHER, "/Win32_ComputerSystemProduct", PRODUCT },
	{ NS_OTHER, "/Win32_ComputerSystem", COMPUTER },
	{ NS_OTHER, "/Win32_NTLogEvent", EVENT },
};

static const char *const shown_attributes[] = { "mustUnderstand", "lang", "Name", "Dialect", "CommandId", "ShellId",
	"State", "End", "type", "nil", "Code", "Machine", "provider", "path" };

static bool ends_with(const char *text, const char *end)
{
	size_t len = strlen(text), end_len = strlen(end);
	return len >= end_len && !strcmp(text + len - end_len, end);
}

static bool is_listed(const char *names, const char *name)
{
	size_t len = strlen(name);

	for (const char *at = names; (at = strstr(at, name)); at++)
		if (at[-1] == ' ' && at[len] == ' ')
			return true;
	return false;
}

static bool may_be_shown(const struct xml_element *element)
{
	FOR_EACH(s, shown)
		if (s->ns == element->ns && (!s->uri_end || ends_with(xml_namespace(element), s->uri_end)) &&
			is_listed(s->names, element->name))
			return true;
	return false;
}

/* ---- texts ---- */

/* Length of the character at p if it could lead a terminal or a reader astray: DEL, C1 controls, line separators,
 * marks and overrides of direction (U+200E, U+200F, U+2028-202E, U+2066-2069). Else 0. */
static size_t misleading(const unsigned char *p)
{
	if (p[0] == 0x7f)
		return 1;
	if (p[0] == 0xc2)
		return p[1] < 0xa0 ? 2 : 0;
	if (p[0] != 0xe2)
		return 0;
	if (p[1] == 0x80)
		return p[2] == 0x8e || p[2] == 0x8f || (p[2] >= 0xa8 && p[2] <= 0xae) ? 3 : 0;
	return p[1] == 0x81 && p[2] >= 0xa6 && p[2] <= 0xa9 ? 3 : 0;
}

void redact_show(struct str *out, const char *text)
{
	OWN_VALUE(str_done) struct str escaped = STR(strlen(text) * 6 + 1);

	xml_escape(&escaped, text); /* which replaces the C0 controls and all that is no UTF-8 */
	out->failed |= escaped.failed;
	for (const char *at = str_text(&escaped); *at;) {
		size_t plain = strcspn(at, "\x7f\xc2\xe2");
		str_addn(out, at, plain);
		at += plain;
		size_t bad = misleading((const unsigned char *)at);
		if (bad)
			str_add(out, "\xef\xbf\xbd");
		else if (*at)
			str_addc(out, *at);
		at += bad ? bad : *at != '\0';
	}
}

void redact_hide(struct str *out, const struct redact_key *key, const char *text, size_t len)
{
	unsigned char digest[EVP_MAX_MD_SIZE];

	str_addf(out, "<redacted %zu B", len);
	if (HMAC(EVP_sha256(), key->bytes, sizeof(key->bytes), (const unsigned char *)text, len, digest, NULL))
		str_addf(out, " sha256:%02x%02x%02x%02x", digest[0], digest[1], digest[2], digest[3]);
	str_addc(out, '>');
}

/* ---- a message ---- */

struct page { /* a message on its way to be written down */
	struct str *out;
	const struct redact_key *key;
	const char *margin;
	bool tag_open; /* the last start tag is still without its '>' */
};

static void begin_line(struct page *p, unsigned depth)
{
	str_addf(p->out, "%s%*s", p->margin, (int)depth * 2, "");
}

static void put_name(struct str *out, const char *name)
{
	char shortened[NAME_SHOWN + 1];

	snprintf(shortened, sizeof(shortened), "%s", name);
	redact_show(out, shortened);
}

static int on_start(void *context, const struct xml_element *element, struct error *e)
{
	struct page *p = context;
	(void)e;

	if (p->tag_open)
		str_add(p->out, ">\n");
	begin_line(p, element->depth);
	str_addc(p->out, '<');
	put_name(p->out, element->name);
	FOR_EACH(name, shown_attributes) {
		const char *value = xml_attribute(element, *name);
		if (!value)
			continue;
		str_addf(p->out, " %s=\"", *name);
		redact_show(p->out, value);
		str_addc(p->out, '"');
	}
	p->tag_open = true;
	return 0;
}

static void put_text(struct page *p, const struct xml_element *element, const char *text, size_t len)
{
	if (may_be_shown(element))
		redact_show(p->out, text);
	else
		redact_hide(p->out, p->key, text, len);
}

/* What stands around children comes joined, and is shown before the end tag on a line of its own. */
static int on_end(void *context, const struct xml_element *element, const char *text, size_t len, struct error *e)
{
	struct page *p = context;
	bool leaf = p->tag_open;
	(void)e;

	p->tag_open = false;
	if (leaf && len == 0) {
		str_add(p->out, "/>\n");
		return 0;
	}
	if (leaf) {
		str_addc(p->out, '>');
		put_text(p, element, text, len);
	} else {
		if (text[strspn(text, " \t\r\n")]) {
			begin_line(p, element->depth + 1);
			put_text(p, element, text, len);
			str_addc(p->out, '\n');
		}
		begin_line(p, element->depth);
	}
	str_add(p->out, "</");
	put_name(p->out, element->name);
	str_add(p->out, ">\n");
	return 0;
}

int redact_message(struct str *out, const struct redact_key *key, const char *margin, const struct str *message)
{
	struct page p = { .out = out, .key = key, .margin = margin };
	const struct xml_reader reader = { .start = on_start, .end = on_end, .context = &p };
	struct error unreadable = { 0 };
	size_t before = out->len;
	bool failed = out->failed;

	if (xml_read(str_text(message), message->len, &reader, &unreadable) == 0)
		return 0;
	out->len = before;
	out->failed = failed;
	return -1;
}
