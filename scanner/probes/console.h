#pragma once
/* console: what the console programs of Windows print, as text (DOMAIN section 6). */

#include <stdint.h>

#include "str.h"

enum { CONSOLE_UTF16 = 1200, CONSOLE_UTF8 = 65001 };

/* Appends bytes as UTF-8: UTF-16 as saved files are, strict UTF-8, else the OEM page (0: unknown). Returns the code
 * page that fitted; 0 if none did, then nothing was added. A byte order mark is dropped. */
unsigned console_text(struct str *out, const char *bytes, size_t len, unsigned oem_codepage);

/* As above, for what is not judged by every byte: falls back to replacing what cannot be read. */
void console_text_lossy(struct str *out, const char *bytes, size_t len, unsigned oem_codepage);

/* The 36 digits at text into guid (37 bytes, lower case). False if there is no GUID; then guid is unchanged. */
bool guid_at(const char *text, char *guid);
/* "0x" and exactly eight hexadecimal digits at text. */
bool hresult_at(const char *text, uint32_t *hr);
