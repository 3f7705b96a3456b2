#pragma once
/* fault: what a SOAP fault says, in either of Windows' two shapes (PROTOCOL section 12). Numbers decide, texts are
 * shown. */

#include <stdbool.h>
#include <stdint.h>

#include "error.h"

/* Numbers of WSMan; beyond int, so no enumerators. */
#define FAULT_OPERATION_TIMED_OUT 2150858793u
#define FAULT_SHELL_GONE 2150858843u
#define FAULT_CONTEXT_INVALID 2150858779u
#define FAULT_CONTEXT_EXPIRED 2150858780u
#define FAULT_SHELLS_PER_USER 2150859173u
#define FAULT_OPERATIONS_PER_USER 2150859174u
#define FAULT_SHELL_DISABLED 2150859180u
#define FAULT_PACKET_TOO_LARGE 2150858825u
#define FAULT_FILTER 2150858778u
#define FAULT_ABORTED 995u

struct fault {
	uint32_t code;       /* outer WSManFault/@Code or error_Code; 0 if it gave none */
	uint32_t inner_code; /* of the innermost WSManFault or the HRESULT of __ExtendedStatus; 0 if none */
	char subcode[96];    /* local name of the SOAP subcode: "TimedOut", "AccessDenied" */
	char text[400];      /* the most telling text: inner message, message, reason */
};

enum error_kind fault_kind(const struct fault *fault);
/* Fills *e from it; always -1. */
int fault_to_error(const struct fault *fault, struct error *e);
