#pragma once
/* vssadmin: reads `vssadmin list writers` by its structure, in any language (DOMAIN sections 3-9). */

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

/* Fills *vss (the caller's, vss_facts_done()). Never fails: what cannot be read is an outcome. */
void vssadmin_read(const struct vssadmin_output *output, struct vss_facts *vss);
