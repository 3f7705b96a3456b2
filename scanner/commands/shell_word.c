/* shell_word: see the header. */
#include "shell_word.h"
#include "escape.h"
#include "own.h"

#include <string.h>

void print_shell_word(const char *word, FILE *talk)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=./:,@%";
	OWN_VALUE(str_done) struct str safe = { 0 };

	escape_terminal(&safe, word);
	if (*word && strspn(word, plain) == strlen(word)) {
		fprintf(talk, " %s", word);
		return;
	}
	fputs(" '", talk);
	for (const char *c = str_text(&safe); *c; c++)
		fputs(*c == '\'' ? "'\\''" : (const char[]){ *c, '\0' }, talk);
	putc('\'', talk);
}
