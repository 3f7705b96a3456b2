/* fault: see fault.h. Codes are those of MS-WSMV and of recorded answers. */

#include "fault.h"

#include "codec.h"

#define WSMAN_FAULT "http://schemas.dmtf.org/wbem/wsman/1/wsman/fault"
#define ADDRESSING_FAULT "http://schemas.xmlsoap.org/ws/2004/08/addressing/fault"
#define EVENTING_FAULT "http://schemas.xmlsoap.org/ws/2004/08/eventing/fault"
#define ENUMERATION_FAULT "http://schemas.xmlsoap.org/ws/2004/09/enumeration/fault"

// clang-format off
const struct fault fault_timed_out = { "TimedOut", 2150858793, "s:Receiver", "w:TimedOut", WSMAN_FAULT, SHAPE_WSMAN,
	"The WS-Management service cannot complete the operation within the time specified in OperationTimeout.  ", 0 };
const struct fault fault_access_denied = { "AccessDenied", 5, "s:Sender", "w:AccessDenied", WSMAN_FAULT, SHAPE_WSMAN,
	"Access is denied. ", 0 };
const struct fault fault_header_required = { "MessageInformationHeaderRequired", 2150858769, "s:Sender",
	"a:MessageInformationHeaderRequired", ADDRESSING_FAULT, SHAPE_WSMAN,
	"The WS-Management service cannot process a request that lacks a required message information header. ", 0 };
const struct fault fault_message_id = { "InvalidMessageInformationHeader", 2150858767, "s:Sender",
	"a:InvalidMessageInformationHeader", ADDRESSING_FAULT, SHAPE_WSMAN,
	"The WS-Management service cannot process the request because a message information header is invalid. ", 0 };
const struct fault fault_must_understand = { "MustUnderstand", 2150858768, "s:MustUnderstand", NULL,
	"http://schemas.xmlsoap.org/ws/2004/08/addressing/fault", SHAPE_WSMAN,
	"The WS-Management service cannot process a SOAP header in the request that is marked as mustUnderstand. ", 0 };
const struct fault fault_locale = { "UnsupportedFeature", 2150858818, "s:Sender", "w:UnsupportedFeature", WSMAN_FAULT,
	SHAPE_WSMAN,
	"The WS-Management service does not support the specified feature. Remove the unsupported feature. ", 0 };
const struct fault fault_envelope_small = { "EncodingLimit", 2150858805, "s:Sender", "w:EncodingLimit", WSMAN_FAULT,
	SHAPE_WSMAN, "The MaxEnvelopeSize is smaller than the minimum of 8192. ", 0 };
const struct fault fault_invalid_uri = { "InvalidResourceURI", 2150858811, "s:Sender", "a:DestinationUnreachable",
	ADDRESSING_FAULT, SHAPE_WSMAN,
	"The WS-Management service cannot process the request because the resource URI is invalid. ", 0 };
const struct fault fault_action = { "ActionNotSupported", 2150858753, "s:Sender", "a:ActionNotSupported",
	ADDRESSING_FAULT, SHAPE_WSMAN, "The WS-Management service does not support the action for this resource. ", 0 };
const struct fault fault_selectors = { "InvalidSelectors", 2150858843, "s:Sender", "w:InvalidSelectors", WSMAN_FAULT,
	SHAPE_WSMAN,
	"The request for the Windows Remote Shell with ShellId failed because the shell was not found on the "
	"server. ", 0 };
const struct fault fault_missing_selector = { "InsufficientSelectors", 2150858842, "s:Sender", "w:InvalidSelectors",
	WSMAN_FAULT, SHAPE_WSMAN, "The selectors of the request do not name one instance. ", 0 };
const struct fault fault_unreachable = { "DestinationUnreachable", 2150858752, "s:Sender", "a:DestinationUnreachable",
	ADDRESSING_FAULT, SHAPE_WSMAN,
	"The WS-Management service cannot find the resource that was specified in the request. ", 0 };
const struct fault fault_filter = { "CannotProcessFilter", 2150858778, "s:Sender", "n:CannotProcessFilter",
	ENUMERATION_FAULT, SHAPE_WSMAN,
	"The data source could not process the filter. The filter might be missing or it might be invalid. "
	"Change the filter and try the request again.  ", 0 };
const struct fault fault_invalid_query = { "InvalidQuery", 2150858778, "s:Sender", "n:CannotProcessFilter",
	ENUMERATION_FAULT, SHAPE_WMI_ERROR, "Invalid query ", 0x80041017 };
const struct fault fault_context = { "InvalidEnumerationContext", 2150858779, "s:Receiver",
	"n:InvalidEnumerationContext", ENUMERATION_FAULT, SHAPE_WSMAN,
	"The supplied enumeration context is invalid. ", 0 };
const struct fault fault_context_expired = { "EnumerationContextExpired", 2150858780, "s:Receiver",
	"n:InvalidEnumerationContext", ENUMERATION_FAULT, SHAPE_WSMAN, "The enumeration context has expired. ", 0 };
const struct fault fault_pull_differs = { "PullDiffers", 2150859181, "s:Sender", "n:InvalidEnumerationContext",
	ENUMERATION_FAULT, SHAPE_WSMAN, "The Pull does not match the Enumerate that began it. ", 0 };
const struct fault fault_too_large = { "EncodingLimit", 2150858825, "s:Sender", "w:EncodingLimit", WSMAN_FAULT,
	SHAPE_WSMAN,
	"The WS-Management service cannot process the request because the computed response packet size "
	"exceeds the maximum envelope size that is allowed. ", 0 };
const struct fault fault_schema = { "SchemaValidationError", 2150858817, "s:Sender", "w:SchemaValidationError",
	WSMAN_FAULT, SHAPE_WSMAN,
	"The SOAP XML in the message does not match the corresponding XML schema definition. ", 0 };
const struct fault fault_shell_quota = { "ShellQuota", 2150859173, "s:Sender", "w:QuotaLimit", WSMAN_FAULT,
	SHAPE_WMI_ERROR,
	"The WS-Management service cannot process the request. The maximum number of concurrent shells for "
	"this user has been exceeded. Close existing shells or raise the quota for this user. ", 0 };
const struct fault fault_shell_quota_old = { "ShellQuota", 2150859173, "s:Sender", "w:QuotaLimit", WSMAN_FAULT,
	SHAPE_WSMAN,
	"The WS-Management service cannot process the request. The maximum number of concurrent shells for "
	"this user has been exceeded. Close existing shells or raise the quota for this user. ", 0 };
const struct fault fault_shell_disabled = { "ShellDisabled", 2150859180, "s:Sender", "w:AccessDenied", WSMAN_FAULT,
	SHAPE_WSMAN,
	"The WS-Management service cannot process the request because remote shell access is disabled. ", 0 };
const struct fault fault_unsupported = { "NotSupported", 50, "s:Receiver", "w:InternalError", WSMAN_FAULT, SHAPE_WSMAN,
	"The request is not supported. ", 0 };
const struct fault fault_invalid_parameter = { "InvalidParameter", 87, "s:Sender", "w:InvalidParameter", WSMAN_FAULT,
	SHAPE_WSMAN, "The parameter is incorrect. ", 0 };
const struct fault fault_timeout_value = { "UnsupportedTimeout", 2150858764, "s:Sender", "w:InvalidTimeout",
	WSMAN_FAULT, SHAPE_WSMAN, "The operation timeout is not a duration. ", 0 };
const struct fault fault_busy = { "Busy", 170, "s:Receiver", "w:InternalError", WSMAN_FAULT, SHAPE_WSMAN,
	"The requested resource is in use. ", 0 };
const struct fault fault_aborted = { "Aborted", 995, "s:Receiver", "w:InternalError", WSMAN_FAULT, SHAPE_WSMAN,
	"The I/O operation has been aborted because of either a thread exit or an application request. ", 0 };
const struct fault fault_xml = { "InvalidXML", 2150858819, "s:Sender", "w:SchemaValidationError", WSMAN_FAULT,
	SHAPE_WSMAN, "The WS-Management service cannot process the request because the XML is invalid. ", 0 };
const struct fault fault_not_found = { "FileNotFound", 2147942402, "s:Receiver", "w:InternalError", WSMAN_FAULT,
	SHAPE_WSMAN, "The system cannot find the file specified. ", 0 };
const struct fault fault_delivery = { "DeliveryModeRequestedUnavailable", 2150858818, "s:Sender",
	"e:DeliveryModeRequestedUnavailable", EVENTING_FAULT, SHAPE_WSMAN, "The delivery mode is not supported. ", 0 };
const struct fault fault_no_channel = { "ChannelNotFound", 15007, "s:Sender", "w:InternalError", WSMAN_FAULT, SHAPE_WSMAN,
	"The specified channel could not be found. ", 0 };
const struct fault fault_renew = { "UnableToRenew", 2150858753, "s:Receiver", "e:UnableToRenew", EVENTING_FAULT,
	SHAPE_WSMAN, "The subscription cannot be renewed. ", 0 };
const struct fault fault_events_cancelled = { "CallCancelled", 0x80041032, "s:Receiver", "w:InternalError", WSMAN_FAULT,
	SHAPE_WMI_ERROR, "Call cancelled ", 0 };
// clang-format on

/* Windows has a Japanese text, a French one that is empty, and English where it has no other. */
static const char *text_in(const struct fault *fault, enum language language)
{
	switch (language) {
	case LANGUAGE_JA:
		return "WS-Management サービスは要求を処理できません。 ";
	case LANGUAGE_FR:
		return "";
	default:
		return fault->text;
	}
}

static void add_wsman_fault(
	struct str *out, const struct fault *fault, const char *machine, const char *text, const char *provider_text)
{
	str_addf(out,
		"<f:WSManFault xmlns:f=\"http://schemas.microsoft.com/wbem/wsman/1/wsmanfault\" Code=\"%u\" "
		"Machine=\"%s\"><f:Message>",
		fault->code, machine);
	if (provider_text) {
		str_addf(out,
			"<f:ProviderFault provider=\"WMI Provider\" path=\"%%systemroot%%\\system32\\WsmWmiPl.dll\">"
			"<f:WSManFault xmlns:f=\"http://schemas.microsoft.com/wbem/wsman/1/wsmanfault\" Code=\"%u\" "
			"Machine=\"%s\"><f:Message>",
			fault->code, machine);
		xml_add(out, provider_text);
		str_add(out, "</f:Message></f:WSManFault></f:ProviderFault>");
	} else {
		xml_add(out, text);
	}
	str_add(out, "</f:Message></f:WSManFault>");
}

static void add_wmi_error(struct str *out, const struct fault *fault, const char *text, const char *provider_text)
{
	unsigned code = fault->inner ? fault->inner : fault->code;

	str_add(out,
		"<p:MSFT_WmiError b:IsCIM_Error=\"true\" "
		"xmlns:b=\"http://schemas.dmtf.org/wbem/wsman/1/cimbinding.xsd\" "
		"xmlns:p=\"http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/MSFT_WmiError\" "
		"xmlns:cim=\"http://schemas.dmtf.org/wbem/wscim/1/common\" "
		"xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:type=\"p:MSFT_WmiError_Type\">"
		"<p:CIMStatusCode xsi:type=\"cim:cimUnsignedInt\">27</p:CIMStatusCode>"
		"<p:CIMStatusCodeDescription xsi:type=\"cim:cimString\" xsi:nil=\"true\"/>"
		"<p:ErrorType xsi:type=\"cim:cimUnsignedShort\">0</p:ErrorType><p:Message xsi:type=\"cim:cimString\">");
	xml_add(out, provider_text ? provider_text : text);
	str_addf(out,
		"</p:Message><p:MessageID xsi:type=\"cim:cimString\">HRESULT 0x%08x</p:MessageID>"
		"<p:error_Category xsi:type=\"cim:cimUnsignedInt\">30</p:error_Category>"
		"<p:error_Code xsi:type=\"cim:cimUnsignedInt\">%u</p:error_Code>"
		"<p:error_Type xsi:type=\"cim:cimString\">HRESULT</p:error_Type>"
		"<p:error_WindowsErrorMessage xsi:type=\"cim:cimString\">",
		code, code);
	xml_add(out, text);
	str_add(out, "</p:error_WindowsErrorMessage></p:MSFT_WmiError>");
}

void fault_add(struct str *out, const struct fault *fault, const char *machine, enum language language,
	const char *provider_text)
{
	const char *text = text_in(fault, language);

	str_addf(out, "<s:Fault><s:Code><s:Value>%s</s:Value>", fault->value);
	if (fault->subcode)
		str_addf(out, "<s:Subcode><s:Value>%s</s:Value></s:Subcode>", fault->subcode);
	str_addf(out, "</s:Code><s:Reason><s:Text xml:lang=\"%s\">", *text ? language_tag(language) : "");
	xml_add(out, text);
	str_add(out, "</s:Text></s:Reason><s:Detail>");
	if (fault->shape == SHAPE_WMI_ERROR)
		add_wmi_error(out, fault, text, provider_text);
	else
		add_wsman_fault(out, fault, machine, text, provider_text);
	str_add(out, "</s:Detail></s:Fault>");
}
