/* enumerate: WQL by Enumerate, Pull and Release. Windows answers Enumerate with one item, or with all if there is only
 * one; the rest comes by Pull, each answer with the context for the next, until EndOfSequence. A context that expires,
 * or whose connection is lost, takes the rest of the list with it: the query starts again, once. */
#include "retry.h"
#include "fault.h"
#include "wmi_rows.h"

#include <stdlib.h>
#include <string.h>

#define ENUMERATION "http://schemas.xmlsoap.org/ws/2004/09/enumeration"

enum { CONTEXT_MAX = 4096, ITEMS_DEPTH = BODY_DEPTH + 1 };

struct enumeration {
	struct session *session;
	struct row_reader rows;
	struct str context; /* of the next Pull; "" if the server named none */
	bool answered;      /* an EnumerateResponse or PullResponse was in the body */
	bool in_items;
	bool ended;
};

/* ---- reading ---- */

static int start(void *context, const struct xml_element *element, struct error *e)
{
	struct enumeration *n = context;
	bool ours = element->ns == NS_ENUMERATION || element->ns == NS_WSMAN;

	if (element->depth > ITEMS_DEPTH)
		return n->in_items ? row_start(&n->rows, element, e) : 0;
	if (element->depth == BODY_DEPTH)
		n->answered |= element->ns == NS_ENUMERATION &&
			       (!strcmp(element->name, "EnumerateResponse") || !strcmp(element->name, "PullResponse"));
	else
		n->in_items = ours && !strcmp(element->name, "Items");
	return 0;
}

/* EndOfSequence is wsman's in an EnumerateResponse and enumeration's in a PullResponse (MS-WSMV 3.1.4.8, 3.1.4.9). */
static int end(void *context, const struct xml_element *element, const char *text, size_t len, struct error *e)
{
	struct enumeration *n = context;
	bool ours = element->ns == NS_ENUMERATION || element->ns == NS_WSMAN;

	if (element->depth > ITEMS_DEPTH)
		return n->in_items ? row_end(&n->rows, element, text, len, e) : 0;
	if (element->depth != ITEMS_DEPTH)
		return 0;
	n->in_items = false;
	if (ours && !strcmp(element->name, "EndOfSequence"))
		n->ended = true;
	else if (element->ns == NS_ENUMERATION && !strcmp(element->name, "EnumerationContext")) {
		str_clear(&n->context);
		str_addn(&n->context, text, len);
	}
	return str_failed(&n->context)
		       ? error_set(e, ERROR_PROTOCOL, "an enumeration context of more than %d bytes", CONTEXT_MAX)
		       : 0;
}

/* ---- asking ---- */

static int ask(struct enumeration *n, const char *operation, const char *action, const struct str *body, bool safe,
	struct error *e)
{
	const struct xml_reader reader = { .start = start, .end = end, .context = n };
	const struct request request = {
		.operation = operation,
		.action = action,
		.resource_uri = WMI_CLASSES "*",
		.body = str_text(body),
		.safe = safe,
		.opens = true,
	};

	n->answered = false;
	if (str_failed(body))
		return error_set(e, ERROR_LOCAL, "out of memory");
	if (session_exchange(n->session, &request, &reader, e) < 0)
		return -1;
	if (!n->answered) {
		error_set(e, ERROR_PROTOCOL, "the answer is none to an enumeration");
		return error_during(e, operation);
	}
	return 0;
}

static int enumerate(struct enumeration *n, const char *wql, struct error *e)
{
	OWN_VALUE(str_done) struct str body = STR(REQUEST_MAX);

	str_add(&body, "<n:Enumerate><w:OptimizeEnumeration/><w:MaxElements>32000</w:MaxElements>"
		       "<w:Filter Dialect=\"http://schemas.microsoft.com/wbem/wsman/1/WQL\">");
	xml_escape(&body, wql);
	str_add(&body, "</w:Filter></n:Enumerate>");
	return ask(n, "enumerate", ENUMERATION "/Enumerate", &body, true, e);
}

static void write_context(struct str *body, const struct str *context)
{
	str_add(body, "<n:EnumerationContext>");
	xml_escape(body, str_text(context));
	str_add(body, "</n:EnumerationContext>");
}

/* Not safe to repeat: the server may have moved on, and what it sent would be missing from the list. */
static int pull(struct enumeration *n, struct error *e)
{
	OWN_VALUE(str_done) struct str body = STR(REQUEST_MAX), before = STR(CONTEXT_MAX);
	size_t rows = wmi_count(n->rows.rows);

	str_add(&body, "<n:Pull>");
	write_context(&body, &n->context);
	str_add(&body, "<n:MaxElements>32000</n:MaxElements></n:Pull>");
	str_addn(&before, str_text(&n->context), n->context.len);
	if (ask(n, "pull", ENUMERATION "/Pull", &body, false, e) < 0)
		return -1;
	if (n->ended || wmi_count(n->rows.rows) > rows || strcmp(str_text(&before), str_text(&n->context)) != 0)
		return 0;
	error_set(e, ERROR_PROTOCOL, "the enumeration does not move on");
	return error_during(e, "pull");
}

static void release(struct enumeration *n)
{
	OWN_VALUE(str_done) struct str body = STR(REQUEST_MAX);
	struct error ignored = { 0 }; /* the server ends it by itself after EnumerationTimeoutms */
	const struct request request = {
		.operation = "release",
		.action = ENUMERATION "/Release",
		.resource_uri = WMI_CLASSES "*",
		.cleanup = true,
	};

	str_add(&body, "<n:Release>");
	write_context(&body, &n->context);
	str_add(&body, "</n:Release>");
	struct request filled = request;
	filled.body = str_text(&body);
	session_exchange(n->session, &filled, NULL, &ignored);
}

/* ---- following it to its end ---- */

static bool context_lost(const struct error *e)
{
	return e->has_code && (e->code == FAULT_CONTEXT_INVALID || e->code == FAULT_CONTEXT_EXPIRED);
}

/* Then nobody knows which context is the next, and on another connection none is valid (MS-WSMV 3.1.4.9). */
static bool answer_lost(const struct error *e)
{
	return e->kind == ERROR_CONNECT || e->kind == ERROR_ABORTED ||
	       (e->kind == ERROR_TIMEOUT && e->code != FAULT_OPERATION_TIMED_OUT);
}

static bool came_to_nothing_yet(const struct enumeration *n, const struct error *e)
{
	return e->kind == ERROR_TIMEOUT && e->code == FAULT_OPERATION_TIMED_OUT &&
	       deadline_left(session_deadline(n->session)) > 0;
}

static int follow(struct enumeration *n, struct error *e)
{
	for (unsigned pulls = 0; !n->ended; pulls++) {
		if (!n->context.len)
			error_set(e, ERROR_PROTOCOL, "the enumeration stops without its end");
		else if (pulls == WMI_PULLS_MAX)
			error_set(e, ERROR_PROTOCOL, "the enumeration did not end after %d answers", WMI_PULLS_MAX);
		else if (pull(n, e) == 0)
			continue;
		else if (came_to_nothing_yet(n, e)) {
			error_clear(e);
			continue;
		}
		return error_during(e, "pull");
	}
	return 0;
}

static struct wmi_rows *query(struct session *s, const char *wql, bool *again, struct error *e)
{
	OWN(wmi_rows_free) struct wmi_rows *rows = wmi_rows_new();
	struct enumeration n = { .session = s, .rows = { rows, ITEMS_DEPTH + 1 }, .context = STR(CONTEXT_MAX) };

	*again = false;
	if (!rows) {
		error_set(e, ERROR_LOCAL, "out of memory");
		return NULL;
	}
	int rc = enumerate(&n, wql, e);
	if (rc == 0 && (rc = follow(&n, e)) < 0) {
		*again = context_lost(e) || e->kind == ERROR_CONNECT;
		if (n.context.len && !context_lost(e) && !answer_lost(e))
			release(&n);
	}
	str_done(&n.context);
	return rc == 0 ? TAKE(rows) : NULL;
}

struct wmi_rows *wmi_query(struct session *s, const char *wql, struct error *e)
{
	bool again;
	struct wmi_rows *rows = query(s, wql, &again, e);

	if (rows || !again)
		return rows;
	session_retry_now(s, e);
	return query(s, wql, &again, e);
}
