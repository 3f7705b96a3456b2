/* Tests of fault: both shapes of Windows, by number, in any language. */
#include "cases.h"
#include "fault.h"
#include "reply.h"
#include "session.h"

#include <string.h>

#define HEAD                                                                                                           \
	"<s:Envelope xmlns:s='http://www.w3.org/2003/05/soap-envelope'"                                                \
	" xmlns:a='http://schemas.xmlsoap.org/ws/2004/08/addressing'"                                                  \
	" xmlns:w='http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd'"                                                    \
	" xmlns:f='http://schemas.microsoft.com/wbem/wsman/1/wsmanfault'><s:Header/><s:Body><s:Fault>"
#define TAIL "</s:Fault></s:Body></s:Envelope>"
#define CODE(subcode)                                                                                                  \
	"<s:Code><s:Value>s:Receiver</s:Value><s:Subcode><s:Value>" subcode "</s:Value></s:Subcode></s:Code>"
#define REASON(text) "<s:Reason><s:Text xml:lang='ja-JP'>" text "</s:Text></s:Reason>"
#define WMI_ERROR(inside)                                                                                              \
	"<s:Detail><m:MSFT_WmiError xmlns:m='http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/MSFT_WmiError'>" inside \
	"</m:MSFT_WmiError></s:Detail>"

static void faults_become_errors(void **state)
{
	static const struct {
		const char *about, *fault;
		enum error_kind kind;
		int64_t code;      /* 0: none */
		const char *cause; /* a part of it */
	} cases[] = {
		{ "shape (a)",
			CODE("w:TimedOut") REASON("") "<s:Detail><f:WSManFault Code='2150858793' Machine='srv'>"
						      "<f:Message>no data</f:Message></f:WSManFault></s:Detail>",
			ERROR_TIMEOUT, 2150858793, "no data" },
		{ "an inner fault is the one that is shown",
			CODE("n:CannotProcessFilter") REASON(
				"outer reason") "<s:Detail><f:WSManFault Code='2150858778'><f:Message>\n"
						"<f:ProviderFault provider='WMI'><f:WSManFault Code='2150859999'>"
						"<f:Message>no such class </f:Message></f:WSManFault>"
						"</f:ProviderFault></f:Message></f:WSManFault></s:Detail>",
			ERROR_FAULT, 2150858778, "no such class (0x803384df)" },
		{ "the number of WMI itself",
			CODE("n:CannotProcessFilter")
				REASON("outer reason") "<s:Detail><f:WSManFault Code='2150858778'><f:Message>"
						       "<f:ProviderFault><f:ExtendedError><p:__ExtendedStatus "
						       "xmlns:p='http://schemas.microsoft.com/x/__ExtendedStatus'>"
						       "<p:Description>Invalid class</p:Description>"
						       "<p:StatusCode>2147749904</p:StatusCode></p:__ExtendedStatus>"
						       "</f:ExtendedError></f:ProviderFault></f:Message></f:WSManFault>"
						       "</s:Detail>",
			ERROR_FAULT, 2150858778, "Invalid class (0x80041010)" },
		{ "shape (b)",
			CODE("w:QuotaLimit") REASON("") WMI_ERROR("<m:Message>at most 30 shells</m:Message>"
								  "<m:MessageID>HRESULT 0x803381a5</m:MessageID>"
								  "<m:error_Code>2150859173</m:error_Code>"),
			ERROR_QUOTA, 2150859173, "MaxShellsPerUser: at most 30 shells" },
		{ "shape (b) with the number in its text only",
			CODE("w:InternalError") REASON("") WMI_ERROR("<m:MessageID>HRESULT 0x803381a6</m:MessageID>"),
			ERROR_QUOTA, 2150859174, "operations" },
		{ "access denied, in Japanese",
			CODE("w:AccessDenied")
				REASON("\xe6\x8b\x92\xe5\x90\xa6") "<s:Detail><f:WSManFault Code='5'>"
								   "<f:Message> </f:Message></f:WSManFault></s:Detail>",
			ERROR_DENIED, 5, "LocalAccountTokenFilterPolicy): \xe6\x8b\x92\xe5\x90\xa6" },
		{ "a number without words has a name",
			CODE("w:InternalError") REASON("") "<s:Detail><f:WSManFault Code='2150858755'><f:Message/>"
							   "</f:WSManFault></s:Detail>",
			ERROR_FAULT, 2150858755, "PROVIDER_FAILURE" },
		{ "an unknown number without words",
			CODE("w:InternalError") REASON("") "<s:Detail><f:WSManFault Code='77'/>"
							   "</s:Detail>",
			ERROR_FAULT, 77, "InternalError" },
		{ "no detail: the subcode decides", CODE("w:TimedOut") REASON("late"), ERROR_TIMEOUT, 2150858793,
			"late" },
		{ "no detail, denied", CODE("\n w:AccessDenied ") REASON("no"), ERROR_DENIED, 0, "no" },
		{ "no detail, anything else", CODE("a:DestinationUnreachable") REASON(""), ERROR_FAULT, 0,
			"DestinationUnreachable" },
		{ "nothing at all", "", ERROR_FAULT, 0, "no reason" },
		{ "a number that is none", CODE("w:X") REASON("r") "<s:Detail><f:WSManFault Code='-5'/></s:Detail>",
			ERROR_FAULT, 0, "r" },
		{ "a number beyond 32 bits",
			CODE("w:X") REASON("r") "<s:Detail><f:WSManFault Code='4294967296'/></s:Detail>", ERROR_FAULT,
			0, "r" },
		{ "a plug-in's quota", CODE("w:X") REASON("") "<s:Detail><f:WSManFault Code='2150859240'/></s:Detail>",
			ERROR_QUOTA, 2150859240, "plug-in" },
		{ "shell disabled", CODE("w:X") REASON("") "<s:Detail><f:WSManFault Code='2150859180'/></s:Detail>",
			ERROR_DENIED, 2150859180, "AllowRemoteShellAccess" },
	};
	(void)state;
	FOR_EACH(c, cases) {
		OWN_VALUE(str_done) struct str document = { 0 };
		struct error e = { 0 };
		str_addf(&document, HEAD "%s" TAIL, c->fault);
		if (reply_read(&document, NULL, NULL, &e) == 0)
			fail_msg("%s: no fault was seen", c->about);
		if (e.kind != c->kind || e.code != c->code || e.has_code != (c->code != 0) ||
			!strstr(e.cause, c->cause))
			fail_msg("%s: %s %lld \"%s\"", c->about, error_kind_name(e.kind), (long long)e.code, e.cause);
	}
}

static void numbers_decide_the_kind(void **state)
{
	static const struct {
		uint32_t code;
		enum error_kind kind;
	} cases[] = {
		{ FAULT_OPERATION_TIMED_OUT, ERROR_TIMEOUT },
		{ FAULT_SHELL_GONE, ERROR_FAULT },
		{ FAULT_SHELLS_PER_USER, ERROR_QUOTA },
		{ FAULT_OPERATIONS_PER_USER, ERROR_QUOTA },
		{ 2150859175u, ERROR_QUOTA },
		{ 2150859176u, ERROR_QUOTA },
		{ 2150859179u, ERROR_QUOTA },
		{ 2150859235u, ERROR_FAULT },
		{ 2150859236u, ERROR_QUOTA },
		{ 2150859242u, ERROR_QUOTA },
		{ 2150859243u, ERROR_FAULT },
		{ 5, ERROR_DENIED },
		{ 2150859012u, ERROR_DENIED },
		{ 2150859013u, ERROR_DENIED },
		{ 2150859014u, ERROR_DENIED },
		{ 2147942405u, ERROR_DENIED },
		{ FAULT_SHELL_DISABLED, ERROR_DENIED },
		{ FAULT_ABORTED, ERROR_ABORTED },
		{ 50, ERROR_PROTOCOL },
		{ 2150858817u, ERROR_PROTOCOL },
		{ 2150859019u, ERROR_AUTH },
		{ 87, ERROR_FAULT },
		{ 170, ERROR_FAULT },
		{ 2147942402u, ERROR_FAULT },
		{ 0, ERROR_FAULT },
	};
	(void)state;
	FOR_EACH(c, cases) {
		struct fault fault = { .code = c->code };
		if (fault_kind(&fault) != c->kind)
			fail_msg("%u: %s", c->code, error_kind_name(fault_kind(&fault)));
	}
}

static void a_long_text_is_cut_between_characters(void **state)
{
	OWN_VALUE(str_done) struct str document = { 0 };
	struct error e = { 0 };
	(void)state;

	str_add(&document, HEAD CODE("w:X") "<s:Reason><s:Text>x");
	for (int i = 0; i < 300; i++)
		str_add(&document, "\xe3\x83\xa9");
	str_add(&document, "</s:Text></s:Reason>" TAIL);
	assert_int_equal(reply_read(&document, NULL, NULL, &e), -1);
	size_t len = strlen(e.cause);
	assert_true(len > 390);
	assert_string_equal(e.cause + len - 3, "\xe3\x83\xa9");
}

static void the_frame_of_an_answer_is_checked(void **state)
{
#define ENVELOPE(inside)                                                                                               \
	"<s:Envelope xmlns:s='http://www.w3.org/2003/05/soap-envelope'"                                                \
	" xmlns:a='http://schemas.xmlsoap.org/ws/2004/08/addressing'>" inside "</s:Envelope>"
#define RELATES(id) "<s:Header><a:RelatesTo>" id "</a:RelatesTo></s:Header>"
	static const struct {
		const char *about, *document;
		enum error_kind kind;
	} cases[] = {
		{ "a header and a body", ENVELOPE("<s:Header/><s:Body/>"), ERROR_NONE },
		{ "no header", ENVELOPE("<s:Body/>"), ERROR_NONE },
		{ "our message", ENVELOPE(RELATES(" uuid:A-1\n") "<s:Body/>"), ERROR_NONE },
		{ "our message in other letters", ENVELOPE(RELATES("UUID:a-1") "<s:Body/>"), ERROR_NONE },
		{ "another message", ENVELOPE(RELATES("uuid:B-2") "<s:Body/>"), ERROR_PROTOCOL },
		{ "a fault to another message", ENVELOPE(RELATES("uuid:B-2") "<s:Body><s:Fault/></s:Body>"),
			ERROR_PROTOCOL },
		{ "RelatesTo inside the body is data", ENVELOPE("<s:Body><a:RelatesTo>x</a:RelatesTo></s:Body>"),
			ERROR_NONE },
		{ "no body", ENVELOPE("<s:Header/>"), ERROR_PROTOCOL },
		{ "two bodies", ENVELOPE("<s:Body/><s:Body/>"), ERROR_PROTOCOL },
		{ "a body of another namespace", ENVELOPE("<Body/>"), ERROR_PROTOCOL },
		{ "SOAP 1.1", "<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'><s:Body/></s:Envelope>",
			ERROR_PROTOCOL },
		{ "XHTML", "<html><body>Sign in</body></html>", ERROR_PROTOCOL },
		{ "HTML", "<html><body>Sign in<br></body></html>", ERROR_PROTOCOL },
		{ "nothing", "", ERROR_PARSE },
	};
	(void)state;
	FOR_EACH(c, cases) {
		OWN_VALUE(str_done) struct str document = { 0 };
		struct error e = { 0 };
		str_add(&document, c->document);
		int rc = reply_read(&document, "uuid:a-1", NULL, &e);
		if (rc != (c->kind ? -1 : 0) || e.kind != c->kind)
			fail_msg("%s: %d %s", c->about, rc, e.cause);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(faults_become_errors),
		cmocka_unit_test(numbers_decide_the_kind),
		cmocka_unit_test(a_long_text_is_cut_between_characters),
		cmocka_unit_test(the_frame_of_an_answer_is_checked),
	};
	xml_global_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
