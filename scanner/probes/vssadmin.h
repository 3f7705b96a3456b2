#pragma once
/* vssadmin: reads `vssadmin list writers` by its structure, in any language (DOMAIN sections 3-9). */

#include <limits.h>

#include "facts.h"

struct vssadmin_output {
	const char *bytes; /* stdout as the host sent it */
	size_t len;
	int exit_code; /* UNSEEN if unknown (a saved file): then the text alone must prove it */
	bool done;     /* the command ended by itself; false: cut */
	bool timed_out;
	unsigned oem_codepage; /* to try when it is not UTF-8 (or UTF-16 with a BOM); 0: unknown, then 932, 437 are
				  tried in turn and only structure that all of them show alike is trusted */
};

/* What a process ended with, as our number: 0xffffffff (killed by a watchdog) is a failure, and not UNSEEN. */
static inline int exit_code_of(uint32_t code)
{
	return code == UINT32_MAX ? INT_MIN : (int)code;
}

/* Fills *vss (the caller's, vss_facts_done()). Never fails: what cannot be read is an outcome. */
void vssadmin_read(const struct vssadmin_output *output, struct vss_facts *vss);
/* A saved file that nobody vouches for: a list may lack writers, and an empty one all of them. */
void vssadmin_read_unproved(const char *bytes, size_t len, unsigned oem_codepage, struct vss_facts *vss);
