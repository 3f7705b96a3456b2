#pragma once
/* cmd_parse: takes a line apart as the second phase of cmd.exe does: operators, groups, redirections, if and for. */

#include <stdbool.h>

#include "str.h"

enum { REDIRECTIONS_MAX = 8, CONDITION_WORDS = 3 };

enum node_kind {
	NODE_COMMAND,  /* text */
	NODE_GROUP,    /* ( first ) */
	NODE_SEQUENCE, /* first & second */
	NODE_OR,
	NODE_AND,
	NODE_PIPE,
	NODE_IF,  /* first: then, second: else */
	NODE_FOR, /* first: the body */
};

enum redirection_kind { REDIRECT_WRITE, REDIRECT_APPEND, REDIRECT_READ, REDIRECT_JOIN };

struct redirection {
	enum redirection_kind kind;
	char stream; /* '0', '1', '2' ... */
	char *target;
};

enum condition { CONDITION_EQUAL, CONDITION_COMPARE, CONDITION_ERRORLEVEL, CONDITION_EXIST, CONDITION_DEFINED };

enum for_kind { FOR_ITEMS, FOR_NUMBERS, FOR_LINES };

struct node {
	enum node_kind kind;
	struct node *first, *second; /* second may be NULL */
	char *text;                  /* NODE_COMMAND: without carets; NODE_FOR: what stands in its parentheses */
	struct redirection redirection[REDIRECTIONS_MAX];
	unsigned redirections;
	/* NODE_IF */
	enum condition condition;
	bool negated, ignores_case;
	char *word[CONDITION_WORDS]; /* left, operator, right; or one */
	/* NODE_FOR */
	enum for_kind for_kind;
	char variable;
	char *options; /* of /f; NULL: none */
};
void node_free(struct node *node); /* accepts NULL */

/* The tree of a line; NULL: nothing to do, or *unexpected is where the syntax is wrong, in words of cmd.exe. */
struct node *cmd_parse(const char *line, struct str *unexpected);
