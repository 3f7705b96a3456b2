#pragma once
/* fault: the SOAP faults of Windows, in its two shapes. */

#include "scenario.h"
#include "str.h"

enum fault_shape {
	SHAPE_WSMAN,     /* f:WSManFault, with a ProviderFault inside if there is a provider's message */
	SHAPE_WMI_ERROR, /* p:MSFT_WmiError: quotas and WMI errors from 2012 on */
};

struct fault {
	const char *name;
	unsigned code;
	const char *value, *subcode; /* "s:Sender", "w:TimedOut"; subcode NULL: none */
	const char *action;          /* of the answer */
	enum fault_shape shape;
	const char *text; /* English */
	unsigned inner;   /* HRESULT of the provider in SHAPE_WMI_ERROR; 0: code itself */
};

extern const struct fault fault_timed_out, fault_access_denied, fault_header_required, fault_message_id,
	fault_must_understand, fault_locale, fault_envelope_small, fault_invalid_uri, fault_action, fault_selectors,
	fault_missing_selector, fault_unreachable, fault_filter, fault_invalid_query, fault_context,
	fault_context_expired, fault_pull_differs, fault_too_large, fault_schema, fault_shell_quota,
	fault_shell_quota_old, fault_shell_disabled, fault_unsupported, fault_invalid_parameter, fault_timeout_value,
	fault_busy, fault_aborted, fault_xml, fault_not_found, fault_delivery, fault_no_channel,
	fault_renew, fault_events_cancelled;

/* The s:Fault element. provider_text: what a provider said, nested; NULL: nothing. Reason and texts are in the language
 * of the host, as far as it has them. */
void fault_add(struct str *out, const struct fault *fault, const char *machine, enum language language,
	const char *provider_text);
