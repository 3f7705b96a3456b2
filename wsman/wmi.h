#pragma once
/* wmi: questions to WMI through WS-Management: WQL enumeration and methods.
 * MS-WSMV 3.1.4.8 (Enumerate), 3.1.4.9 (Pull), 3.1.4.10 (Release), 3.1.4.2 (Get), 4.1.4 (Invoke). */

#include "session.h"

enum {
	WMI_ROWS_MAX = 50000,
	WMI_PULLS_MAX = 200,
	WMI_BYTES_MAX = 32 << 20, /* of all rows in memory */
};

struct wmi_rows; /* owned by the caller; its texts live as long as it does */
void wmi_rows_free(struct wmi_rows *rows);
CLEANUP_OF(struct wmi_rows, wmi_rows_free);

/* Runs a WQL query in root/cimv2 and follows it to its end; a context that is left open by an error is released.
 * NULL with *e set. An enumeration that ended without EndOfSequence, or lost its context twice, is an error: never a
 * part list. Rows of "select a,b" (w:XmlFragment) and of whole instances read alike. */
struct wmi_rows *wmi_query(struct session *s, const char *wql, struct error *e);

size_t wmi_count(const struct wmi_rows *rows);
/* The text of a column, by name without case, trimmed; NULL if the row has none or it is nil. Arrays: index 0.. by
 * wmi_item(); wmi_text() gives the first. A date column gives its Datetime text. */
const char *wmi_text(const struct wmi_rows *rows, size_t row, const char *column);
const char *wmi_item(const struct wmi_rows *rows, size_t row, const char *column, size_t index);

/* Reads one instance by its keys, for example "Win32_Service", Name=EventSystem: one row with all its properties.
 * NULL with *e set; an instance that does not exist is ERROR_FAULT. MS-WSMV 3.1.4.2. */
struct wmi_rows *wmi_get(
	struct session *s, const char *class_name, const struct selector *keys, size_t key_count, struct error *e);

/* Calls a method of one instance, for example class "Win32_Service", key Name=EventSystem, method "StopService", or of
 * the class itself (key NULL). arguments: XML elements with the prefix p, already escaped, or "". *value gets
 * ReturnValue. Never repeated: an answer that was lost is ERROR_CONNECT or ERROR_TIMEOUT, and the caller must look
 * before it acts again. */
int wmi_invoke(struct session *s, const char *class_name, const struct selector *key, const char *method,
	const char *arguments, uint32_t *value, struct error *e);

/* Starts a process on the host that belongs to nobody: it outlives connection, shell and caller
 * (Win32_Process.Create). *value: 0 if it was started. As wmi_invoke() otherwise. */
int wmi_create_process(struct session *s, const char *command_line, uint32_t *value, struct error *e);
