/* ntlm: see ntlm.h. */

#include "ntlm.h"

#include <string.h>
#include <sys/random.h>

#include "own.h"

enum {
	SIGNATURE_LEN = 8,
	CHALLENGE_LEN = 56,    /* of a CHALLENGE before its payload */
	AUTHENTICATE_LEN = 64, /* of an AUTHENTICATE before VERSION and MIC */
	RESPONSE_FIELDS = 20,  /* NtChallengeResponseFields in an AUTHENTICATE */
	RESPONSE_PAIRS = 44,   /* AV pairs in an NTLMv2 response: behind proof, times and client challenge */
	AV_END = 0,
	AV_COMPUTER = 1,
	AV_DOMAIN = 2,
	AV_CHANNEL = 10,
	CHANNEL_LEN = 16,
};

static unsigned le16(const unsigned char *p)
{
	return p[0] | (unsigned)p[1] << 8;
}

static void add_le(struct str *out, uint64_t value, size_t bytes)
{
	for (; bytes; bytes--, value >>= 8)
		str_addc(out, (char)(value & 0xff));
}

const unsigned char *ntlm_find(const void *token, size_t len, enum ntlm_type type, size_t *left)
{
	unsigned char start[] = { 'N', 'T', 'L', 'M', 'S', 'S', 'P', '\0', (unsigned char)type, 0, 0, 0 };
	const unsigned char *at = memmem(token, len, start, sizeof(start));

	*left = at ? len - (size_t)(at - (const unsigned char *)token) : 0;
	return at;
}

static bool all_zero(const unsigned char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (bytes[i])
			return false;
	return true;
}

bool ntlm_names_channel(const unsigned char *message, size_t len)
{
	size_t at, end;

	if (len < AUTHENTICATE_LEN)
		return false;
	at = le16(message + RESPONSE_FIELDS + 4) | (size_t)le16(message + RESPONSE_FIELDS + 6) << 16;
	end = at + le16(message + RESPONSE_FIELDS);
	if (end > len)
		return false;
	for (at += RESPONSE_PAIRS; at + 4 <= end; at += 4 + le16(message + at + 2)) {
		unsigned id = le16(message + at), size = le16(message + at + 2);
		if (id == AV_END || at + 4 + size > end)
			return false;
		if (id == AV_CHANNEL)
			return size == CHANNEL_LEN && !all_zero(message + at + 4, size);
	}
	return false;
}

static void add_utf16(struct str *out, const char *ascii)
{
	for (; *ascii; ascii++)
		add_le(out, (unsigned char)*ascii, 2);
}

static void add_pair(struct str *out, unsigned id, const char *ascii)
{
	add_le(out, id, 2);
	add_le(out, 2 * strlen(ascii), 2);
	add_utf16(out, ascii);
}

static void add_fields(struct str *out, size_t len, size_t offset)
{
	add_le(out, len, 2);
	add_le(out, len, 2);
	add_le(out, offset, 4);
}

void ntlm_add_challenge(struct str *out, uint32_t flags, const char *target)
{
	OWN_VALUE(str_done) struct str pairs = { 0 };
	unsigned char challenge[8];

	if (getrandom(challenge, sizeof(challenge), 0) != (ssize_t)sizeof(challenge))
		return;
	add_pair(&pairs, AV_DOMAIN, "WINSIM");
	add_pair(&pairs, AV_COMPUTER, "WINSIM");
	add_pair(&pairs, AV_END, "");
	str_addn(out, "NTLMSSP", SIGNATURE_LEN);
	add_le(out, NTLM_CHALLENGE, 4);
	add_fields(out, 2 * strlen(target), CHALLENGE_LEN);
	add_le(out, flags, 4);
	str_addn(out, challenge, sizeof(challenge));
	add_le(out, 0, 8);
	add_fields(out, pairs.len, CHALLENGE_LEN + 2 * strlen(target));
	str_addn(out, "\x0a\0\x63\x45\0\0\0\x0f", 8); /* 10.0.17763, NTLM revision 15 */
	add_utf16(out, target);
	str_addn(out, pairs.data, pairs.len);
}

static void add_der(struct str *out, unsigned char tag, const struct str *content)
{
	str_addc(out, (char)tag);
	if (content->len >= 0x80)
		str_addc(out, (char)(content->len >= 0x100 ? 0x82 : 0x81));
	if (content->len >= 0x100)
		str_addc(out, (char)(content->len >> 8));
	str_addc(out, (char)(content->len & 0xff));
	str_addn(out, str_text(content), content->len);
}

void ntlm_add_spnego(struct str *out, const struct str *token)
{
	static const char accept_incomplete[] = "\xa0\x03\x0a\x01\x01";
	static const char supported_ntlm[] = "\xa1\x0c\x06\x0a\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x0a";
	OWN_VALUE(str_done) struct str octets = { 0 }, fields = { 0 }, sequence = { 0 };

	add_der(&octets, 0x04, token);
	str_addn(&fields, accept_incomplete, sizeof(accept_incomplete) - 1);
	str_addn(&fields, supported_ntlm, sizeof(supported_ntlm) - 1);
	add_der(&fields, 0xa2, &octets);
	add_der(&sequence, 0x30, &fields);
	add_der(out, 0xa1, &sequence);
}
