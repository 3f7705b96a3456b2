#pragma once
/* lists: what the tests of this folder share: inventories as text, in and out. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "host.h"
#include "inventory.h"
#include "str.h"

/* Group fixtures: the tests run in an empty directory of their own. */
int lists_begin(void **state);
int lists_end(void **state);

void file_write(const char *name, const char *bytes, size_t len, unsigned mode);

/* Writes text to hosts.ini in the test's directory and reads it as an inventory. */
int list_read(struct hosts *hosts, const char *text, struct error *e);

/* One line a host: its name and what is set: "a 10.0.0.1 port=5986 user=x {g1,g2}\n". */
void list_describe(struct str *out, const struct hosts *hosts);

/* Fails with about and both texts unless the list is described by expect. */
void list_expect(const char *about, const struct hosts *hosts, const char *expect);
