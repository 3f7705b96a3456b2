/* result: see the header. */
#include "result.h"

#include <stdlib.h>

void result_free(struct result *result)
{
	if (!result)
		return;
	facts_done(&result->facts);
	free(result);
}

void result_add_error(struct result *result, const char *probe, const struct error *e)
{
	result->aborted |= e->kind == ERROR_ABORTED;
	if (result->error_count < PROBE_ERRORS_MAX)
		result->errors[result->error_count++] = (struct probe_error){ probe, *e };
}

void result_add_fallback(struct result *result, const char *constant)
{
	if (result->fallback_count < PROBE_ERRORS_MAX)
		result->fallbacks[result->fallback_count++] = constant;
}
