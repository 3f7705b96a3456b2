#pragma once
/* evxml: Windows event records as XML, of any provider. What wevtutil prints: UTF-16LE or UTF-8, with or without a root
 * element, with characters that XML forbids where a program logged them. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"
#include "str.h"

enum { EVENT_TEXT_MAX = 1000 }; /* bytes of the joined strings that are kept for showing */

struct event_record {
	char provider[128], channel[128];
	unsigned id;
	int64_t time, record_id; /* UNSEEN if missing */
	uint32_t hr;             /* the first string that begins with 0x########; 0 if none does */
	char clsid[37];          /* the first GUID of the strings, lower case; "" */
	struct str text;         /* the strings, joined with "; " */
	bool has_result;
	uint32_t result; /* EventData/Data[@Name='HRESULT'], as Windows Server Backup writes it */
};

/* The record lives only during the call. -1 with *e set refuses the document. */
typedef int event_fn(void *context, const struct event_record *record, struct error *e);

/* Calls on_event for each record, in the order of the document. Nothing printed is no event. -1 with *e: ERROR_PARSE.
 */
int evxml_read(const char *bytes, size_t len, event_fn *on_event, void *context, struct error *e);

/* Takes one insertion string into the record: its hr, its GUID, its text. For records that do not come as XML. */
void event_record_string(struct event_record *record, const char *string);
void event_record_done(struct event_record *record);
