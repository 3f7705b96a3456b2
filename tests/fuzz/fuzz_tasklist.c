/* fuzz_tasklist: the first byte chooses the code page, the rest is what `tasklist /svc /fo csv` prints. */
#include "fuzz.h"
#include "services.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const unsigned pages[] = { 0, 932, 850, 65001 };
	struct service_facts services = { 0 };
	struct eventsystem_facts eventsystem = { 0 };
	struct error e = { 0 };

	if (!size)
		return 0;
	if (services_from_tasklist((const char *)data + 1, size - 1, pages[data[0] & 3], &services, &e) < 0) {
		if (e.kind == ERROR_NONE)
			abort();
		return 0;
	}
	services_take_type((const char *)data + 1, size - 1, &services);
	eventsystem_group(&services, &eventsystem, &e);
	free(eventsystem.shared_with);
	service_facts_done(&services);
	return 0;
}
