#pragma once
/* value: single facts as JSON values, where unknown (NULL, UNSEEN) is null. New references; NULL if memory ran out. */

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

json_t *value_text(const char *text, size_t max); /* bytes; a longer text is cut between characters and ends in "..." */
json_t *value_number(int64_t number);
json_t *value_hex(uint32_t number); /* "0x800401fb"; null for 0 */
json_t *value_time(int64_t seconds);
json_t *value_texts(char *const *texts, size_t count, size_t max);

/* Appends value, which is taken; if memory ran out for either, *list becomes NULL: a list that lacks one would lie. */
void value_add(json_t **list, json_t *value);

/* "2026-11-22T12:05:41Z" of Unix seconds; false, and "", for UNSEEN and beyond the year 9999. */
enum { VALUE_TIME = 32 };
bool time_utc(char text[VALUE_TIME], int64_t seconds);
bool time_read(const char *text, time_t *seconds); /* of such a text */
