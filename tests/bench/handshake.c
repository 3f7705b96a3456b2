/* handshake: what Kerberos and NTLM cost by themselves: security contexts made and messages wrapped and unwrapped by
 * bare GSSAPI, with nothing around them. Both ends live in this process; only ours is counted, and only the processor.
 * Usage: handshake spnego|kerberos|ntlm CONTEXTS MESSAGES SENT-BYTES RECEIVED-BYTES. Prints one line of JSON, with the
 * milliseconds for each context: of making it, and of as many messages of these sizes in each direction. */
#include "contexts.h"
#include "mechanism.h"

#include <gssapi/gssapi_ext.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MESSAGES_MAX = 64, IOV = 3, ROOM = 64 }; /* ROOM: for what a mechanism adds to a message */

struct message {
	gss_iov_buffer_desc iov[IOV]; /* header, data, padding: as our program has Kerberos written (wrap.h) */
	char *data;
};

struct bench {
	struct ends ends;
	bool ntlm;
	size_t messages, sent, received;
	struct message message[MESSAGES_MAX];
	gss_buffer_desc sealed[MESSAGES_MAX]; /* NTLM's */
	char *plain;
	double handshake_s, messages_s;
};

static double processor_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void must(OM_uint32 major, const char *what)
{
	if (major == GSS_S_COMPLETE)
		return;
	fprintf(stderr, "handshake: %s fails: %#x\n", what, major);
	exit(1);
}

/* ---- the context ---- */

static void connect_ends(struct bench *b)
{
	gss_buffer_desc out = GSS_C_EMPTY_BUFFER, in = GSS_C_EMPTY_BUFFER;
	OM_uint32 ours = GSS_S_CONTINUE_NEEDED, ignored;
	bool first = true;

	while (first || in.length) {
		double begin_s = processor_s();
		ours = ends_ours(&b->ends, first ? GSS_C_NO_BUFFER : &in, &out);
		b->handshake_s += processor_s() - begin_s;
		gss_release_buffer(&ignored, &in);
		if (out.length && GSS_ERROR(ends_theirs(&b->ends, &out, &in)))
			must(GSS_S_FAILURE, "the server's end");
		gss_release_buffer(&ignored, &out);
		first = false;
	}
	must(ours, "our end");
}

static void disconnect(struct bench *b)
{
	double begin_s = processor_s();
	OM_uint32 minor;

	gss_delete_sec_context(&minor, &b->ends.client, GSS_C_NO_BUFFER);
	b->handshake_s += processor_s() - begin_s;
	ends_restart(&b->ends);
}

/* ---- its messages ---- */

static void wrap(struct bench *b, gss_ctx_id_t context, size_t i, size_t len)
{
	struct message *m = &b->message[i];
	OM_uint32 minor;

	if (b->ntlm) {
		gss_buffer_desc plain = { len, b->plain };
		must(gss_wrap(&minor, context, 1, GSS_C_QOP_DEFAULT, &plain, NULL, &b->sealed[i]), "gss_wrap");
		return;
	}
	memcpy(m->data, b->plain, len);
	m->iov[0] = (gss_iov_buffer_desc){ GSS_IOV_BUFFER_TYPE_HEADER | GSS_IOV_BUFFER_FLAG_ALLOCATE, { 0, NULL } };
	m->iov[1] = (gss_iov_buffer_desc){ GSS_IOV_BUFFER_TYPE_DATA, { len, m->data } };
	m->iov[2] = (gss_iov_buffer_desc){ GSS_IOV_BUFFER_TYPE_PADDING | GSS_IOV_BUFFER_FLAG_ALLOCATE, { 0, NULL } };
	must(gss_wrap_iov(&minor, context, 1, GSS_C_QOP_DEFAULT, NULL, m->iov, IOV), "gss_wrap_iov");
}

static void unwrap(struct bench *b, gss_ctx_id_t context, size_t i)
{
	struct message *m = &b->message[i];
	gss_buffer_desc plain = GSS_C_EMPTY_BUFFER;
	OM_uint32 minor;

	if (!b->ntlm) {
		must(gss_unwrap_iov(&minor, context, NULL, NULL, m->iov, IOV), "gss_unwrap_iov");
		return;
	}
	must(gss_unwrap(&minor, context, &b->sealed[i], &plain, NULL, NULL), "gss_unwrap");
	gss_release_buffer(&minor, &plain);
}

static void let_go(struct bench *b, size_t i)
{
	OM_uint32 minor;

	if (b->ntlm)
		gss_release_buffer(&minor, &b->sealed[i]);
	else
		gss_release_iov_buffer(&minor, b->message[i].iov, IOV);
}

static void converse(struct bench *b)
{
	double begin_s = processor_s();

	for (size_t i = 0; i < b->messages; i++) {
		wrap(b, b->ends.client, i, b->sent);
		let_go(b, i);
	}
	b->messages_s += processor_s() - begin_s;
	for (size_t i = 0; i < b->messages; i++)
		wrap(b, b->ends.server, i, b->received);
	begin_s = processor_s();
	for (size_t i = 0; i < b->messages; i++)
		unwrap(b, b->ends.client, i);
	b->messages_s += processor_s() - begin_s;
	for (size_t i = 0; i < b->messages; i++)
		let_go(b, i);
}

/* ---- the whole ---- */

/* The acceptor's credential of contexts.h is Kerberos' own; SPNEGO wants one that it can look into. */
static void use_spnego(struct ends *ends)
{
	char name[256];
	gss_OID_set_desc only = { 1, mechanism_spnego };
	gss_key_value_element_desc place = { "keytab", name };
	gss_key_value_set_desc store = { 1, &place };
	OM_uint32 minor;

	ends->mechanism = mechanism_spnego;
	gss_release_cred(&minor, &ends->theirs);
	if (krb5_kt_get_name(ends->krb5, ends->keytab, name, sizeof(name)) != 0)
		must(GSS_S_FAILURE, "krb5_kt_get_name");
	must(gss_acquire_cred_from(&minor, GSS_C_NO_NAME, 0, &only, GSS_C_ACCEPT, &store, &ends->theirs, NULL, NULL),
		"gss_acquire_cred_from");
}

static bool set_up(struct bench *b, const char *kind)
{
	size_t room = (b->sent > b->received ? b->sent : b->received) + ROOM;

	b->ntlm = !strcmp(kind, "ntlm");
	if (!b->ntlm && strcmp(kind, "kerberos") != 0 && strcmp(kind, "spnego") != 0)
		return false;
	b->plain = calloc(1, room);
	for (size_t i = 0; i < b->messages; i++)
		if (!(b->message[i].data = malloc(room)))
			return false;
	contexts_init();
	if (b->ntlm)
		ends_ntlm(&b->ends);
	else
		ends_kerberos(&b->ends, ENCTYPE_AES256_CTS_HMAC_SHA1_96);
	if (!strcmp(kind, "spnego"))
		use_spnego(&b->ends);
	return b->plain != NULL;
}

static void tear_down(struct bench *b)
{
	ends_done(&b->ends);
	for (size_t i = 0; i < b->messages; i++)
		free(b->message[i].data);
	free(b->plain);
}

int main(int argc, char **argv)
{
	static struct bench b;
	unsigned long number[4] = { 0 };

	for (int i = 2; i < argc && argc == 6; i++)
		number[i - 2] = strtoul(argv[i], NULL, 10);
	b.messages = number[1];
	b.sent = number[2];
	b.received = number[3];
	if (!number[0] || b.messages > MESSAGES_MAX || !set_up(&b, argv[1])) {
		fprintf(stderr, "usage: handshake spnego|kerberos|ntlm CONTEXTS MESSAGES SENT-BYTES RECEIVED-BYTES\n");
		return 2;
	}
	for (unsigned long i = 0; i < number[0]; i++) {
		connect_ends(&b);
		converse(&b);
		disconnect(&b);
	}
	printf("{\"handshake_ms\": %.4f, \"messages_ms\": %.4f}\n", b.handshake_s / (double)number[0] * 1000,
		b.messages_s / (double)number[0] * 1000);
	tear_down(&b);
	return 0;
}
