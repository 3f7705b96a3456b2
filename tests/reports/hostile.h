#pragma once
/* hostile: random texts made of what breaks encoders: markup, quotes, formulas, controls, bidi, broken UTF-8. */

#include <stddef.h>

enum { HOSTILE_MAX = 96 }; /* bytes, with the final NUL */

/* The same seed gives the same texts; *seed moves on. */
const char *hostile_text(unsigned *seed, char text[HOSTILE_MAX]);
