/* fuzz_hashes: what certutil prints of the files of a collected folder, in any language. */
#include "fuzz.h"
#include "vouched.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct str abc = { .data = (char *)"abc", .len = 3 }, abd = { .data = (char *)"abd", .len = 3 };
	const struct str hashes = { .data = (char *)data, .len = size };
	struct error e = { 0 };

	bool well = vouched(&hashes, "vssadmin.txt", &abc, &e) == 0;
	if (well != (e.kind == ERROR_NONE))
		abort();
	error_clear(&e);
	if (well && vouched(&hashes, "vssadmin.txt", &abd, &e) == 0)
		abort(); /* for other bytes too */
	return 0;
}
