/* fault: see the header. The numbers are those of WSMan's public constants and of MS-WSMV's product behaviour. */
#include "fault.h"
#include "fault_reader.h"
#include "number.h"
#include "own.h"
#include "str.h"

#include <stdio.h>
#include <string.h>

static const struct meaning {
	uint32_t code;
	enum error_kind kind;
	const char *cause; /* for an administrator, before what the host says; NULL: the host's words are enough */
} meanings[] = {
	// clang-format off
	{ FAULT_OPERATION_TIMED_OUT, ERROR_TIMEOUT, "the operation did not end in time" },
	{ 5,           ERROR_DENIED, "the account is no administrator there, or its token is filtered (LocalAccountTokenFilterPolicy)" },
	{ 2147942405u, ERROR_DENIED, "the account is no administrator there, or its token is filtered (LocalAccountTokenFilterPolicy)" },
	{ 2147749891u, ERROR_DENIED, "the account may not read this in WMI: check the rights on the WMI namespace" },
	{ 2150859012u, ERROR_DENIED, "the account may not use WMI there: check the rights on the WMI namespace" },
	{ 2150859013u, ERROR_DENIED, "the account may not use this WMI provider" },
	{ 2150859014u, ERROR_DENIED, "the account may not connect to WMI there: check the rights on the WMI namespace" },
	{ FAULT_SHELL_DISABLED, ERROR_DENIED, "remote shells are disabled there: allow them by AllowRemoteShellAccess" },
	{ FAULT_SHELLS_PER_USER, ERROR_QUOTA, "the account has too many shells open there: close leaked shells or raise MaxShellsPerUser" },
	{ FAULT_OPERATIONS_PER_USER, ERROR_QUOTA, "the account has too many operations open there: see MaxConcurrentOperationsPerUser" },
	{ 2150858815u, ERROR_QUOTA, "a quota of the server is used up" },
	{ 2150859175u, ERROR_QUOTA, "the account's operations are used up there: see MaxConcurrentOperationsPerUser" },
	{ 2150859176u, ERROR_QUOTA, "the operations of the whole server are used up" },
	{ 2150859179u, ERROR_QUOTA, "too many users have shells open there: raise MaxConcurrentUsers" },
	{ 2150859177u, ERROR_PROTOCOL, NULL }, /* Pull under another authorisation than Enumerate */
	{ 2150859181u, ERROR_PROTOCOL, NULL }, /* Pull that differs from its Enumerate */
	{ 2150858817u, ERROR_PROTOCOL, NULL }, /* schema validation: our XML is wrong */
	{ 2150858767u, ERROR_PROTOCOL, NULL }, /* our header is wrong */
	{ 2150858768u, ERROR_PROTOCOL, NULL },
	{ 2150858769u, ERROR_PROTOCOL, NULL },
	{ 50,          ERROR_PROTOCOL, NULL }, /* unsupported request, for example a chunked one */
	{ FAULT_ABORTED, ERROR_ABORTED, "the operation was aborted" },
	{ 2150859019u, ERROR_AUTH, "Kerberos needs a host name: the address is an IP address" },
	{ FAULT_PACKET_TOO_LARGE, ERROR_FAULT, "an answer is larger than the server may send (MaxEnvelopeSizekb)" },
	{ FAULT_SHELL_GONE, ERROR_FAULT, "the shell or its command is gone" },
	{ FAULT_CONTEXT_INVALID, ERROR_FAULT, "the server lost the enumeration" },
	{ FAULT_CONTEXT_EXPIRED, ERROR_FAULT, "the enumeration expired" },
	{ FAULT_FILTER, ERROR_FAULT, "the query was refused" },
	// clang-format on
};

/* Names for numbers that come without any text. */
static const struct {
	uint32_t code;
	const char *name;
} names[] = {
	{ 2150858752u, "DESTINATION_UNREACHABLE" },
	{ 2150858753u, "INVALID_ACTIONURI" },
	{ 2150858754u, "INVALID_URI" },
	{ 2150858755u, "PROVIDER_FAILURE" },
	{ 2150858758u, "PULL_IN_PROGRESS" },
	{ 2150858759u, "ENUMERATION_CLOSED" },
	{ 2150858764u, "UNSUPPORTED_TIMEOUT" },
	{ 2150858768u, "MUST_UNDERSTAND" },
	{ 2150858769u, "MESSAGE_INFORMATION_HEADER_REQUIRED" },
	{ 2150858772u, "ENDPOINT_UNAVAILABLE" },
	{ 2150858790u, "ENVELOPE_TOO_LARGE" },
	{ 2150858791u, "INVALID_SOAP_BODY" },
	{ 2150858805u, "ENCODING_LIMIT" },
	{ 2150858806u, "FAILED_AUTHENTICATION" },
	{ 2150858809u, "INVALID_OPTIONS" },
	{ 2150858811u, "INVALID_RESOURCE_URI" },
	{ 2150858813u, "INVALID_SELECTORS" },
	{ 2150858817u, "SCHEMA_VALIDATION_ERROR" },
	{ 2150858818u, "UNSUPPORTED_FEATURE" },
	{ 2150858819u, "INVALID_XML" },
	{ 2150858824u, "MAX_ENVELOPE_SIZE_EXCEEDED" },
	{ 2150858842u, "INSUFFICIENT_SELECTORS" },
	{ 2150858883u, "PLUGIN_FAILED" },
	{ 2150859082u, "SHELL_ALREADY_CLOSED" },
	{ 2150859118u, "SHELL_NOT_INITIALIZED" },
	{ 2150859161u, "REDIRECT_REQUESTED" },
	{ 2150859229u, "SERVICE_REMOTE_ACCESS_DISABLED" },
	{ 2150859248u, "MUTUAL_AUTH_FAILED" },
};

static const struct meaning *meaning_of(uint32_t code)
{
	static const struct meaning plugin_quota = { 0, ERROR_QUOTA, "a quota of the server's plug-in is used up" };

	if (code >= 2150859236u && code <= 2150859242u)
		return &plugin_quota;
	FOR_EACH(m, meanings)
		if (m->code == code)
			return m;
	return NULL;
}

enum error_kind fault_kind(const struct fault *fault)
{
	const struct meaning *meaning = meaning_of(fault->code);

	if (meaning)
		return meaning->kind;
	if (fault->code)
		return ERROR_FAULT;
	/* Services that are not Windows give a subcode only. */
	return !strcmp(fault->subcode, "AccessDenied") ? ERROR_DENIED
	       : !strcmp(fault->subcode, "QuotaLimit") ? ERROR_QUOTA
	       : !strcmp(fault->subcode, "TimedOut")   ? ERROR_TIMEOUT
						       : ERROR_FAULT;
}

static const char *name_of(const struct fault *fault)
{
	FOR_EACH(n, names)
		if (n->code == fault->code)
			return n->name;
	return fault->subcode[0] ? fault->subcode : "the server gave no reason";
}

int fault_to_error(const struct fault *fault, struct error *e)
{
	const struct meaning *meaning = meaning_of(fault->code);
	const char *cause = meaning && meaning->cause ? meaning->cause : "";
	const char *said = fault->text[0] ? fault->text : cause[0] ? "" : name_of(fault);
	uint32_t code = fault->code ? fault->code : fault_kind(fault) == ERROR_TIMEOUT ? FAULT_OPERATION_TIMED_OUT : 0;
	char inner[24] = "";

	if (fault->inner_code && fault->inner_code != fault->code)
		snprintf(inner, sizeof(inner), " (0x%08x)", fault->inner_code);
	const char *between = cause[0] && said[0] ? ": " : "";
	if (!code)
		return error_set(e, fault_kind(fault), "%s%s%s%s", cause, between, said, inner);
	return error_code(e, fault_kind(fault), code, "%s%s%s%s", cause, between, said, inner);
}

/* ---- reading ---- */

static void keep(char *to, size_t room, const char *text)
{
	size_t len = strnlen(text, room - 1);
	while (len && text[len] && (text[len] & 0xc0) == 0x80) /* not in the middle of a character */
		len--;
	memcpy(to, text, len);
	to[len] = '\0';
}

static void read_code(struct fault_reader *f, const struct xml_element *element)
{
	const char *attribute = xml_attribute(element, "Code");
	uint32_t code = 0;

	if (attribute)
		number_read(attribute + strspn(attribute, " \t\r\n"), &code);
	if (!f->code_depth) {
		f->code_depth = element->depth;
		f->fault.code = code;
		f->has_code = code != 0;
	} else if (code) {
		f->fault.inner_code = code;
	}
}

void fault_reader_start(struct fault_reader *f, const struct xml_element *element)
{
	if (element->ns == NS_FAULT && !strcmp(element->name, "WSManFault"))
		read_code(f, element);
	else if (element->ns == NS_SOAP && !strcmp(element->name, "Subcode") && !f->subcode_depth)
		f->subcode_depth = element->depth;
}

static void keep_subcode(struct fault *fault, const char *qname)
{
	const char *colon = strrchr(qname, ':');
	keep(fault->subcode, sizeof(fault->subcode), colon ? colon + 1 : qname);
}

/* Inner elements end before outer ones, so the first message is the innermost: the most telling. */
static void keep_message(struct fault_reader *f, const char *text)
{
	if (!text[0] || f->has_message)
		return;
	keep(f->fault.text, sizeof(f->fault.text), text);
	f->has_message = true;
}

static void read_wmi_error(struct fault_reader *f, const char *name, const char *text)
{
	uint32_t code;

	if (!strcmp(name, "Message"))
		keep_message(f, text);
	else if (!strcmp(name, "error_Code") && number_read(text, &code) && code)
		f->fault.code = code, f->has_code = true;
	else if (!strcmp(name, "MessageID") && !f->has_code && !strncmp(text, "HRESULT ", 8) &&
		 number_read(text + 8, &code))
		f->fault.code = code;
}

void fault_reader_end(struct fault_reader *f, const struct xml_element *element, const char *text)
{
	const char *name = element->name;

	if (element->ns == NS_WMIERROR)
		read_wmi_error(f, name, text);
	else if (element->ns == NS_FAULT && !strcmp(name, "Message"))
		keep_message(f, text);
	else if (element->ns == NS_SOAP && !strcmp(name, "Value") && f->subcode_depth + 1 == element->depth)
		keep_subcode(&f->fault, text);
	else if (element->ns == NS_SOAP && !strcmp(name, "Text") && !f->fault.text[0])
		keep(f->fault.text, sizeof(f->fault.text), text);
	else if (element->ns == NS_OTHER && !strcmp(name, "StatusCode")) /* of __ExtendedStatus: an HRESULT of WMI */
		number_read(text, &f->fault.inner_code);
	else if (element->ns == NS_OTHER && !strcmp(name, "Description"))
		keep_message(f, text);
}
