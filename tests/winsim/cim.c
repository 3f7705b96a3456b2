/* cim: see cim.h. */

#include "cim.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "codec.h"
#include "host.h"
#include "own.h"
#include "request.h"

enum { RESULT_BYTES_MAX = 64 << 20 };

void dmtf_time(long long when, unsigned milliseconds, struct str *out)
{
	time_t seconds = (time_t)when;
	struct tm utc;

	gmtime_r(&seconds, &utc);
	str_addf(out, "%04d%02d%02d%02d%02d%02d.%03u000+000", utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday,
		utc.tm_hour, utc.tm_min, utc.tm_sec, milliseconds);
}

/* 20261122120541.123000+000 as 2026-11-22T12:05:41.123Z, which is how WinRM writes it. */
static void add_datetime(const char *dmtf, struct str *out)
{
	str_addf(out, "%.4s-%.2s-%.2sT%.2s:%.2s:%.2s%.4sZ", dmtf, dmtf + 4, dmtf + 6, dmtf + 8, dmtf + 10, dmtf + 12,
		dmtf + 14);
}

const struct cim_column *cim_column(const struct cim_class *class, const char *name)
{
	for (size_t i = 0; i < class->column_count; i++)
		if (strcasecmp(class->column[i].name, name) == 0)
			return &class->column[i];
	return NULL;
}

void cim_result_done(struct cim_result *result)
{
	str_done(&result->text);
	free(result->end);
	*result = (struct cim_result){ 0 };
}

/* A row being looked at. */
struct cursor {
	struct host *host;
	const struct cim_class *class;
	void *rows;
	size_t row;
	struct str value; /* of the column asked last */
};

static const char *cursor_value(void *context, const char *column)
{
	struct cursor *c = context;
	const struct cim_column *known = cim_column(c->class, column);

	str_clear(&c->value);
	if (!known || !c->class->value(c->host, c->rows, c->row, known->name, &c->value))
		return NULL;
	return str_text(&c->value);
}

static void add_texts(const struct str *items, const char *open, const char *name, struct str *out)
{
	for (size_t at = 0; at < items->len; at += strlen(items->data + at) + 1) {
		str_addf(out, "<%s%s>", open, name);
		xml_add(out, items->data + at);
		str_addf(out, "</%s%s>", open, name);
	}
}

/* One property; prefix "" in a fragment, "p:" in an instance. */
static void add_property(struct cursor *c, const struct cim_column *column, const char *prefix, struct str *out)
{
	const char *value = cursor_value(c, column->name);

	if (!value || (column->type == CIM_TEXTS && c->value.len == 0)) {
		str_addf(out, "<%s%s xsi:nil=\"true\"/>", prefix, column->name);
		return;
	}
	if (column->type == CIM_TEXTS) {
		add_texts(&c->value, prefix, column->name, out);
		return;
	}
	str_addc(out, '<');
	str_add(out, prefix);
	str_add(out, column->name);
	str_addc(out, '>');
	if (column->type == CIM_DATE) {
		str_add(out, *prefix ? "<cim:Datetime>" : "<Datetime>");
		add_datetime(value, out);
		str_add(out, *prefix ? "</cim:Datetime>" : "</Datetime>");
	} else {
		xml_add(out, value);
	}
	str_add(out, "</");
	str_add(out, prefix);
	str_add(out, column->name);
	str_addc(out, '>');
}

static void add_instance(struct cursor *c, struct str *out)
{
	const char *name = c->class->name;

	str_addf(out,
		"<p:%s xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xmlns:p=\"" CIMV2 "/%s\" "
		"xmlns:cim=\"http://schemas.dmtf.org/wbem/wscim/1/common\" xsi:type=\"p:%s_Type\" xml:lang=\"%s\">",
		name, name, name, language_tag(c->host->scenario->language));
	for (size_t i = 0; i < c->class->column_count; i++)
		add_property(c, &c->class->column[i], "p:", out);
	str_addf(out, "</p:%s>", name);
}

static void add_fragment(struct cursor *c, const bool *wanted, struct str *out)
{
	str_add(out, "<w:XmlFragment xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">");
	for (size_t i = 0; i < c->class->column_count; i++)
		if (wanted[i])
			add_property(c, &c->class->column[i], "", out);
	str_add(out, "</w:XmlFragment>");
}

/* Every column of the query must exist, those of WHERE too. */
static bool columns_known(const struct cim_class *class, const struct wql *query, bool *wanted)
{
	for (size_t i = 0; i < query->column_count; i++) {
		const struct cim_column *column = cim_column(class, query->column[i]);
		if (!column)
			return false;
		wanted[column - class->column] = true;
	}
	for (int i = 0; i < query->node_count; i++)
		if (query->node[i].op > WQL_NOT && !cim_column(class, query->node[i].column))
			return false;
	return true;
}

static bool associated(struct cursor *c, const struct wql *query)
{
	const char *name, *antecedent;
	const struct service *service, *centre;

	if (!*query->associators_of)
		return true;
	name = cursor_value(c, "Name");
	service = services_find(&c->host->services, name ? name : "");
	centre = services_find(&c->host->services, query->associators_of);
	if (!service || !centre)
		return false;
	for (size_t i = 0; (antecedent = service_antecedent(&c->host->services, service, i)); i++)
		if (strcasecmp(antecedent, centre->row->name) == 0)
			return true;
	for (size_t i = 0; !query->role_antecedent && (antecedent = service_antecedent(&c->host->services, centre, i));
		i++)
		if (strcasecmp(antecedent, service->row->name) == 0)
			return true;
	return false;
}

enum cim_outcome cim_query(struct host *host, const char *wql, struct cim_result *result)
{
	OWN(own_free) struct wql *query = malloc(sizeof(*query));
	struct cursor c = { .host = host };
	bool wanted[WQL_COLUMNS_MAX] = { false };
	size_t rows;

	if (!query || wql_parse(query, wql) < 0)
		return CIM_BAD_QUERY;
	c.class = cim_find(query->class_name);
	if (!c.class)
		return CIM_NO_CLASS;
	if (!columns_known(c.class, query, wanted))
		return CIM_NO_COLUMN;
	c.rows = c.class->rows(host, &rows);
	*result = (struct cim_result){
		.text = STR(RESULT_BYTES_MAX), .class_name = c.class->name, .singleton = c.class->singleton
	};
	result->end = calloc(rows + 1, sizeof(*result->end));
	for (c.row = 0; result->end && c.row < rows; c.row++) {
		if (!associated(&c, query) || !wql_matches(query, cursor_value, &c))
			continue;
		if (query->all)
			add_instance(&c, &result->text);
		else
			add_fragment(&c, wanted, &result->text);
		result->end[result->count++] = result->text.len;
	}
	c.class->free_rows(c.rows);
	str_done(&c.value);
	return CIM_OK;
}

bool cim_get(struct host *host, const struct cim_class *class, const char *column, const char *value, struct str *out)
{
	size_t rows;
	struct cursor c = { .host = host, .class = class, .rows = class->rows(host, &rows) };
	bool found = false;

	for (c.row = 0; !found && c.row < rows; c.row++) {
		const char *has = column ? cursor_value(&c, column) : NULL;
		found = column ? has && strcasecmp(has, value) == 0 : class->singleton;
		if (found)
			add_instance(&c, out);
	}
	class->free_rows(c.rows);
	str_done(&c.value);
	return found;
}
