#pragma once
/* vsstext: the marks of structure in a line of vssadmin, in any language and typography: colons, brackets, quotes and
 * blanks also as full-width, curly and no-break characters. Texts are NUL-terminated UTF-8, spans lie inside them. */

#include <stdbool.h>
#include <stddef.h>

struct span {
	const char *at;
	size_t len;
};

struct span span_trim(struct span s);                        /* blanks and marks of direction off both ends */
bool span_after_colon(struct span line, struct span *value); /* what follows the first colon, trimmed; a label must
								precede it */
bool span_unquote(struct span value, struct span *inner);    /* between a first and a last quote */
bool span_guid(struct span value, char *guid);               /* {GUID} and nothing else; guid as by guid_at() */
bool span_state(struct span value, int *state, struct span *word); /* [n] word */
bool span_hresult(struct span line);                               /* a 0x######## stands somewhere in it */
bool span_structured(struct span value);                           /* begins with a quote, a brace or a bracket */

bool span_is_banner(struct span line);
bool span_is_copyright(struct span line);
bool span_is_known_preamble(struct span line);
