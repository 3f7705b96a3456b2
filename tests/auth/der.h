#pragma once
/* der: writes DER inside out: first the content, then der_enclose() puts tag and length in front of it. */

#include "str.h"

void der_enclose(struct str *s, size_t from, int tag);
