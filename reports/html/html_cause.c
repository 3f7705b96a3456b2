/* html_cause: why a host was not checked, in classes that share a cure (UX section 4.5). The kind is the record's; the
 * signs are words of our own messages and of the libraries that we quote, none of them translated by the host. */
#include "html_host.h"

#include <string.h>

#include "own.h"

// clang-format off
const struct html_cause html_causes[] = { /* the first that fits */
	{ "dns",      NULL,         NULL,  { NULL } },
	{ "connect",  "refused",    NULL,  { "refused", "no WinRM listener" } },
	{ "connect",  "no_answer",  NULL,  { "timed out", "no answer", "No route", "unreachable" } },
	{ "connect",  NULL,         NULL,  { NULL } },
	{ "tls",      "expired",    NULL,  { "expired" } },
	{ "tls",      "wrong_name", NULL,  { "mismatch", "does not match", "no alternative certificate subject" } },
	{ "tls",      "untrusted",  NULL,  { "not trusted", "self-signed", "self signed", "issuer" } },
	{ "tls",      NULL,         NULL,  { NULL } },
	{ "auth",     "skew",       NULL,  { "skew" } },
	{ "auth",     "spn",        NULL,  { "S_PRINCIPAL_UNKNOWN", "not found in Kerberos database" } },
	{ "auth",     "suspended",  NULL,  { "suspended" } },
	{ "auth",     NULL,         NULL,  { NULL } },
	{ "denied",   NULL,         NULL,  { NULL } },
	{ "timeout",  "vssadmin",   "vss", { NULL } },
	{ "timeout",  NULL,         NULL,  { NULL } },
	{ "fault",    "wmi",        NULL,  { "0x8004100e", "0x80041010", "0x80041002", "repository" } },
	{ "fault",    NULL,         NULL,  { NULL } },
	{ "quota",    NULL,         NULL,  { NULL } },
	{ "parse",    NULL,         NULL,  { NULL } },
	{ "protocol", NULL,         NULL,  { NULL } },
	{ "aborted",  NULL,         NULL,  { NULL } },
	{ "vssadmin", NULL,         NULL,  { NULL } },
	{ "other",    NULL,         NULL,  { NULL } },
};
// clang-format on
const size_t html_cause_count = COUNT(html_causes);

static bool fits(const struct html_cause *cause, const char *kind, const char *probe, const char *message)
{
	if (strcmp(cause->kind, kind) != 0 || (cause->probe && strcmp(cause->probe, probe) != 0))
		return false;
	if (!cause->mark[0])
		return true;
	FOR_EACH(mark, cause->mark)
		if (*mark && strcasestr(message, *mark))
			return true;
	return false;
}

static const struct html_cause *classify(const char *kind, const char *probe, const char *message)
{
	FOR_EACH(cause, html_causes)
		if (fits(cause, kind, probe, message))
			return cause;
	return &html_causes[html_cause_count - 1];
}

/* vssadmin answered, or hung, and no probe failed: its outcome is what decided. */
static const char *kind_of_outcome(const char *outcome)
{
	if (!strcmp(outcome, "timeout"))
		return "timeout";
	if (!strcmp(outcome, "failed"))
		return "vssadmin";
	return !strcmp(outcome, "unreadable") || !strcmp(outcome, "empty_unverified") ? "parse" : "other";
}

static json_t *error_of(json_t *errors, const char *probe)
{
	size_t i;
	json_t *error;

	json_array_foreach(errors, i, error)
	{
		const char *of = json_string_value(json_object_get(error, "probe"));
		if (of && !strcmp(of, probe))
			return error;
	}
	return NULL;
}

static const char *text_at(json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

static bool is_unknown(json_t *record, const char *checkpoint)
{
	return !strcmp(text_at(json_object_get(record, "checkpoints"), checkpoint), "unknown");
}

/* The probe whose failure decided that the host is unknown (DOMAIN section 2); NULL if none failed: what was read is
 * not enough. */
static const char *deciding_probe(json_t *record)
{
	if (is_unknown(record, "writers"))
		return "vss";
	if (is_unknown(record, "eventsystem"))
		return "services";
	return is_unknown(record, "events") ? "events" : NULL;
}

const struct html_cause *html_cause_of(json_t *record, enum verdict verdict)
{
	json_t *errors = json_object_get(record, "errors"), *deciding = json_array_get(errors, 0);
	const char *outcome = text_at(json_object_get(record, "vss"), "outcome");

	if (!html_is_unchecked(verdict))
		return NULL;
	if (verdict == VERDICT_UNKNOWN) {
		const char *probe = deciding_probe(record);
		deciding = probe ? error_of(errors, probe) : NULL;
		if (!deciding && is_unknown(record, "writers") && *outcome)
			return classify(kind_of_outcome(outcome), "vss", "");
	}
	return classify(deciding ? text_at(deciding, "kind") : "other", text_at(deciding, "probe"),
		text_at(deciding, "message"));
}
