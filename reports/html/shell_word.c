/* shell_word: see the header. */
#include "shell_word.h"

#include <string.h>

void shell_word(struct str *out, const char *word)
{
	bool simple = word[strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._:-")] == '\0';

	str_add(out, simple ? "" : "'");
	for (const char *c = word; *c; c++)
		if (*c == '\'')
			str_add(out, "'\\''");
		else
			str_addc(out, *c);
	str_add(out, simple ? "" : "'");
}
