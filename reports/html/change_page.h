#pragma once
/* change_page: what the parts of a change's page share. It has one language and needs no script. */

#include <stdio.h>

#include "change_rows.h"

struct change_page {
	FILE *out;
	const struct change_report *change;
	struct change_rows rows;
	json_t *strings; /* "key": ["English", "Japanese"] */
	size_t language; /* index of the one it has */
};

void change_put(const struct change_page *page, const char *markup); /* a constant of ours */
void change_shown(const struct change_page *page, const char *text); /* hostile text; NULL: an en dash */
void change_value(
	const struct change_page *page, const json_t *value); /* a text, number or list of texts; else an en dash */
void change_time(const struct change_page *page, const json_t *time); /* of the journal */

/* The text of ours with this key, {0} and {1} replaced. */
void change_say(const struct change_page *page, const char *key);
void change_say_of(const struct change_page *page, const char *key, const char *first, const char *second);
void change_say_count(const struct change_page *page, const char *key, size_t first, size_t second);

/* The parts, from top to bottom. */
void change_verdict(const struct change_page *page);
void change_tiles(const struct change_page *page);
void change_hosts(const struct change_page *page);
