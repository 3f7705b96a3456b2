/* wrap: see the header. */
#include "wrap.h"

#include <gssapi/gssapi_ext.h>
#include <string.h>

#include "mechanism.h"
#include "own.h"
#include "seal.h"

enum {
	NTLM_SIGNATURE = 16,  /* bytes, in front of the data (MS-NLMP 2.2.2.9.1) */
	RC4_TOKEN = 0x60,     /* how a token of RFC 1964 begins; those of RFC 4121 begin with 05 04 */
	RC4_PADDING = '\x01', /* one byte that says that it is one byte (RFC 4757 7.3) */
	PADDING_MAX = 8,      /* of any cipher that Kerberos ever had */
};

static int refused(struct error *e, enum error_kind kind, const char *what, const struct sealing *s, OM_uint32 major,
	OM_uint32 minor)
{
	char text[MECHANISM_TEXT_ROOM];

	mechanism_status(text, major, minor, s->ntlm ? mechanism_ntlm : mechanism_kerberos);
	return error_set(e, kind, "%s: %s", what, text);
}

static int not_wrapped(struct error *e, const struct sealing *s, OM_uint32 major, OM_uint32 minor, int encrypted)
{
	if (major == GSS_S_COMPLETE && !encrypted)
		return error_set(e, ERROR_LOCAL, "the security context signs messages but does not encrypt them");
	return refused(e, ERROR_LOCAL, "a message could not be encrypted", s, major, minor);
}

/* gss_wrap() with Kerberos puts the checksum at the end, where Windows does not look for it; this layout has it rotated
 * into the header. RC4 needs one byte of padding, which Windows takes as part of the message. */
static int wrap_kerberos(const struct sealing *s, const char *plain, size_t len, struct str *body, struct error *e)
{
	OWN_VALUE(str_done) struct str data = STR(len + PADDING_MAX);
	int encrypted = 0, rc = 0;
	OM_uint32 minor, ignored;

	str_addn(&data, plain, len);
	if (str_failed(&data))
		return error_set(e, ERROR_LOCAL, "out of memory");
	gss_iov_buffer_desc iov[] = {
		{ GSS_IOV_BUFFER_TYPE_HEADER | GSS_IOV_BUFFER_FLAG_ALLOCATE, GSS_C_EMPTY_BUFFER },
		{ GSS_IOV_BUFFER_TYPE_DATA, { len, data.data } },
		{ GSS_IOV_BUFFER_TYPE_PADDING | GSS_IOV_BUFFER_FLAG_ALLOCATE, GSS_C_EMPTY_BUFFER },
	};
	OM_uint32 major = gss_wrap_iov(&minor, s->context, 1, GSS_C_QOP_DEFAULT, &encrypted, iov, COUNT(iov));
	if (major == GSS_S_COMPLETE && encrypted) {
		str_addn(&data, iov[2].buffer.value, iov[2].buffer.length);
		seal_write(body, s->protocol, iov[0].buffer.value, iov[0].buffer.length, data.data, data.len, data.len);
	} else
		rc = not_wrapped(e, s, major, minor, encrypted);
	gss_release_iov_buffer(&ignored, iov, COUNT(iov));
	return rc;
}

static int wrap_ntlm(const struct sealing *s, const char *plain, size_t len, struct str *body, struct error *e)
{
	gss_buffer_desc in = { len, (char *)plain }, out = GSS_C_EMPTY_BUFFER;
	int encrypted = 0, rc = 0;
	OM_uint32 minor, ignored;
	OM_uint32 major = gss_wrap(&minor, s->context, 1, GSS_C_QOP_DEFAULT, &in, &encrypted, &out);

	if (major == GSS_S_COMPLETE && encrypted && out.length == NTLM_SIGNATURE + len)
		seal_write(body, s->protocol, out.value, NTLM_SIGNATURE, (char *)out.value + NTLM_SIGNATURE, len, len);
	else
		rc = not_wrapped(e, s, major, minor, encrypted);
	gss_release_buffer(&ignored, &out);
	return rc;
}

int wrap_message(const struct sealing *s, const char *plain, size_t len, struct str *body, struct error *e)
{
	int rc = s->ntlm ? wrap_ntlm(s, plain, len, body, e) : wrap_kerberos(s, plain, len, body, e);

	if (rc == 0 && str_failed(body))
		return error_set(e, ERROR_LOCAL, "out of memory, or a message is too large to be encrypted");
	return rc;
}

/* Only GSS_S_COMPLETE will do: its supplements tell of a message that was replayed, lost or overtaken. */
static int check(const struct sealing *s, OM_uint32 major, OM_uint32 minor, int encrypted, struct error *e)
{
	if (major != GSS_S_COMPLETE)
		return refused(e, ERROR_PROTOCOL,
			"the server's encrypted answer is damaged, repeated or out of order, or comes from somebody "
			"else",
			s, major, minor);
	if (!encrypted)
		return error_set(e, ERROR_PROTOCOL,
			"the server signed its answer but did not encrypt it, which is not what was agreed");
	return 0;
}

/* The second, empty buffer of data keeps MIT from looking for padding, which it would demand of RC4 and which Windows
 * leaves away. Where there is a byte of it, it shows: no document ends in that character. */
static int unwrap_kerberos(
	const struct sealing *s, const struct sealed_part *part, char *to, size_t *len, struct error *e)
{
	gss_iov_buffer_desc iov[] = {
		{ GSS_IOV_BUFFER_TYPE_HEADER, { part->header_len, (char *)part->header } },
		{ GSS_IOV_BUFFER_TYPE_DATA, { part->data_len, (char *)part->data } },
		{ GSS_IOV_BUFFER_TYPE_DATA, GSS_C_EMPTY_BUFFER },
	};
	int encrypted = 0;
	OM_uint32 minor;
	const bool rc4 = *part->header == RC4_TOKEN;
	OM_uint32 major = gss_unwrap_iov(&minor, s->context, &encrypted, NULL, iov, COUNT(iov));

	if (check(s, major, minor, encrypted, e) < 0)
		return -1;
	const char *plain = iov[1].buffer.value;
	*len = iov[1].buffer.length;
	if (rc4 && *len && plain[*len - 1] == RC4_PADDING)
		(*len)--;
	memmove(to, plain, *len);
	return 0;
}

static int unwrap_ntlm(const struct sealing *s, const struct sealed_part *part, char *to, size_t *len, struct error *e)
{
	gss_buffer_desc in = { part->header_len + part->data_len, (char *)part->header }, out = GSS_C_EMPTY_BUFFER;
	int encrypted = 0;
	OM_uint32 minor, ignored;

	if (part->header_len != NTLM_SIGNATURE)
		return error_set(e, ERROR_PROTOCOL,
			"the server's encrypted answer has a signature of %zu bytes, where NTLM has %d",
			part->header_len, NTLM_SIGNATURE);
	OM_uint32 major = gss_unwrap(&minor, s->context, &in, &out, &encrypted, NULL);
	int rc = check(s, major, minor, encrypted, e);
	if (rc == 0 && out.length != part->data_len)
		rc = error_set(e, ERROR_PROTOCOL, "the server's encrypted answer changed its length");
	if (rc == 0)
		memcpy(to, out.value, *len = out.length);
	gss_release_buffer(&ignored, &out);
	return rc;
}

/* Each part shrinks when it loses its frame, so the plain text never overtakes what is still to be read. */
static int unwrap_in_place(const struct sealing *s, const char *content_type, struct str *body, struct error *e)
{
	struct sealed_part part[SEAL_PARTS_MAX];
	size_t count, len, done = 0;

	if (seal_read(content_type, s->protocol, body, part, COUNT(part), &count, e) < 0)
		return -1;
	for (size_t i = 0; i < count; i++) {
		char *to = body->data + done;
		if ((s->ntlm ? unwrap_ntlm : unwrap_kerberos)(s, &part[i], to, &len, e) < 0)
			return -1;
		done += len;
	}
	body->len = done;
	body->data[done] = '\0';
	return 0;
}

int unwrap_message(const struct sealing *s, const char *content_type, struct str *body, struct error *e)
{
	if (unwrap_in_place(s, content_type, body, e) == 0)
		return 0;
	str_clear(body);
	return -1;
}
