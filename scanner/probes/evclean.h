#pragma once
/* evclean: what a program logged must not void the records of all others: the text of event records without what XML
 * forbids. */

#include <stddef.h>

#include "str.h"

/* Appends the records, inside a root element of our own, as UTF-8 that can be read as XML if nothing else is wrong.
 * bytes: UTF-16LE or UTF-8, as wevtutil prints. -1: they are too large, or memory ran out. */
int evclean(struct str *out, const char *bytes, size_t len);
