/* cmd_files: what cmd.exe does with files. "md" fails where something of that name exists, and that is atomic. */

#include "cmd_state.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "own.h"

enum { NAMES_MAX = 16 };

/* The names and switches behind a command. */
struct words {
	char *name[NAMES_MAX]; /* with their quotes */
	unsigned names;
	char switches[16]; /* "sq" of "/s /q" */
};

static void words_done(struct words *words)
{
	for (unsigned i = 0; i < words->names; i++)
		free(words->name[i]);
}

static void read_words(const char *text, struct words *words)
{
	*words = (struct words){ 0 };
	for (;;) {
		bool quoted = false;
		size_t len = 0, used = strlen(words->switches);
		text += strspn(text, " \t,;=");
		if (!*text)
			return;
		if (*text == '/') {
			if (used + 1 < sizeof(words->switches) && text[1])
				words->switches[used] = (char)(text[1] | 0x20);
			text += 1 + strcspn(text + 1, " \t,;=/");
			continue;
		}
		for (; text[len] && (quoted || !strchr(" \t,;=", text[len])); len++)
			quoted ^= text[len] == '"';
		if (words->names < NAMES_MAX)
			words->name[words->names++] = strndup(text, len);
		text += len;
	}
}

void tell_files_error(struct program *p, enum files_result result)
{
	static const struct {
		enum files_result result;
		const char *en, *ja;
	} texts[] = {
		{ FILES_NOT_FOUND, "The system cannot find the file specified.",
			"指定されたファイルが見つかりません。" },
		{ FILES_NO_PATH, "The system cannot find the path specified.", "指定されたパスが見つかりません。" },
		{ FILES_DENIED, "Access is denied.", "アクセスが拒否されました。" },
		{ FILES_SHARING, "The process cannot access the file because it is being used by another process.",
			"プロセスはファイルにアクセスできません。別のプロセスが使用中です。" },
		{ FILES_FULL, "There is not enough space on the disk.", "ディスクに十分な空き領域がありません。" },
		{ FILES_BAD_NAME, "The filename, directory name, or volume label syntax is incorrect.",
			"ファイル名、ディレクトリ名、またはボリューム ラベルの構文が間違っています。" },
		{ FILES_NOT_EMPTY, "The directory is not empty.", "ディレクトリが空ではありません。" },
		{ FILES_EXISTS, "A duplicate file name exists, or the file\r\ncannot be found.",
			"重複するファイル名が存在するか、ファイルが\r\n見つかりません。" },
	};
	const char *text = "The directory name is invalid.";

	FOR_EACH(t, texts)
		if (t->result == result)
			text = program_language(p) == LANGUAGE_JA ? t->ja : t->en;
	tell_error(p, "%s\r\n", text);
}

static unsigned syntax_error(struct cmd *c, struct program *p)
{
	tell_error(p, "The syntax of the command is incorrect.\r\n");
	return c->errorlevel = 1;
}

unsigned builtin_md(struct cmd *c, struct program *p, const struct io *io)
{
	OWN_VALUE(words_done) struct words words;
	char path[PATH_MOST];
	unsigned code = 0;

	(void)io;
	read_words(p->tail, &words);
	if (!words.names)
		return syntax_error(c, p);
	for (unsigned i = 0; i < words.names; i++) {
		bool known = files_absolute(c->directory, words.name[i], path);
		enum files_result result = known ? files_make_directory(&c->host->files, path) : FILES_NO_PATH;
		host_changed(c->host, "md %s", known ? path : words.name[i]);
		if (result == FILES_EXISTS)
			tell_error(p,
				program_language(p) == LANGUAGE_JA
					? "サブディレクトリまたはファイル %s は既に存在します。\r\n"
					: "A subdirectory or file %s already exists.\r\n",
				words.name[i]);
		else if (result != FILES_OK)
			tell_files_error(p, result);
		if (result != FILES_OK)
			code = c->errorlevel = 1;
	}
	return code;
}

/* A failure shows in the return code, and through "||" only in errorlevel. */
unsigned builtin_rd(struct cmd *c, struct program *p, const struct io *io)
{
	OWN_VALUE(words_done) struct words words;
	char path[PATH_MOST];
	unsigned code = 0;

	(void)io;
	read_words(p->tail, &words);
	if (!words.names)
		return syntax_error(c, p);
	if (strchr(words.switches, 's') && !strchr(words.switches, 'q')) {
		tell(p, "%s, Are you sure (Y/N)? ", words.name[0]);
		return 1; /* nobody answers */
	}
	for (unsigned i = 0; i < words.names; i++) {
		bool known = files_absolute(c->directory, words.name[i], path);
		enum files_result result = FILES_NO_PATH;
		if (known)
			result = files_remove_directory(&c->host->files, path, strchr(words.switches, 's'));
		host_changed(c->host, "rd %s", known ? path : words.name[i]);
		if (result != FILES_OK) {
			tell_files_error(p, result);
			code = result;
		}
	}
	return code;
}

/* All that match in the directory of a path, or inside of it if it is one itself. */
static unsigned remove_matching(struct cmd *c, struct program *p, const char *path)
{
	char directory[PATH_MOST];
	const char *pattern = "*";
	enum files_result result;
	bool is_directory;
	unsigned removed = 0;
	struct file *file;

	strcpy(directory, path);
	if (!files_exist(&c->host->files, path, &is_directory) || !is_directory) {
		pattern = strrchr(path, '\\') ? strrchr(path, '\\') + 1 : path;
		directory[pattern == path ? 0 : pattern - path - 1] = '\0';
	}
	for (file = files_next(&c->host->files, directory, pattern, NULL); file;) {
		struct file *next = files_next(&c->host->files, directory, pattern, file);
		if (!file->directory) {
			removed++;
			result = files_remove(&c->host->files, file->path);
			if (result != FILES_OK)
				tell_files_error(p, result);
		}
		file = next;
	}
	return removed;
}

unsigned builtin_del(struct cmd *c, struct program *p, const struct io *io)
{
	OWN_VALUE(words_done) struct words words;
	char path[PATH_MOST];

	(void)io;
	read_words(p->tail, &words);
	if (!words.names)
		return syntax_error(c, p);
	for (unsigned i = 0; i < words.names; i++) {
		bool known = files_absolute(c->directory, words.name[i], path);
		if (known && remove_matching(c, p, path))
			host_changed(c->host, "del %s", path);
		else
			tell(p, "Could Not Find %s\r\n", known ? path : words.name[i]);
	}
	return 0;
}

unsigned builtin_type(struct cmd *c, struct program *p, const struct io *io)
{
	OWN_VALUE(words_done) struct words words;
	char path[PATH_MOST];
	unsigned code = 0;

	(void)io;
	read_words(p->tail, &words);
	if (!words.names)
		return syntax_error(c, p);
	for (unsigned i = 0; i < words.names; i++) {
		const struct file *file = NULL;
		bool known = files_absolute(c->directory, words.name[i], path);
		char *slash = known ? strrchr(path, '\\') : NULL;
		bool directory = true;
		if (files_is_device(words.name[i]))
			continue;
		if (known)
			file = files_find(&c->host->files, path);
		if (file && !file->directory) {
			str_addn(p->out, str_text(&file->bytes), file->bytes.len);
			continue;
		}
		if (slash)
			*slash = '\0';
		tell_files_error(p, file ? FILES_DENIED
				    : known && files_exist(&c->host->files, path, &directory) && directory
					    ? FILES_NOT_FOUND
					    : FILES_NO_PATH);
		code = c->errorlevel = 1;
	}
	return code;
}

static unsigned rename_file(struct cmd *c, struct program *p, const char *from, const char *to, bool replace)
{
	enum files_result result = files_rename(&c->host->files, from, to, replace);

	host_changed(c->host, "move %s", from);
	if (result == FILES_OK)
		return 0;
	tell_files_error(p, result);
	return c->errorlevel = 1;
}

/* Without a question where the target exists: nobody sits at the console. */
unsigned builtin_move(struct cmd *c, struct program *p, const struct io *io)
{
	OWN_VALUE(words_done) struct words words;
	char from[PATH_MOST], to[PATH_MOST];
	bool directory;

	(void)io;
	read_words(p->tail, &words);
	if (words.names != 2)
		return syntax_error(c, p);
	if (!files_absolute(c->directory, words.name[0], from) || !files_absolute(c->directory, words.name[1], to)) {
		tell_files_error(p, FILES_NO_PATH);
		return c->errorlevel = 1;
	}
	if (files_exist(&c->host->files, to, &directory) && directory && strlen(to) + strlen(from) < PATH_MOST)
		strcat(to, strrchr(from, '\\') ? strrchr(from, '\\') : "");
	if (rename_file(c, p, from, to, true) != 0)
		return 1;
	tell(p, "        1 file(s) moved.\r\n");
	return 0;
}

unsigned builtin_ren(struct cmd *c, struct program *p, const struct io *io)
{
	OWN_VALUE(words_done) struct words words;
	char from[PATH_MOST], directory[PATH_MOST], to[PATH_MOST];
	char *slash;

	(void)io;
	read_words(p->tail, &words);
	if (words.names != 2 || strpbrk(words.name[1], "\\/:") || !files_absolute(c->directory, words.name[0], from))
		return syntax_error(c, p);
	strcpy(directory, from);
	slash = strrchr(directory, '\\');
	if (slash)
		*slash = '\0';
	if (!files_absolute(directory, words.name[1], to))
		return syntax_error(c, p);
	return rename_file(c, p, from, to, false);
}

unsigned builtin_copy(struct cmd *c, struct program *p, const struct io *io)
{
	OWN_VALUE(words_done) struct words words;
	char from[PATH_MOST], to[PATH_MOST];
	struct file *source, *target = NULL;
	enum files_result result = FILES_NO_PATH;
	bool directory;

	(void)io;
	read_words(p->tail, &words);
	if (words.names != 2)
		return syntax_error(c, p);
	if (files_absolute(c->directory, words.name[0], from) && files_absolute(c->directory, words.name[1], to)) {
		if (files_exist(&c->host->files, to, &directory) && directory && strlen(to) + strlen(from) < PATH_MOST)
			strcat(to, strrchr(from, '\\') ? strrchr(from, '\\') : "");
		host_changed(c->host, "copy %s", to);
		source = files_find(&c->host->files, from);
		result = source && !source->directory ? files_open(&c->host->files, to, false, &target)
						      : FILES_NOT_FOUND;
	}
	if (result != FILES_OK) {
		tell_files_error(p, result);
		return c->errorlevel = 1;
	}
	if (target != source)
		str_addn(&target->bytes, str_text(&source->bytes), source->bytes.len);
	files_close(target);
	tell(p, "        1 file(s) copied.\r\n");
	return 0;
}

/* Names alone, as with /b. */
unsigned builtin_dir(struct cmd *c, struct program *p, const struct io *io)
{
	OWN_VALUE(words_done) struct words words;
	char path[PATH_MOST];
	const char *pattern = "*";
	bool directory, found = false;
	char *slash;

	(void)io;
	read_words(p->tail, &words);
	if (!files_absolute(c->directory, words.names ? words.name[0] : ".", path)) {
		tell_files_error(p, FILES_NO_PATH);
		return c->errorlevel = 1;
	}
	if ((!files_exist(&c->host->files, path, &directory) || !directory) && (slash = strrchr(path, '\\'))) {
		*slash = '\0';
		pattern = slash + 1;
	}
	for (const struct file *file = NULL; (file = files_next(&c->host->files, path, pattern, file)); found = true)
		tell(p, "%s\r\n", strrchr(file->path, '\\') + 1);
	if (found)
		return 0;
	tell_error(p, "File Not Found\r\n");
	return c->errorlevel = 1;
}

unsigned builtin_cd(struct cmd *c, struct program *p, const struct io *io)
{
	OWN_VALUE(words_done) struct words words;
	char path[PATH_MOST];
	bool directory;

	(void)io;
	read_words(p->tail, &words);
	if (!words.names) {
		tell(p, "%s%s\r\n", c->directory, c->directory[2] ? "" : "\\");
		return 0;
	}
	if (!files_absolute(c->directory, words.name[0], path) || !files_exist(&c->host->files, path, &directory) ||
		!directory) {
		tell_files_error(p, FILES_NO_PATH);
		return c->errorlevel = 1;
	}
	strcpy(c->directory, path);
	return 0;
}
