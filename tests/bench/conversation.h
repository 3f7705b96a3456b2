#pragma once
/* conversation: asks one host what the lesson says, by a bare libcurl handle, and passes each answer once through
 * libxml2's SAX2 push parser, whose handlers count and pick up what the next request must repeat. */

#include <openssl/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LESSON_MAX = 32, NAME_ROOM = 256, ADDRESS_ROOM = 64 };

struct lesson {
	char *request[LESSON_MAX]; /* in the order in which they are sent */
	size_t count;
};

struct target {
	char name[NAME_ROOM], address[ADDRESS_ROOM]; /* address "": what name resolves to */
	bool tls;
	uint16_t port;
};

struct conversation_access {
	X509_STORE *store;   /* shared by all connections */
	char *authorization; /* header line */
	unsigned legs;       /* requests that ask for no more than 401, as those with a token of an authentication */
	X509 *certificate;   /* NULL: shows none */
	EVP_PKEY *key;
};

struct conversation_tally {
	uint64_t requests, bytes_in, bytes_out; /* bodies and headers, as libcurl counts them */
	uint64_t messages, sent, received;      /* of the lesson, bodies only */
	uint64_t elements, characters;          /* of the answers */
};

/* Adds to *tally. False if an answer was not what the next request needs; then the host is left as it is. */
bool conversation_hold(const struct lesson *lesson, const struct target *target,
	const struct conversation_access *access, struct conversation_tally *tally);
