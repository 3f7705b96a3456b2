/* fuzz_soap: a SOAP answer, as every operation reads it. */
#include "fuzz.h"
#include "reply.h"

#include <stdlib.h>
#include <string.h>

static int on_start(void *context, const struct xml_element *element, struct error *e)
{
	size_t *seen = context;
	const char *name = xml_attribute(element, "Name");
	(void)e;
	*seen += strlen(element->name) + strlen(xml_namespace(element)) + (name ? strlen(name) : 0);
	return 0;
}

static int on_end(void *context, const struct xml_element *element, const char *text, size_t len, struct error *e)
{
	(void)context;
	(void)element;
	(void)e;
	return text[len] == '\0' ? 0 : (abort(), -1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool ready;
	size_t seen = 0;
	const struct xml_reader reader = { .start = on_start, .end = on_end, .context = &seen };
	const struct str bytes = { .data = (char *)data, .len = size };
	struct error e = { 0 };

	if (!ready)
		xml_global_init();
	ready = true;
	if (reply_read(&bytes, NULL, &reader, &e) < 0 && e.kind == ERROR_NONE)
		abort();
	return 0;
}
