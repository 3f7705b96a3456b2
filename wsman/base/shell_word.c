/* shell_word: see the header. */
#include "shell_word.h"

#include <string.h>

void shell_word(struct str *out, const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=./:,@%";
	bool quoted = !*word || word[strspn(word, plain)];

	str_add(out, quoted ? "'" : "");
	for (const char *c = word; *c; c++)
		if (*c == '\'')
			str_add(out, "'\\''");
		else
			str_addc(out, *c);
	str_add(out, quoted ? "'" : "");
}
