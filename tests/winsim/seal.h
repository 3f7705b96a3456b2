#pragma once
/* seal: the multipart/encrypted framing of sealed messages, byte for byte as MS-WSMV 2.2.9.1 writes it. Knows nothing
 * of keys: a message here is a header and sealed bytes. */

#include <stdbool.h>
#include <stddef.h>

#include "str.h"

enum { SEAL_HEADER_MAX = 256, SEAL_ORIGINAL_MAX = 128, SEAL_DEVIATIONS_MAX = 8 };

/* The word behind Authorization decides it, whatever mechanism speaks inside. */
enum seal_protocol { SEAL_SPNEGO, SEAL_KERBEROS };

/* One thing that a strict writer would not do, e.g. "seal.tab". */
struct deviation {
	const char *rule, *detail;
};

struct sealed {
	enum seal_protocol protocol;
	char original[SEAL_ORIGINAL_MAX];   /* content type of what is inside: "application/soap+xml;charset=UTF-8" */
	size_t length;                      /* of the sealed bytes */
	const unsigned char *header, *data; /* inside the body that was read */
	size_t header_len;
	struct deviation deviation[SEAL_DEVIATIONS_MAX];
	size_t deviations;
};

bool seal_is_content_type(const char *content_type); /* multipart/encrypted, or its kin for CredSSP; NULL is not */

/* Takes a body apart by its lengths. false: it cannot be read at all, the last deviation says why. What Windows bears,
 * but no specification allows, is a deviation as well and true. */
bool seal_read(struct sealed *sealed, const char *content_type, const char *body, size_t len);

/* How an answer departs from the framing, as some servers do. */
enum seal_variant {
	SEAL_PLAIN_FRAMING,
	SEAL_BLANK_IN_BOUNDARY, /* "-- Encrypted Boundary": Exchange, and the example in MS-WSMV 4.5 */
	SEAL_OTHER_CASE,        /* "--encrypted boundary", "originalcontent" */
	SEAL_OPEN_END,          /* the closing boundary without its last two dashes */
	SEAL_NO_TABS,
	SEAL_LENGTH_TOO_LARGE,
	SEAL_CUT, /* ends in the middle of the sealed bytes */
};

/* The content type of a sealed message: a constant. */
const char *seal_content_type(enum seal_protocol protocol);
void seal_write(struct str *out, const struct sealed *sealed, enum seal_variant variant);
