#pragma once
/* wql: the part of WQL that auditors use: SELECT columns FROM class [WHERE conditions], and ASSOCIATORS OF one service.
 */

#include <stdbool.h>
#include <stddef.h>

enum { WQL_NAME_MAX = 64, WQL_COLUMNS_MAX = 64, WQL_NODES_MAX = 128, WQL_TEXT_MAX = 256 };

enum wql_op { WQL_AND, WQL_OR, WQL_NOT, WQL_EQ, WQL_NE, WQL_LT, WQL_LE, WQL_GT, WQL_GE, WQL_LIKE, WQL_IS_NULL };

struct wql_node {
	enum wql_op op;
	int left, right;           /* of AND, OR, NOT (left only): indexes */
	char column[WQL_NAME_MAX]; /* of a comparison */
	char literal[WQL_TEXT_MAX];
};

struct wql {
	char class_name[WQL_NAME_MAX];
	bool all; /* SELECT * */
	char column[WQL_COLUMNS_MAX][WQL_NAME_MAX];
	size_t column_count;
	struct wql_node node[WQL_NODES_MAX];
	int node_count, where;             /* where: index of the root; -1: none */
	char associators_of[WQL_NAME_MAX]; /* service name; "": a plain SELECT */
	bool role_antecedent;
};

int wql_parse(struct wql *query, const char *text); /* 0 or -1 */

/* Text of a column for WHERE; NULL: the value is null. */
typedef const char *wql_value_fn(void *context, const char *column);
bool wql_matches(const struct wql *query, wql_value_fn *value, void *context);
