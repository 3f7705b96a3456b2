#pragma once
/* cmd_state: one running cmd.exe, for the files that it is made of. */

#include "cmd_parse.h"
#include "files.h"
#include "program.h"

struct process;

enum { LINE_MOST = 8191, NESTED_MOST = 16, OUTPUT_MAX = 16 << 20, COMMANDS_MOST = 20000 };

struct variable {
	struct variable *next;
	char *name, *value;
};

/* A variable of "for" and those of the loops around it. */
struct loop {
	const struct loop *outer;
	char name;
	const char *value;
};

/* Where output goes; neither: nowhere. */
struct sink {
	struct str *text;
	struct file *file;
};

struct io {
	struct sink out, err;
	const struct str *in; /* NULL: nothing to read */
};

struct cmd {
	struct host *host;
	struct process *process; /* NULL: in a shell, where time only counts up */
	unsigned codepage, errorlevel;
	bool delayed; /* !variables! */
	bool exited;
	unsigned nested;   /* cmd.exe inside of cmd.exe */
	unsigned commands; /* run so far */
	char directory[PATH_MOST];
	struct variable *variables;
	const struct loop *loops;
	struct cmd_result *result;
};

/* cmd.c */
bool cmd_goes_on(const struct cmd *c); /* neither ended nor killed */
/* One command without redirections, if or for: its return code, which is not always what errorlevel becomes. */
unsigned cmd_run_text(struct cmd *c, const char *text, struct io io);
/* "cmd.exe" with what follows its name: its exit code. */
unsigned cmd_run_nested(struct cmd *outer, const char *tail, struct io io);
void sink_add(struct sink sink, const void *bytes, size_t len);

/* cmd_execute.c */
void cmd_run_line(struct cmd *c, const char *line, struct io io);

/* cmd_for.c: runs the body for each round. */
unsigned cmd_run_for(struct cmd *c, const struct node *node, struct io io);
unsigned cmd_run_node(struct cmd *c, const struct node *node, struct io io); /* cmd_execute.c */

/* cmd_variables.c */
void variables_fresh(struct cmd *c);                           /* those of a process that Windows starts */
void variables_inherit(struct cmd *c, const struct cmd *from); /* a copy */
void variables_done(struct cmd *c);
void variable_set(struct cmd *c, const char *name, const char *value);                   /* "" or NULL: no more */
bool variable_get(const struct cmd *c, const char *name, size_t len, struct str *value); /* without case */
void expand_percents(const struct cmd *c, const char *text, struct str *out);            /* phase one */
void expand_loops(const struct cmd *c, const char *text, struct str *out);               /* %x of "for" */
void expand_delayed(const struct cmd *c, const char *text, struct str *out);             /* !name! */
void expand_late(const struct cmd *c, const char *text, struct str *out);                /* both of these */

/* cmd_arithmetic.c: "set /a": 0, or the errorlevel of what is wrong. */
unsigned arithmetic(struct cmd *c, const char *expression, long *value);

/* cmd_builtins.c, cmd_files.c. The return code; errorlevel is theirs to set. p->tail is what follows the name. */
typedef unsigned builtin_fn(struct cmd *c, struct program *p, const struct io *io);
builtin_fn *cmd_builtin(const char *text, size_t *name_len); /* NULL: none */
builtin_fn builtin_md, builtin_rd, builtin_del, builtin_type, builtin_move, builtin_ren, builtin_copy, builtin_dir,
	builtin_cd;
/* What Windows says about an error of the file system. */
void tell_files_error(struct program *p, enum files_result result);
