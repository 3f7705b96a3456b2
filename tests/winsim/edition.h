#pragma once
/* edition: which Windows a host says it is. */

#include "scenario.h"

struct edition_texts {
	const char *caption, *version, *build;
	unsigned product_type; /* 1 client, 2 domain controller, 3 server */
};

const struct edition_texts *edition_of(const struct scenario *scenario);
