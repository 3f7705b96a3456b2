#pragma once
/* catalogue: ja.po, compiled, for language_bring(). */

#include <stddef.h>

extern const unsigned char catalogue_ja[];
extern const size_t catalogue_ja_len;
