#pragma once
/* html_detail: what the page tells of one host beyond its row: its record without what the row says, and its evidence,
 * both bounded. */

#include <jansson.h>
#include <stddef.h>

enum {
	REASON_MAX = 110, /* bytes, in a row; a longer one is whole among the details */
	REASON_JA_MAX = 150,
};

/* At most max bytes of text, cut between characters and then ending in an ellipsis; null for NULL. */
json_t *html_bounded(const char *text, size_t max);
/* evidence NULL: without it. */
json_t *html_detail(json_t *record, json_t *evidence);
