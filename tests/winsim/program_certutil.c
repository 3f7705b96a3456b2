/* program_certutil: -hashfile. It maps the file, so an empty one is an error; up to 2012 R2 blanks stand between the
 * bytes. The words are like those of Windows, not taken from it: nobody may go by them. */

#include "program.h"

#include <string.h>
#include <strings.h>

#include <openssl/evp.h>

#include "cmd_state.h"
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

static void tell_digest(struct program *p, const struct str *bytes)
{
	bool blanks = p->host->scenario->windows == WINDOWS_2012R2;
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned len = 0;

	EVP_Digest(str_text(bytes), bytes->len, digest, &len, EVP_sha256(), NULL);
	for (unsigned i = 0; i < len; i++)
		tell(p, "%s%02x", i && blanks ? " " : "", digest[i]);
	tell(p, "\r\n");
}

unsigned program_certutil(struct program *p)
{
	char path[PATH_MOST];
	const struct file *file;

	if (p->argc != 4 || strcasecmp(p->argv[1], "-hashfile") != 0 || strcmp(p->argv[3], "SHA256") != 0)
		return fail(p, INVALID_PARAMETER);
	file = files_absolute(p->cmd->directory, p->argv[2], path) ? files_find(&p->host->files, path) : NULL;
	if (!file || file->directory)
		return fail(p, NOT_FOUND);
	if (!file->bytes.len)
		return fail(p, FILE_INVALID);
	tell(p, "%s%s%s\r\n", words_of(p)->before, path, words_of(p)->behind);
	tell_digest(p, &file->bytes);
	tell(p, "CertUtil: -hashfile %s\r\n", words_of(p)->done);
	return 0;
}
