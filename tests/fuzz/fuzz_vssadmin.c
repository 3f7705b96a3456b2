/* fuzz_vssadmin: the first byte says how the command ended and what its code page is, the rest is what it printed. */
#include "fuzz.h"
#include "own.h"
#include "vssadmin.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const unsigned pages[] = { 0, 932, 850, 65001 };
	static const int codes[] = { 0, UNSEEN, 2, 1 };
	struct vss_facts vss = { 0 };

	if (!size)
		return 0;
	const struct vssadmin_output output = {
		.bytes = (const char *)data + 1,
		.len = size - 1,
		.exit_code = codes[data[0] >> 2 & 3],
		.done = !(data[0] & 0x10),
		.timed_out = data[0] & 0x20,
		.oem_codepage = pages[data[0] & 3],
	};
	vssadmin_read(&output, &vss);
	if (vss.outcome == VSS_EMPTY && ((output.exit_code != 0 && output.exit_code != UNSEEN) || !output.done))
		abort(); /* only a whole output of a command that succeeded proves that there are none */
	vss_facts_done(&vss);
	return 0;
}
