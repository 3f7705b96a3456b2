/* instance: one instance of a WMI class: reading it (Get) and calling its methods (Invoke). */
#include "number.h"
#include "wmi_rows.h"

#include <stdlib.h>
#include <string.h>

static int get_start(void *context, const struct xml_element *element, struct error *e)
{
	return row_start(context, element, e);
}

static int get_end(void *context, const struct xml_element *element, const char *text, size_t len, struct error *e)
{
	return row_end(context, element, text, len, e);
}

struct wmi_rows *wmi_get(
	struct session *s, const char *class_name, const struct selector *keys, size_t key_count, struct error *e)
{
	OWN(wmi_rows_free) struct wmi_rows *rows = wmi_rows_new();
	OWN_VALUE(str_done) struct str uri = { 0 };
	struct row_reader row = { .rows = rows, .row_depth = BODY_DEPTH };
	const struct xml_reader reader = { .start = get_start, .end = get_end, .context = &row };

	str_addf(&uri, WMI_CLASSES "%s", class_name);
	if (!rows || str_failed(&uri)) {
		error_set(e, ERROR_LOCAL, "out of memory");
		return NULL;
	}
	const struct request request = {
		.operation = "get",
		.action = "http://schemas.xmlsoap.org/ws/2004/09/transfer/Get",
		.resource_uri = str_text(&uri),
		.selectors = keys,
		.selector_count = key_count,
		.body = "",
		.safe = true,
	};
	if (session_exchange(s, &request, &reader, e) < 0)
		return NULL;
	if (wmi_count(rows) == 1)
		return TAKE(rows);
	error_set(e, ERROR_PROTOCOL, "the answer holds %zu instances, not one", wmi_count(rows));
	error_during(e, request.operation);
	return NULL;
}

struct method_answer {
	uint32_t value;
	bool has_value;
};

static int invoke_end(void *context, const struct xml_element *element, const char *text, size_t len, struct error *e)
{
	struct method_answer *a = context;
	(void)len;

	if (element->depth != BODY_DEPTH + 1 || strcmp(element->name, "ReturnValue") != 0)
		return 0;
	if (!number_read(text, &a->value))
		return error_set(e, ERROR_PROTOCOL, "ReturnValue is no number: %.40s", text);
	a->has_value = true;
	return 0;
}

int wmi_invoke(struct session *s, const char *class_name, const struct selector *key, const char *method,
	const char *arguments, uint32_t *value, struct error *e)
{
	OWN_VALUE(str_done) struct str uri = { 0 }, action = { 0 }, body = { 0 };
	struct method_answer answer = { 0 };
	const struct xml_reader reader = { .end = invoke_end, .context = &answer };

	/* The namespace of the body must equal the URI of the class (MS-WSMV 3.1.4.1.32). */
	str_addf(&uri, WMI_CLASSES "%s", class_name);
	str_addf(&action, "%s/%s", str_text(&uri), method);
	str_addf(&body, "<p:%s_INPUT xmlns:p=\"%s\">%s</p:%s_INPUT>", method, str_text(&uri), arguments, method);
	if (str_failed(&uri) || str_failed(&action) || str_failed(&body))
		return error_set(e, ERROR_LOCAL, "out of memory");
	const struct request request = {
		.operation = method,
		.action = str_text(&action),
		.resource_uri = str_text(&uri),
		.selectors = key,
		.selector_count = key != NULL,
		.body = str_text(&body),
	};
	if (session_exchange(s, &request, &reader, e) < 0)
		return -1;
	if (!answer.has_value) {
		error_set(e, ERROR_PROTOCOL, "the answer has no ReturnValue");
		return error_during(e, request.operation);
	}
	*value = answer.value;
	return 0;
}

int wmi_create_process(struct session *s, const char *command_line, uint32_t *value, struct error *e)
{
	OWN_VALUE(str_done) struct str argument = STR(REQUEST_MAX);

	str_add(&argument, "<p:CommandLine>");
	xml_escape(&argument, command_line);
	str_add(&argument, "</p:CommandLine>");
	if (str_failed(&argument))
		return error_set(e, ERROR_LOCAL, "the command line is too long");
	return wmi_invoke(s, "Win32_Process", NULL, "Create", str_text(&argument), value, e);
}
