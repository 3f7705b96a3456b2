#pragma once
/* fuzz: what every target defines. It reads bytes as from a hostile host, and returns 0 if nothing went wrong. Built
 * with libFuzzer by the script run; otherwise replay.c feeds it the committed corpus. */

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
