/* hostile: see the header. */
#include "hostile.h"

#include <stdlib.h>
#include <string.h>

#include "own.h"

const char *hostile_text(unsigned *seed, char text[HOSTILE_MAX])
{
	static const char *const pieces[] = { "<", ">", "&", "\"", "'", "=", "+", "-", "@", "\t", "\r", "\n", "\r\n",
		";", ",", "\\", "\\u202e", "</script>", "<!--", "]]>", "&amp;", "=1+1", "\x1b[31m", "\x01", "\x7f",
		"\xc2\x85", "\xc2\x9b", "\xe2\x80\xae", "\xe2\x81\xa6", "\xe2\x80\xa8", "\xe2\x80\xa9", "\xef\xbc\x9d",
		"\xef\xbb\xbf", "ライター", "髙﨑①", "\xf0\x9f\x92\xbe", "\xed\xa0\x80", "\xc0\xaf", "\xf4\x90\x80\x80",
		"\xe3\x83", "\x80", "\xff", "\xef\xbf\xbe", "System Writer", "x", " " };
	size_t len = 0;
	size_t count = (size_t)rand_r(seed) % 10;

	for (size_t i = 0; i < count; i++) {
		char byte[2] = { (char)(1 + rand_r(seed) % 255), '\0' };
		const char *piece = rand_r(seed) % 4 ? pieces[(size_t)rand_r(seed) % COUNT(pieces)] : byte;
		if (len + strlen(piece) >= HOSTILE_MAX)
			break;
		memcpy(text + len, piece, strlen(piece));
		len += strlen(piece);
	}
	text[len] = '\0';
	return text;
}
