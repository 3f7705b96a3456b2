/* fuzz_seal: up to the first line feed the content type, then the body. */
#include "fuzz.h"
#include "own.h"
#include "seal.h"

#include <stdlib.h>
#include <string.h>

static void part_is_inside(const struct sealed_part *part, const struct str *body)
{
	const char *end = body->data + body->len;

	if (part->header < body->data || part->header_len > SEAL_HEADER_MAX ||
		part->data != part->header + part->header_len || part->data > end ||
		part->data_len > (size_t)(end - part->data))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *line = memchr(data, '\n', size);
	size_t len = line ? (size_t)(line - data) : size, behind = line ? len + 1 : len, count;
	OWN(own_free) char *type = strndup((const char *)data, len);
	const struct str body = { .data = (char *)data + behind, .len = size - behind };
	struct sealed_part part[8];
	struct error e = { 0 };

	if (!type)
		abort();
	if (seal_read(type, seal_spnego, &body, part, COUNT(part), &count, &e) < 0)
		return e.kind == ERROR_PROTOCOL && count == 0 ? 0 : (abort(), 0);
	for (size_t i = 0; i < count; i++)
		part_is_inside(&part[i], &body);
	return 0;
}
