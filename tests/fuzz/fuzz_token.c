/* fuzz_token: the first byte chooses the kind, the rest is the token. */
#include "fuzz.h"
#include "token.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct error e = { 0 };

	if (!size)
		return 0;
	if (token_check((enum token_kind)(data[0] % 4), data + 1, size - 1, &e) < 0 && e.kind != ERROR_PROTOCOL)
		abort();
	return 0;
}
