#pragma once
/* wmi_rows: the rows of an answer, packed: one text buffer, one array of cells, one of rows. A row of 11 columns takes
 * 88 bytes beside its text. */

#include "wmi.h"

#define WMI_CLASSES "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2/" /* and the name of a class, or "*" */

struct wmi_rows *wmi_rows_new(void); /* NULL if memory ran out */

/* The element of a row and those inside it, as a reader meets them. row_depth: of the row's own element. */
struct row_reader {
	struct wmi_rows *rows;
	unsigned row_depth;
	bool nil;      /* the column at hand has no value */
	char date[48]; /* its child Datetime; "" */
};
int row_start(struct row_reader *r, const struct xml_element *element, struct error *e);
int row_end(struct row_reader *r, const struct xml_element *element, const char *text, size_t len, struct error *e);
