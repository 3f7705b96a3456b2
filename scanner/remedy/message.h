#pragma once
/* message: sentences for an operator that are put together from parts and end up in a bounded place. */

#include <stddef.h>

#include "phrase.h"

/* Begins with separator unless s is empty. */
void message_add(struct sentence *s, const char *separator, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* Copies the text; what does not fit is cut between characters and ends in "...". */
void message_put(char *to, size_t size, const struct sentence *s);
void sentence_done(struct sentence *s);
