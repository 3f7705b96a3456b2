/* token: see the header. Theory of operation: a token is taken apart from the front; what a length promises must be
 * there, and nothing may be left at the end. Values are read only as far as GSSAPI will rely on them. */
#include "token.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

struct bytes {
	const unsigned char *at;
	size_t len;
};

/* ---- NTLM CHALLENGE (MS-NLMP 2.2.1.2) ---- */

enum {
	CHALLENGE_TYPE = 8, /* offsets */
	CHALLENGE_TARGET_NAME = 12,
	CHALLENGE_FLAGS = 20,
	CHALLENGE_TARGET_INFO = 40,
	CHALLENGE_VERSION = 48,
	CHALLENGE_PAYLOAD = 56, /* 48 of servers that leave the version away */

	AV_EOL = 0, /* MS-NLMP 2.2.2.1 */
	AV_NAME_LAST = 5,
	AV_FLAGS = 6,
	AV_TIMESTAMP = 7,
	AV_TARGET_NAME = 9,
	AV_CHANNEL_BINDINGS = 10,
	AV_KNOWN = 11, /* how many kinds there are */
	AV_HEADER = 4,
};

#define NEGOTIATE_VERSION 0x02000000u

/* What the server must grant (MS-NLMP 2.2.2.5). All but the last two lines are what makes a key of 128 bits that seals
 * by NTLMv2; NTLM and ALWAYS_SIGN are in every CHALLENGE by the letter of the specification. */
static const struct {
	uint32_t bit;
	const char *name;
} required[] = {
	{ 0x00000001, "UNICODE" },
	{ 0x00000010, "SIGN" },
	{ 0x00000020, "SEAL" },
	{ 0x00080000, "EXTENDED_SESSIONSECURITY" },
	{ 0x00800000, "TARGET_INFO" },
	{ 0x20000000, "128" },
	{ 0x40000000, "KEY_EXCH" },
	{ 0x00000200, "NTLM" },
	{ 0x00008000, "ALWAYS_SIGN" },
};

static uint16_t le16(const unsigned char *at)
{
	return (uint16_t)(at[0] | at[1] << 8);
}

static uint32_t le32(const unsigned char *at)
{
	return le16(at) | (uint32_t)le16(at + 2) << 16;
}

static int bad_challenge(struct error *e, const char *what)
{
	return error_set(e, ERROR_PROTOCOL, "the server's NTLM challenge %s: not accepted", what);
}

/* What a pair of length and offset points to. False if that is not inside the payload. */
static bool field(struct bytes token, size_t header, size_t at, struct bytes *value)
{
	size_t len = le16(token.at + at), offset = le32(token.at + at + 4);

	if (offset < header || offset > token.len || len > token.len - offset)
		return false;
	*value = (struct bytes){ token.at + offset, len };
	return true;
}

static bool av_length_fits(uint16_t id, size_t len)
{
	if (id <= AV_NAME_LAST || id == AV_TARGET_NAME)
		return len % 2 == 0; /* UTF-16 */
	return id == AV_FLAGS ? len == 4 : id == AV_TIMESTAMP ? len == 8 : id == AV_CHANNEL_BINDINGS ? len == 16 : true;
}

/* Each kind at most once, for a library may keep what the first one made; the end just there where it must be. */
static bool target_info_is_sound(struct bytes info)
{
	bool seen[AV_KNOWN] = { false };

	while (info.len >= AV_HEADER) {
		uint16_t id = le16(info.at);
		size_t len = le16(info.at + 2);
		if (id == AV_EOL)
			return len == 0 && info.len == AV_HEADER;
		if (len > info.len - AV_HEADER || !av_length_fits(id, len) || (id < AV_KNOWN && seen[id]))
			return false;
		if (id < AV_KNOWN)
			seen[id] = true;
		info = (struct bytes){ info.at + AV_HEADER + len, info.len - AV_HEADER - len };
	}
	return false;
}

static int check_challenge(struct bytes token, struct error *e)
{
	struct bytes name, info;

	if (token.len < CHALLENGE_VERSION || memcmp(token.at, "NTLMSSP", 8) != 0)
		return bad_challenge(e, "is none, or too short");
	if (le32(token.at + CHALLENGE_TYPE) != 2)
		return bad_challenge(e, "is an NTLM message of another type");
	uint32_t flags = le32(token.at + CHALLENGE_FLAGS);
	for (size_t i = 0; i < sizeof(required) / sizeof(required[0]); i++)
		if (!(flags & required[i].bit))
			return error_set(e, ERROR_PROTOCOL,
				"the server's NTLM challenge does not grant NTLMSSP_NEGOTIATE_%s: protection would be "
				"weaker than it must be, as when somebody between has changed it",
				required[i].name);
	size_t header = flags & NEGOTIATE_VERSION ? CHALLENGE_PAYLOAD : CHALLENGE_VERSION;
	if (!field(token, header, CHALLENGE_TARGET_NAME, &name) || !field(token, header, CHALLENGE_TARGET_INFO, &info))
		return bad_challenge(e, "points outside itself");
	if (!name.len)
		return bad_challenge(e, "names no target");
	if (name.len % 2)
		return bad_challenge(e, "names its target in half characters");
	if (!target_info_is_sound(info))
		return bad_challenge(e, "has malformed target information");
	return 0;
}

/* ---- DER ---- */

enum {
	DER_OCTETS = 0x04,
	DER_OID = 0x06,
	DER_ENUMERATED = 0x0a,
	DER_SEQUENCE = 0x30,
	DER_APPLICATION_0 = 0x60,  /* the framing of GSSAPI (RFC 2743 3.1) */
	DER_APPLICATION_15 = 0x6f, /* AP-REP */
	DER_APPLICATION_30 = 0x7e, /* KRB-ERROR */
	DER_CONTEXT_0 = 0xa0,      /* [0], [1] ... follow */
};

static bool der_length(struct bytes *rest, size_t *len)
{
	if (!rest->len)
		return false;
	size_t first = *rest->at, more = first & 0x80 ? first & 0x7f : 0;
	if (more > 2 || first == 0x80 || rest->len < 1 + more) /* no token has more than 64 KiB */
		return false;
	*len = more ? 0 : first;
	for (size_t i = 1; i <= more; i++)
		*len = *len << 8 | rest->at[i];
	*rest = (struct bytes){ rest->at + 1 + more, rest->len - 1 - more };
	return more == 0 || *len >= (more == 1 ? 0x80u : 0x100u); /* in as few bytes as can be */
}

/* Takes the element with this tag off the front of *rest. */
static bool der_take(struct bytes *rest, unsigned char tag, struct bytes *content)
{
	struct bytes behind = *rest;
	size_t len;

	if (!behind.len || *behind.at != tag)
		return false;
	behind = (struct bytes){ behind.at + 1, behind.len - 1 };
	if (!der_length(&behind, &len) || len > behind.len)
		return false;
	*content = (struct bytes){ behind.at, len };
	*rest = (struct bytes){ behind.at + len, behind.len - len };
	return true;
}

/* The element is all that there is. */
static bool der_only(struct bytes all, unsigned char tag, struct bytes *content)
{
	return der_take(&all, tag, content) && !all.len;
}

/* ---- Kerberos (RFC 4121 4.1) and SPNEGO (RFC 4178 4.2.2) ---- */

static const char krb5_oid[] = "\x2a\x86\x48\x86\xf7\x12\x01\x02\x02";
static const char microsoft_krb5_oid[] = "\x2a\x86\x48\x82\xf7\x12\x01\x02\x02"; /* a bit lost in Windows 2000 */

static bool is_oid(struct bytes b, const char *oid)
{
	return b.len == strlen(oid) && memcmp(b.at, oid, b.len) == 0;
}

static bool is_kerberos(struct bytes oid)
{
	return is_oid(oid, krb5_oid) || is_oid(oid, microsoft_krb5_oid);
}

static int bad_answer(struct error *e, const char *what)
{
	return error_set(e, ERROR_PROTOCOL, "the server's answer to the authentication %s: not accepted", what);
}

static int check_kerberos(struct bytes token, struct error *e)
{
	struct bytes framed, oid, message;

	if (!der_only(token, DER_APPLICATION_0, &framed) || !der_take(&framed, DER_OID, &oid) || !is_kerberos(oid))
		return bad_answer(e, "is no Kerberos token");
	if (framed.len < 2)
		return bad_answer(e, "is a cut Kerberos token");
	message = (struct bytes){ framed.at + 2, framed.len - 2 };
	bool reply = framed.at[0] == 2 && framed.at[1] == 0, error = framed.at[0] == 3 && framed.at[1] == 0;
	if (!reply && !error)
		return bad_answer(e, "is neither AP-REP nor KRB-ERROR");
	if (!der_only(message, reply ? DER_APPLICATION_15 : DER_APPLICATION_30, &framed))
		return bad_answer(e, "is a malformed Kerberos message");
	return 0;
}

/* [n] around an element with this tag, if it comes next. *present says whether. False if it comes malformed. */
static bool optional(struct bytes *rest, unsigned n, unsigned char tag, struct bytes *content, bool *present)
{
	struct bytes wrapped;

	*present = rest->len && *rest->at == DER_CONTEXT_0 + n;
	return !*present ||
	       (der_take(rest, (unsigned char)(DER_CONTEXT_0 + n), &wrapped) && der_only(wrapped, tag, content));
}

static int check_spnego(struct bytes token, struct error *e)
{
	struct bytes outer, rest, state, mechanism, inner, mic;
	bool has_state, has_mechanism, has_inner, has_mic;

	if (!der_only(token, DER_CONTEXT_0 + 1, &outer) || !der_only(outer, DER_SEQUENCE, &rest))
		return bad_answer(e, "is no SPNEGO token");
	if (!optional(&rest, 0, DER_ENUMERATED, &state, &has_state) ||
		!optional(&rest, 1, DER_OID, &mechanism, &has_mechanism) ||
		!optional(&rest, 2, DER_OCTETS, &inner, &has_inner) ||
		!optional(&rest, 3, DER_OCTETS, &mic, &has_mic) || rest.len)
		return bad_answer(e, "is a malformed SPNEGO token");
	if (has_state && (state.len != 1 || *state.at > 3))
		return bad_answer(e, "has a state that SPNEGO does not know");
	if (has_mechanism && !is_kerberos(mechanism))
		return bad_answer(e, "chooses a mechanism that was not offered");
	return has_inner ? check_kerberos(inner, e) : 0;
}

int token_check(enum token_kind kind, const void *token, size_t len, struct error *e)
{
	struct bytes bytes = { token, len };

	if (!len || len > TOKEN_MAX)
		return bad_answer(e, len ? "is too long" : "is empty");
	switch (kind) {
	case TOKEN_NTLM:
		return check_challenge(bytes, e);
	case TOKEN_KERBEROS:
		return check_kerberos(bytes, e);
	case TOKEN_SPNEGO_KERBEROS:
		break;
	}
	return check_spnego(bytes, e);
}

/* ---- what a checked token holds ---- */

const void *token_kerberos_error(enum token_kind kind, const void *token, size_t len, size_t *error_len)
{
	struct bytes rest = { token, len }, skipped, inner = rest;
	bool has = true;

	if (kind == TOKEN_SPNEGO_KERBEROS)
		has = der_only(rest, DER_CONTEXT_0 + 1, &rest) && der_only(rest, DER_SEQUENCE, &rest) &&
		      optional(&rest, 0, DER_ENUMERATED, &skipped, &has) &&
		      optional(&rest, 1, DER_OID, &skipped, &has) && optional(&rest, 2, DER_OCTETS, &inner, &has) &&
		      has;
	if (!has || !der_only(inner, DER_APPLICATION_0, &rest) || !der_take(&rest, DER_OID, &skipped) || rest.len < 2 ||
		rest.at[0] != 3)
		return NULL;
	*error_len = rest.len - 2;
	return rest.at + 2;
}
