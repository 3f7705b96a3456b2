/* crypt: see crypt.h. */

#include "crypt.h"

#include <stdio.h>
#include <string.h>

#include <gssapi/gssapi_ext.h>

#include "journal.h"
#include "own.h"

enum {
	NTLM_SIGNATURE = 16,
	RC4_ENCTYPE = 23,
	RC4_PAD = 1,
	CFX_SENT_BY_ACCEPTOR = 1,
	CFX_SEALED = 2,
	PLAIN_MAX = 64 << 20
};

/* RFC 4121 tokens as gss_wrap_iov() lays them out: all that is not data stands in front, so RRC is what would follow.
 */
static const struct layout {
	int enctype;
	size_t header, rotated;
} layouts[] = {
	{ 17, 60, 28 }, /* aes128-cts-hmac-sha1-96 */
	{ 18, 60, 28 }, /* aes256-cts-hmac-sha1-96 */
	{ 19, 64, 32 }, /* aes128-cts-hmac-sha256-128 */
	{ 20, 72, 40 }, /* aes256-cts-hmac-sha384-192 */
};

static void check_cfx(const struct auth *auth, const struct sealed *m, const char *host)
{
	const struct layout *layout = NULL;
	const unsigned char *h = m->header;

	FOR_EACH(l, layouts)
		if (l->enctype == auth->enctype)
			layout = l;
	if (!layout || m->header_len != layout->header) {
		journal_violation(host, "seal.header", "%zu bytes for enctype %d", m->header_len, auth->enctype);
		return;
	}
	if (h[0] != 5 || h[1] != 4 || h[3] != 0xff)
		journal_violation(host, "seal.token", "no Wrap token: %02x%02x, filler %02x", h[0], h[1], h[3]);
	if ((h[2] & CFX_SENT_BY_ACCEPTOR) || !(h[2] & CFX_SEALED))
		journal_violation(host, "seal.flags", "%02x: not sealed by an initiator", h[2]);
	if (h[4] || h[5])
		journal_violation(host, "seal.ec", "extra count %u", (unsigned)h[4] << 8 | h[5]);
	if (h[6] || h[7] != layout->rotated)
		journal_violation(host, "seal.rrc", "right rotation count %u", (unsigned)h[6] << 8 | h[7]);
}

/* RFC 1964 1.2.2 with RFC 4757: 0x60, a DER length of 1 to 4 bytes that counts the data too, the OID, the token. So the
 * header of a short message has 45 bytes, that of a usual one 47. */
static void check_rc4(const struct sealed *m, const char *host)
{
	enum { OID_LEN = 11, TOKEN_LEN = 32 };
	const unsigned char *h = m->header;
	size_t inside = OID_LEN + TOKEN_LEN + m->length;
	size_t length_bytes = inside < 128 ? 1 : inside < 256 ? 2 : inside < 65536 ? 3 : 4;
	const unsigned char *token = h + 1 + length_bytes + OID_LEN;

	if (m->header_len != 1 + length_bytes + OID_LEN + TOKEN_LEN) {
		journal_violation(host, "seal.header", "%zu bytes for rc4-hmac", m->header_len);
		return;
	}
	if (h[0] != 0x60 || token[0] != 2 || token[1] != 1 || token[2] != 0x11 || token[4] != 0x10)
		journal_violation(
			host, "seal.token", "no Wrap token of rc4-hmac: %02x %02x%02x", h[0], token[0], token[1]);
}

static void check_ntlm(struct auth *auth, const struct sealed *m, const char *host)
{
	const unsigned char *h = m->header, *last = h + NTLM_SIGNATURE - 4;
	uint32_t sequence;

	if (m->header_len != NTLM_SIGNATURE) {
		journal_violation(host, "seal.header", "%zu bytes for NTLM", m->header_len);
		return;
	}
	sequence = last[0] | (uint32_t)last[1] << 8 | (uint32_t)last[2] << 16 | (uint32_t)last[3] << 24;
	if (memcmp(h, "\x01\0\0\0", 4) != 0)
		journal_violation(host, "seal.token", "signature version %02x%02x%02x%02x", h[0], h[1], h[2], h[3]);
	if (sequence != auth->sequence)
		journal_violation(host, "seal.sequence", "%u instead of %u", sequence, auth->sequence);
	auth->sequence = sequence + 1;
}

static bool open_ntlm(struct auth *auth, const struct sealed *m, struct str *plain)
{
	OWN_VALUE(str_done) struct str joined = STR(PLAIN_MAX);
	gss_buffer_desc in, out = GSS_C_EMPTY_BUFFER;
	OM_uint32 major, minor;

	str_addn(&joined, m->header, m->header_len);
	str_addn(&joined, m->data, m->length);
	in = (gss_buffer_desc){ joined.len, joined.data };
	major = gss_unwrap(&minor, auth->context, &in, &out, NULL, NULL);
	if (major == GSS_S_COMPLETE) /* else gss-ntlmssp leaves a length without bytes */
		str_addn(plain, out.value, out.length);
	gss_release_buffer(&minor, &out);
	return major == GSS_S_COMPLETE;
}

/* The empty second data buffer keeps MIT from stripping what it takes for a pad. */
static bool open_kerberos(struct auth *auth, const struct sealed *m, const char *host, struct str *plain)
{
	unsigned char header[SEAL_HEADER_MAX];
	gss_iov_buffer_desc iov[] = {
		{ GSS_IOV_BUFFER_TYPE_HEADER, { m->header_len, header } },
		{ GSS_IOV_BUFFER_TYPE_DATA, { m->length, NULL } },
		{ GSS_IOV_BUFFER_TYPE_DATA, { 0, NULL } },
	};
	OM_uint32 major, minor;
	int sealed = 0;

	memcpy(header, m->header, m->header_len);
	str_addn(plain, m->data, m->length);
	iov[1].buffer.value = plain->data;
	major = gss_unwrap_iov(&minor, auth->context, &sealed, NULL, iov, COUNT(iov));
	if (GSS_ERROR(major) || !sealed)
		return false;
	if (major != GSS_S_COMPLETE)
		journal_violation(host, "seal.sequence", "lost, repeated or late: %x", major);
	if (auth->enctype == RC4_ENCTYPE) {
		if (plain->len < RC4_PAD || plain->data[plain->len - 1] != RC4_PAD)
			journal_violation(host, "seal.pad", "no pad byte behind the data, or not counted in Length");
		else
			plain->data[--plain->len] = '\0';
	}
	return true;
}

bool crypt_open(struct auth *auth, const struct sealed *m, const char *host, struct str *plain)
{
	bool opened;

	str_reserve(plain, m->length + 1);
	if (auth->mechanism == MECHANISM_NTLM) {
		check_ntlm(auth, m, host);
		opened = m->header_len == NTLM_SIGNATURE && open_ntlm(auth, m, plain);
	} else {
		if (auth->enctype == RC4_ENCTYPE)
			check_rc4(m, host);
		else
			check_cfx(auth, m, host);
		opened = open_kerberos(auth, m, host, plain);
	}
	if (!opened)
		journal_violation(host, "seal.signature", "%zu bytes cannot be unsealed", m->length);
	return opened && !str_failed(plain);
}

static bool close_ntlm(struct auth *auth, const struct str *plain, struct str *header, struct str *data)
{
	gss_buffer_desc in = { plain->len, plain->data }, out = GSS_C_EMPTY_BUFFER;
	OM_uint32 major, minor;
	int sealed = 0;

	major = gss_wrap(&minor, auth->context, 1, GSS_C_QOP_DEFAULT, &in, &sealed, &out);
	if (major == GSS_S_COMPLETE && sealed && out.length == NTLM_SIGNATURE + plain->len) {
		str_addn(header, out.value, NTLM_SIGNATURE);
		str_addn(data, (char *)out.value + NTLM_SIGNATURE, plain->len);
	}
	gss_release_buffer(&minor, &out);
	return header->len != 0;
}

static bool close_kerberos(struct auth *auth, const struct str *plain, struct str *header, struct str *data)
{
	gss_iov_buffer_desc iov[] = {
		{ GSS_IOV_BUFFER_TYPE_HEADER | GSS_IOV_BUFFER_FLAG_ALLOCATE, { 0, NULL } },
		{ GSS_IOV_BUFFER_TYPE_DATA, { plain->len, NULL } },
		{ GSS_IOV_BUFFER_TYPE_PADDING | GSS_IOV_BUFFER_FLAG_ALLOCATE, { 0, NULL } },
	};
	OM_uint32 major, minor;
	int sealed = 0;

	str_addn(data, plain->data, plain->len);
	iov[1].buffer.value = data->data;
	major = gss_wrap_iov(&minor, auth->context, 1, GSS_C_QOP_DEFAULT, &sealed, iov, COUNT(iov));
	if (major == GSS_S_COMPLETE && sealed) {
		str_addn(header, iov[0].buffer.value, iov[0].buffer.length);
		str_addn(data, iov[2].buffer.value, iov[2].buffer.length);
	}
	gss_release_iov_buffer(&minor, iov, COUNT(iov));
	return header->len != 0;
}

bool crypt_close(struct auth *auth, const struct str *plain, struct str *header, struct str *data)
{
	str_reserve(data, plain->len + 16);
	if (auth->mechanism == MECHANISM_NTLM ? !close_ntlm(auth, plain, header, data)
					      : !close_kerberos(auth, plain, header, data))
		return false;
	return !str_failed(data) && header->len <= SEAL_HEADER_MAX;
}
