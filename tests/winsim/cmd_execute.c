/* cmd_execute: runs the tree of a line: operators, redirections, conditions. */

#include "cmd_state.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "journal.h"
#include "own.h"
#include "process.h"

CLEANUP_OF(struct node, node_free);

static void say_error(struct cmd *c, struct io io, enum files_result result)
{
	OWN_VALUE(str_done) struct str err = { 0 };
	struct program p = { .host = c->host, .codepage = c->codepage, .err = &err };

	tell_files_error(&p, result);
	sink_add(io.err, str_text(&err), err.len);
}

static struct sink *stream_of(struct io *io, char stream)
{
	return stream == '1' ? &io->out : stream == '2' ? &io->err : NULL;
}

static enum files_result open_input(struct cmd *c, const char *name, struct io *io, struct file **opened)
{
	static const struct str nothing;
	char path[PATH_MOST];
	struct file *file;

	io->in = &nothing;
	if (files_is_device(name))
		return FILES_OK;
	if (!files_absolute(c->directory, name, path))
		return FILES_NO_PATH;
	file = files_find(&c->host->files, path);
	if (!file)
		return FILES_NOT_FOUND;
	if (file->directory)
		return FILES_DENIED;
	io->in = &file->bytes;
	file->open++;
	*opened = file;
	return FILES_OK;
}

static enum files_result open_output(
	struct cmd *c, const char *name, bool append, struct sink *sink, struct file **opened)
{
	char path[PATH_MOST];
	enum files_result result;

	*sink = (struct sink){ 0 };
	if (files_is_device(name))
		return FILES_OK;
	if (!files_absolute(c->directory, name, path))
		return FILES_NO_PATH;
	result = files_open(&c->host->files, path, append, opened);
	host_changed(c->host, "write %s", path);
	sink->file = *opened;
	return result;
}

/* Opens what a redirection names; *opened is to be closed. */
static enum files_result redirect(struct cmd *c, const struct redirection *r, struct io *io, struct file **opened)
{
	OWN_VALUE(str_done) struct str late = { 0 }, name = { 0 };
	struct sink *sink = stream_of(io, r->stream), *other;

	expand_late(c, r->target, &late);
	for (const char *at = str_text(&late); *at; at++)
		if (*at != '"')
			str_addc(&name, *at);
	if (r->kind == REDIRECT_READ)
		return open_input(c, str_text(&name), io, opened);
	if (r->kind == REDIRECT_JOIN) {
		other = stream_of(io, *str_text(&name));
		if (sink && other)
			*sink = *other;
		return FILES_OK;
	}
	struct sink nobody;
	return open_output(c, str_text(&name), r->kind == REDIRECT_APPEND, sink ? sink : &nobody, opened);
}

static long number_of(const char *text, bool *is_number)
{
	char *end;
	long value = strtol(text, &end, 0);

	*is_number = end != text && !*end;
	return value;
}

static bool compare(const char *operator, const char * left, const char *right, bool ignores_case)
{
	bool left_is, right_is;
	long a = number_of(left, &left_is), b = number_of(right, &right_is);
	int order = left_is && right_is ? (a > b) - (a < b)
		    : ignores_case      ? strcasecmp(left, right)
					: strcmp(left, right);

	return strcmp(operator, "EQU") == 0   ? order == 0
	       : strcmp(operator, "NEQ") == 0 ? order != 0
	       : strcmp(operator, "LSS") == 0 ? order < 0
	       : strcmp(operator, "LEQ") == 0 ? order <= 0
	       : strcmp(operator, "GTR") == 0 ? order > 0
					      : order >= 0;
}

static bool exists(struct cmd *c, const char *name)
{
	char path[PATH_MOST], *slash;
	bool directory, found;

	if (!files_absolute(c->directory, name, path))
		return false;
	if (files_is_device(path)) { /* "if exist C:\somewhere\nul" */
		slash = strrchr(path, '\\');
		*slash = '\0';
		return files_exist(&c->host->files, path, &directory) && directory;
	}
	if (strpbrk(path, "*?")) {
		slash = strrchr(path, '\\');
		*slash = '\0';
		return files_next(&c->host->files, path, slash + 1, NULL) != NULL;
	}
	found = files_exist(&c->host->files, path, &directory);
	return found && (directory || name[strlen(name) - 1] != '\\');
}

static bool holds(struct cmd *c, const struct node *node)
{
	OWN_VALUE(str_done) struct str left = { 0 }, right = { 0 }, value = { 0 };
	bool result = false;

	expand_late(c, node->word[0], &left);
	if (node->word[2])
		expand_late(c, node->word[2], &right);
	switch (node->condition) {
	case CONDITION_EQUAL:
		result = (node->ignores_case ? strcasecmp : strcmp)(str_text(&left), str_text(&right)) == 0;
		break;
	case CONDITION_COMPARE:
		result = compare(node->word[1], str_text(&left), str_text(&right), node->ignores_case);
		break;
	case CONDITION_ERRORLEVEL:
		result = (int)c->errorlevel >= (int)strtol(str_text(&left), NULL, 10);
		break;
	case CONDITION_EXIST:
		result = exists(c, str_text(&left));
		break;
	case CONDITION_DEFINED:
		result = variable_get(c, str_text(&left), left.len, &value);
		break;
	}
	return result != node->negated;
}

/* "call" goes through the first phase once more. */
static unsigned run_command(struct cmd *c, const char *text, struct io io)
{
	OWN_VALUE(str_done) struct str late = STR(1 << 16), again = STR(1 << 16);
	const char *line;

	expand_late(c, text, &late);
	line = str_text(&late) + strspn(str_text(&late), " \t,;=");
	while (strncasecmp(line, "call", 4) == 0 && (line[4] == ' ' || line[4] == '\t')) {
		str_clear(&again);
		expand_percents(c, line + 4, &again);
		str_clear(&late);
		str_add(&late, str_text(&again) + strspn(str_text(&again), " \t"));
		line = str_text(&late);
	}
	return cmd_run_text(c, line, io);
}

static unsigned run_or(struct cmd *c, const struct node *node, struct io io)
{
	unsigned code = cmd_run_node(c, node->first, io);

	if (code == 0 || !cmd_goes_on(c))
		return code;
	c->errorlevel = code; /* "||" tells it also where the command itself does not */
	return cmd_run_node(c, node->second, io);
}

static unsigned run_inside(struct cmd *c, const struct node *node, struct io io)
{
	unsigned code;

	switch (node->kind) {
	case NODE_COMMAND:
		return run_command(c, node->text, io);
	case NODE_GROUP:
		return cmd_run_node(c, node->first, io);
	case NODE_SEQUENCE:
		cmd_run_node(c, node->first, io);
		return cmd_run_node(c, node->second, io);
	case NODE_OR:
		return run_or(c, node, io);
	case NODE_AND:
		code = cmd_run_node(c, node->first, io);
		return code ? code : cmd_run_node(c, node->second, io);
	case NODE_PIPE:
		journal_violation(c->host->name, "cmd.pipe", "pipes are beyond this cmd.exe");
		return cmd_run_node(c, node->first, io);
	case NODE_IF:
		if (holds(c, node))
			return cmd_run_node(c, node->first, io);
		return node->second ? cmd_run_node(c, node->second, io) : 0;
	default:
		return cmd_run_for(c, node, io);
	}
}

unsigned cmd_run_node(struct cmd *c, const struct node *node, struct io io)
{
	struct file *opened[REDIRECTIONS_MAX] = { 0 };
	enum files_result result = FILES_OK;
	unsigned code = 1; /* of a redirection that fails; errorlevel stays */

	if (!cmd_goes_on(c))
		return c->errorlevel;
	struct io outside = io;
	for (unsigned i = 0; i < node->redirections && result == FILES_OK; i++)
		result = redirect(c, &node->redirection[i], &io, &opened[i]);
	if (result == FILES_OK)
		code = run_inside(c, node, io);
	else
		say_error(c, outside, result);
	for (unsigned i = 0; i < node->redirections; i++)
		files_close(opened[i]);
	return code;
}

void cmd_run_line(struct cmd *c, const char *line, struct io io)
{
	OWN_VALUE(str_done) struct str expanded = STR(1 << 17), unexpected = { 0 };
	OWN(node_free) struct node *tree = NULL;

	expand_percents(c, line, &expanded);
	if (expanded.len > LINE_MOST) {
		sink_add(io.err, "The input line is too long.\r\n", 29);
		c->errorlevel = 1;
		return;
	}
	tree = cmd_parse(str_text(&expanded), &unexpected);
	if (unexpected.len) {
		journal_violation(c->host->name, "cmd.syntax", "%s %.300s", str_text(&unexpected), str_text(&expanded));
		str_add(&unexpected, "\r\n");
		sink_add(io.err, str_text(&unexpected), unexpected.len);
		c->errorlevel = 255;
	}
	if (tree)
		cmd_run_node(c, tree, io);
}
