/* program_certutil: -hashfile. It maps the file, so an empty one is an error; up to 2012 R2 blanks stand between the
 * bytes. */

#include "program.h"

#include <string.h>
#include <strings.h>

#include "cmd_state.h"
#include "digest.h"
#include "own.h"

#define NOT_FOUND 0x80070002u
#define INVALID_PARAMETER 0x80070057u
#define FILE_INVALID 0x800703eeu

struct words {
	const char *before, *behind; /* the name of the file */
	const char *done, *failed;
};

static const struct words *words_of(const struct program *p)
{
	static const struct words all[] = {
		[LANGUAGE_EN] = { "SHA256 hash of ", ":", "command completed successfully.", "command FAILED" },
		[LANGUAGE_JA] = { "SHA256 ハッシュ (ファイル ", "):", "コマンドは正常に完了しました。",
			"コマンド エラーです" },
		[LANGUAGE_DE] = { "SHA256-Hash von ", ":", "-Befehl wurde erfolgreich ausgeführt.",
			"-Befehl ist fehlgeschlagen" },
		[LANGUAGE_FR] = { "Hachage SHA256 de ", " :", "La commande s'est terminée correctement.",
			"ÉCHEC de la commande" },
		[LANGUAGE_PL] = { "Skrót SHA256 z pliku ", ":", "polecenie zostało wykonane pomyślnie.",
			"polecenie NIE POWIODŁO SIĘ" },
	};
	return &all[program_language(p)];
}

static unsigned fail(struct program *p, unsigned code)
{
	tell(p, "CertUtil: -hashfile %s: 0x%08x\r\n", words_of(p)->failed, code);
	return code;
}

static void tell_digest(struct program *p, const char *hex)
{
	bool blanks = p->host->scenario->windows == WINDOWS_2012R2;

	for (size_t i = 0; i < DIGEST_DIGITS; i += 2)
		tell(p, i && blanks ? " %.2s" : "%.2s", hex + i);
	tell(p, "\r\n");
}

unsigned program_certutil(struct program *p)
{
	char path[PATH_MOST], hex[DIGEST_DIGITS + 1];
	const struct file *file;

	if (p->argc != 4 || strcasecmp(p->argv[1], "-hashfile") != 0 || strcmp(p->argv[3], "SHA256") != 0)
		return fail(p, INVALID_PARAMETER);
	file = files_absolute(p->cmd->directory, p->argv[2], path) ? files_find(&p->host->files, path) : NULL;
	if (!file || file->directory)
		return fail(p, NOT_FOUND);
	if (!file->bytes.len)
		return fail(p, FILE_INVALID);
	digest_of(hex, str_text(&file->bytes), file->bytes.len);
	tell(p, "%s%s%s\r\n", words_of(p)->before, path, words_of(p)->behind);
	tell_digest(p, hex);
	tell(p, "CertUtil: -hashfile %s\r\n", words_of(p)->done);
	return 0;
}
