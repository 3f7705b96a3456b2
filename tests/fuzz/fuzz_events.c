/* fuzz_events: what wevtutil prints. */
#include "evxml.h"
#include "facts.h"
#include "fuzz.h"
#include "xml.h"

#include <stdlib.h>

static int on_event(void *context, const struct event_record *record, struct error *e)
{
	(void)context;
	(void)e;
	return record->text.len <= EVENT_TEXT_MAX && record->time >= UNSEEN ? 0 : (abort(), -1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool ready;
	struct error e = { 0 };

	if (!ready)
		xml_global_init();
	ready = true;
	if (evxml_read((const char *)data, size, on_event, NULL, &e) < 0 && e.kind == ERROR_NONE)
		abort();
	return 0;
}
