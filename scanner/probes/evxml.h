#pragma once
/* evxml: Windows event records as XML, of any provider. What wevtutil prints: UTF-16LE or UTF-8, with or without a root
 * element, with characters that XML forbids where a program logged them. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"
#include "str.h"
#include "xml.h"

enum { EVENT_TEXT_MAX = 1000 }; /* bytes of the joined strings that are kept for showing */

struct event_record {
	char provider[128], channel[128];
	unsigned id;
	int64_t time, record_id; /* UNSEEN if missing */
	uint32_t hr;             /* the first string that begins with a failure, "0x800401fb, ..." or decimal; 0 */
	char clsid[37];          /* the first GUID of the strings, lower case; "" */
	struct str text;         /* the strings, joined with "; " */
	bool has_strings;        /* some are not empty */
	bool has_result;
	uint32_t result; /* EventData/Data[@Name='HRESULT'], as Windows Server Backup writes it */
};

/* The record lives only during the call. -1 with *e set refuses the document. */
typedef int event_fn(void *context, const struct event_record *record, struct error *e);

/* Calls on_event for each record, in the order of the document. Nothing printed is no event. -1 with *e: ERROR_PARSE,
 * also if one of the records does not say whose it is, or has no number. */
int evxml_read(const char *bytes, size_t len, event_fn *on_event, void *context, struct error *e);

/* The same for records among other elements, in the answer to a subscription: read them with the handlers of
 * event_records(&reader), event_reader_done() afterwards. */
struct event_reader {
	event_fn *on_event;
	void *context;
	struct event_record record; /* zero; the one at hand */
	bool inside;                /* a record */
	bool in_system;             /* its part that says whose it is */
	bool numbered;              /* its EventID could be read */
	bool result;                /* the Data element is the one named HRESULT */
};
struct xml_reader event_records(struct event_reader *reader);
void event_reader_done(struct event_reader *reader);

/* Takes one insertion string into the record: its hr, its GUID, its text. For records that do not come as XML. */
void event_record_string(struct event_record *record, const char *string);
/* Takes a whole message, in any language, into a record without strings. */
void event_record_message(struct event_record *record, const char *message);
void event_record_done(struct event_record *record);
