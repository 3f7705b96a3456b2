#pragma once
/* suggest: what was probably meant by a mistyped word. */

#include <stddef.h>

/* The nearest of names, or NULL if none is near. */
const char *suggest(const char *word, const char *const *names, size_t count);
