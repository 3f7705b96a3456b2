/* envelope: see the header. */
#include "envelope.h"

#include <errno.h>
#include <string.h>
#include <stdio.h>
#include <sys/random.h>

int message_id_new(char id[static MESSAGE_ID_LEN + 1], struct error *e)
{
	unsigned char b[16];

	while (getrandom(b, sizeof(b), 0) != (ssize_t)sizeof(b))
		if (errno != EINTR)
			return error_code(e, ERROR_LOCAL, errno, "no random bytes: %s", strerror(errno));
	b[6] = (unsigned char)((b[6] & 0x0f) | 0x40); /* RFC 4122, version 4 */
	b[8] = (unsigned char)((b[8] & 0x3f) | 0x80);
	char *to = id + sprintf(id, "uuid:");
	for (int i = 0; i < 16; i++)
		to += sprintf(to, i == 4 || i == 6 || i == 8 || i == 10 ? "-%02X" : "%02X", b[i]);
	return 0;
}

static void write_set(struct str *out, const char *element, const struct selector *list, size_t count)
{
	if (!count)
		return;
	/* The server must refuse an option that it does not know only where mustUnderstand says so (DSP0226 6.4). */
	str_addf(out, "<w:%sSet>", element);
	for (size_t i = 0; i < count; i++) {
		str_addf(out, "<w:%s Name=\"", element);
		xml_escape(out, list[i].name);
		str_add(out, "\">");
		xml_escape(out, list[i].value);
		str_addf(out, "</w:%s>", element);
	}
	str_addf(out, "</w:%sSet>", element);
}

static void write_text(struct str *out, const char *element, const char *text)
{
	str_addf(out, "<%s s:mustUnderstand=\"true\">", element);
	xml_escape(out, text);
	str_addf(out, "</%s>", element);
}

/* A w:Locale that must be understood is always refused (MS-WSMV 3.1.4.1.8). en-US: the one every Windows has. */
static void write_header(
	struct str *out, const struct request *request, const char *to, const char *message_id, int64_t timeout_ms)
{
	str_add(out, "<a:To>");
	xml_escape(out, to);
	str_add(out, "</a:To>");
	write_text(out, "w:ResourceURI", request->resource_uri);
	str_add(out, "<a:ReplyTo><a:Address s:mustUnderstand=\"true\">"
		     "http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:Address></a:ReplyTo>");
	write_text(out, "a:Action", request->action);
	str_addf(out, "<a:MessageID>%s</a:MessageID>", message_id);
	str_addf(out, "<w:MaxEnvelopeSize s:mustUnderstand=\"true\">%d</w:MaxEnvelopeSize>", ENVELOPE_MAX);
	str_addf(out, "<w:OperationTimeout>PT%d.%03dS</w:OperationTimeout>", (int)(timeout_ms / 1000),
		(int)(timeout_ms % 1000));
	str_add(out, "<w:Locale xml:lang=\"en-US\" s:mustUnderstand=\"false\"/>"
		     "<p:DataLocale xml:lang=\"en-US\" s:mustUnderstand=\"false\"/>");
	if (request->subscription) {
		str_add(out, "<e:Identifier xmlns:e=\"http://schemas.xmlsoap.org/ws/2004/08/eventing\">");
		xml_escape(out, request->subscription);
		str_add(out, "</e:Identifier>");
	}
	write_set(out, "Option", request->options, request->option_count);
	write_set(out, "Selector", request->selectors, request->selector_count);
}

void envelope_write(
	struct str *out, const struct request *request, const char *to, const char *message_id, int64_t timeout_ms)
{
	str_add(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
		     "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\"");
	if (request->resource_uri)
		str_add(out, " xmlns:a=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\""
			     " xmlns:w=\"http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd\""
			     " xmlns:p=\"http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd\""
			     " xmlns:n=\"http://schemas.xmlsoap.org/ws/2004/09/enumeration\""
			     " xmlns:x=\"http://schemas.xmlsoap.org/ws/2004/09/transfer\""
			     " xmlns:rsp=\"http://schemas.microsoft.com/wbem/wsman/1/windows/shell\"");
	str_add(out, "><s:Header>");
	if (request->resource_uri)
		write_header(out, request, to, message_id, timeout_ms);
	str_add(out, "</s:Header><s:Body>");
	str_add(out, request->body);
	str_add(out, "</s:Body></s:Envelope>");
}
