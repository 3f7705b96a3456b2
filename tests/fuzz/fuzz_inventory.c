/* fuzz_inventory: a list of hosts in both formats, and its first line as a target. */
#include "formats.h"
#include "fuzz.h"
#include "inventory.h"

#include <stdlib.h>
#include <string.h>

enum { LIST_MAX = 4096 }; /* bytes; ranges make much of little */

static void read_list(const uint8_t *data, size_t size, int (*read)(struct hosts *, struct source *, struct error *))
{
	struct source source = { .at = { "fuzz", 0 } };
	struct hosts hosts = { 0 };
	struct error e = { 0 };

	str_addn(&source.text, data, size);
	source_rewind(&source);
	if (read(&hosts, &source, &e) < 0 && e.kind == ERROR_NONE)
		abort();
	hosts_done(&hosts);
	source_done(&source);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct hosts hosts = { 0 };
	struct error e = { 0 };

	if (size > LIST_MAX)
		return 0;
	read_list(data, size, plain_list_read);
	read_list(data, size, ansible_ini_read);
	OWN(own_free) char *target = strndup((const char *)data, size);
	if (!target)
		abort();
	target[strcspn(target, "\n")] = '\0';
	inventory_add_target(&hosts, target, &e);
	hosts_done(&hosts);
	return 0;
}
