#pragma once
/* number: an unsigned 32-bit number as Windows writes it in XML. */

#include <stdbool.h>
#include <stdint.h>

/* Decimal, or hexadecimal behind "0x". False if there is anything else or it does not fit; *value is set on success. */
bool number_read(const char *text, uint32_t *value);
