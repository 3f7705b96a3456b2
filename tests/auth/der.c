/* der: see the header. */
#include "cases.h"
#include "der.h"

#include <string.h>

void der_enclose(struct str *s, size_t from, int tag)
{
	const size_t len = s->len - from;
	unsigned char head[4] = { (unsigned char)tag, (unsigned char)len };
	size_t n = 2;

	if (len > 0xff) {
		head[1] = 0x82;
		head[2] = (unsigned char)(len >> 8);
		head[3] = (unsigned char)len;
		n = 4;
	} else if (len > 0x7f) {
		head[1] = 0x81;
		head[2] = (unsigned char)len;
		n = 3;
	}
	str_addn(s, head, n);
	assert_false(str_failed(s));
	memmove(s->data + from + n, s->data + from, len);
	memcpy(s->data + from, head, n);
}
