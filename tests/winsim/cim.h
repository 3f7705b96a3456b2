#pragma once
/* cim: the WMI classes of a simulated host: their columns and rows, and how WinRM writes a row. */

#include "str.h"
#include "wql.h"

struct host;

enum cim_type { CIM_TEXT, CIM_NUMBER, CIM_BOOLEAN, CIM_DATE, CIM_TEXTS };

struct cim_column {
	const char *name;
	enum cim_type type;
};

/* A class; columns in alphabetical order, as WinRM writes them. */
struct cim_class {
	const char *name;
	const struct cim_column *column;
	size_t column_count;
	bool singleton; /* one row, which ends the enumeration in its first answer */
	/* Prepares the rows of a host; NULL only without memory. The result goes to value() and free_rows(). */
	void *(*rows)(struct host *host, size_t *count);
	void (*free_rows)(void *rows);
	/* The value as text; false: null. CIM_TEXTS: the items, each followed by a NUL. CIM_DATE: DMTF form. */
	bool (*value)(struct host *host, void *rows, size_t row, const char *column, struct str *out);
};

const struct cim_class *cim_find(const char *name); /* without case; NULL */
const struct cim_column *cim_column(const struct cim_class *class, const char *name);

/* What a query gave, each row already written as an item of an enumeration. */
struct cim_result {
	struct str text; /* all items, one after the other */
	size_t *end;     /* of item i in text */
	size_t count;
	const char *class_name;
	bool singleton;
};
void cim_result_done(struct cim_result *result);

enum cim_outcome { CIM_OK, CIM_BAD_QUERY, CIM_NO_CLASS, CIM_NO_COLUMN };
enum cim_outcome cim_query(struct host *host, const char *wql, struct cim_result *result);

/* The instance whose column has that value, as Get answers it; false: there is none. column NULL: the singleton. */
bool cim_get(struct host *host, const struct cim_class *class, const char *column, const char *value, struct str *out);

/* yyyymmddHHMMSS.mmmmmm+000 */
void dmtf_time(long long when, unsigned milliseconds, struct str *out);
