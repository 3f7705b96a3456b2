/* console: see the header. */
#include "console.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

unsigned console_text(struct str *out, const char *bytes, size_t len, unsigned oem_codepage)
{
	if (text_looks_utf16(bytes, len))
		return text_from_utf16(out, bytes, len) < 0 ? 0 : CONSOLE_UTF16;
	if (len >= 3 && !memcmp(bytes, "\xef\xbb\xbf", 3)) {
		bytes += 3;
		len -= 3;
	}
	if (!text_from_codepage(out, bytes, len, CONSOLE_UTF8))
		return CONSOLE_UTF8;
	if (oem_codepage && !text_from_codepage(out, bytes, len, oem_codepage))
		return oem_codepage;
	return 0;
}

void console_text_lossy(struct str *out, const char *bytes, size_t len, unsigned oem_codepage)
{
	if (!console_text(out, bytes, len, oem_codepage))
		text_sanitize(out, bytes, len);
}

bool guid_at(const char *text, char *guid)
{
	for (size_t i = 0; i < 36; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;
		if (dash ? text[i] != '-' : !isxdigit((unsigned char)text[i]))
			return false;
	}
	for (size_t i = 0; i < 36; i++)
		guid[i] = (char)tolower((unsigned char)text[i]);
	guid[36] = '\0';
	return true;
}

bool hresult_at(const char *text, uint32_t *hr)
{
	if (text[0] != '0' || (text[1] != 'x' && text[1] != 'X'))
		return false;
	size_t digits = strspn(text + 2, "0123456789abcdefABCDEF");
	if (digits != 8)
		return false;
	*hr = (uint32_t)strtoul(text + 2, NULL, 16);
	return true;
}
