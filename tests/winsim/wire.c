/* wire: see wire.h. */

#include "wire.h"

#include <stdlib.h>
#include <string.h>

#include <libxml/parser.h>
#include <zlib.h>

#include "codec.h"
#include "own.h"

enum { HUGE_TEXT_BYTES = 16 << 20, DEEP_LEVELS = 50000, ANSWER_LIMIT = 64 << 20 };

static void replace(struct reply *reply, struct str *body)
{
	str_done(&reply->body);
	reply->body = *body;
	*body = (struct str){ 0 };
}

/* The envelope with other text before the end of its Body. */
static void insert_into_body(struct reply *reply, const struct str *text)
{
	struct str body = STR(ANSWER_LIMIT);
	const char *end = strstr(str_text(&reply->body), "</s:Body>");

	if (!end)
		return;
	str_addn(&body, reply->body.data, (size_t)(end - reply->body.data));
	str_addn(&body, str_text(text), text->len);
	str_add(&body, end);
	replace(reply, &body);
}

static void add_huge_text(struct reply *reply)
{
	OWN_VALUE(str_done) struct str text = STR(ANSWER_LIMIT);

	str_add(&text, "<x>");
	if (str_reserve(&text, HUGE_TEXT_BYTES + 16)) {
		memset(text.data + text.len, 'A', HUGE_TEXT_BYTES);
		text.len += HUGE_TEXT_BYTES;
		text.data[text.len] = '\0';
	}
	str_add(&text, "</x>");
	insert_into_body(reply, &text);
}

static void add_deep_xml(struct reply *reply)
{
	OWN_VALUE(str_done) struct str text = STR(ANSWER_LIMIT);

	for (int i = 0; i < DEEP_LEVELS; i++)
		str_add(&text, "<d>");
	for (int i = 0; i < DEEP_LEVELS; i++)
		str_add(&text, "</d>");
	insert_into_body(reply, &text);
}

static void add_bomb(struct reply *reply)
{
	struct str bomb = STR(ANSWER_LIMIT);

	str_add(&bomb, "<?xml version=\"1.0\"?><!DOCTYPE s:Envelope [<!ENTITY a0 \"boom\">");
	for (int i = 1; i < 12; i++)
		str_addf(&bomb, "<!ENTITY a%d \"&a%d;&a%d;&a%d;&a%d;&a%d;&a%d;&a%d;&a%d;&a%d;&a%d;\">", i, i - 1, i - 1,
			i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1);
	str_add(&bomb, "<!ENTITY file SYSTEM \"file:///etc/hostname\">]><s:Envelope "
		       "xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\"><s:Header/><s:Body>&a11;&file;</s:Body></"
		       "s:Envelope>");
	replace(reply, &bomb);
}

/* "w:TimedOut" with the new prefixes: QNames also stand in texts and in xsi:type. */
static void rename_qname(xmlNode *holder, const char *text)
{
	const char *colon = strchr(text, ':');
	OWN_VALUE(str_done) struct str renamed = { 0 };

	if (!colon || strchr("/. ", colon[1]))
		return;
	str_add(&renamed, "q-");
	str_add(&renamed, text);
	xmlNodeSetContent(holder, (const xmlChar *)str_text(&renamed));
}

static void rename_prefixes(xmlNode *node)
{
	for (; node; node = node->next) {
		if (node->type != XML_ELEMENT_NODE)
			continue;
		for (xmlNs *ns = node->nsDef; ns; ns = ns->next)
			if (ns->prefix && xmlStrcmp(ns->prefix, (const xmlChar *)"xsi") != 0) {
				OWN_VALUE(str_done) struct str prefix = { 0 };
				str_addf(&prefix, "q-%s", (const char *)ns->prefix);
				xmlFree((xmlChar *)ns->prefix);
				ns->prefix = xmlStrdup((const xmlChar *)str_text(&prefix));
			}
		rename_prefixes(node->children);
		if (xmlStrcmp(node->name, (const xmlChar *)"Value") == 0 && node->children &&
			node->children->type == XML_TEXT_NODE && !node->children->next) {
			OWN(own_free) char *text = strdup((const char *)node->children->content);
			rename_qname(node, text);
		}
		for (xmlAttr *a = node->properties; a; a = a->next)
			if (xmlStrcmp(a->name, (const xmlChar *)"type") == 0 && a->ns && a->children) {
				OWN_VALUE(str_done) struct str type = { 0 };
				str_addf(&type, "q-%s", (const char *)a->children->content);
				xmlNodeSetContent(a->children, (const xmlChar *)str_text(&type));
			}
	}
}

static void use_other_prefixes(struct reply *reply)
{
	xmlDoc *doc =
		xmlReadMemory(reply->body.data, (int)reply->body.len, NULL, NULL, XML_PARSE_NONET | XML_PARSE_HUGE);
	struct str renamed = STR(ANSWER_LIMIT);
	xmlChar *text;
	int len;

	if (!doc)
		return;
	rename_prefixes(xmlDocGetRootElement(doc));
	xmlDocDumpMemoryEnc(doc, &text, &len, "UTF-8");
	str_addn(&renamed, text, (size_t)len);
	xmlFree(text);
	xmlFreeDoc(doc);
	replace(reply, &renamed);
}

static void make_utf16(struct reply *reply)
{
	struct str wide = STR(ANSWER_LIMIT);

	str_add(&wide, "\xff\xfe");
	encode_add(&wide, str_text(&reply->body), CODEPAGE_UTF16);
	replace(reply, &wide);
	reply->content_type = "application/soap+xml;charset=UTF-16";
}

static void compress_body(struct reply *reply)
{
	struct str packed = STR(ANSWER_LIMIT);
	z_stream z = { .next_in = (unsigned char *)reply->body.data, .avail_in = (uInt)reply->body.len };

	if (deflateInit2(&z, Z_BEST_SPEED, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK)
		return;
	str_reserve(&packed, deflateBound(&z, reply->body.len));
	z.next_out = (unsigned char *)packed.data;
	z.avail_out = (uInt)packed.room;
	if (packed.data && deflate(&z, Z_FINISH) == Z_STREAM_END) {
		packed.len = z.total_out;
		replace(reply, &packed);
		reply->encoding = "gzip";
	}
	deflateEnd(&z);
}

void wire_disturb(struct reply *reply, enum trouble trouble)
{
	switch (trouble) {
	case TROUBLE_RESET_MID:
		reply->delivery = DELIVER_HALF_THEN_RESET;
		return;
	case TROUBLE_TRUNCATED:
		reply->delivery = DELIVER_HALF_THEN_CLOSE;
		return;
	case TROUBLE_HALF_XML:
		reply->body.len /= 2;
		return;
	case TROUBLE_SLOW_BYTES:
		reply->delivery = DELIVER_SLOWLY;
		return;
	case TROUBLE_CHUNKED:
		reply->delivery = DELIVER_CHUNKED;
		return;
	case TROUBLE_GZIP:
		compress_body(reply);
		return;
	case TROUBLE_UTF16:
		make_utf16(reply);
		return;
	case TROUBLE_PREFIXES:
		use_other_prefixes(reply);
		return;
	case TROUBLE_XML_BOMB:
		add_bomb(reply);
		return;
	case TROUBLE_DEEP_XML:
		add_deep_xml(reply);
		return;
	case TROUBLE_HUGE_TEXT:
		add_huge_text(reply);
		return;
	default:
		return;
	}
}

static void say(struct reply *reply, unsigned status, const char *content_type, const char *text)
{
	reply->status = status;
	reply->content_type = content_type;
	str_add(&reply->body, text);
}

bool wire_instead(struct reply *reply, enum trouble trouble, unsigned answers_before)
{
	switch (trouble) {
	case TROUBLE_HTTP_500:
		say(reply, 500, "text/plain", "Not enough memory resources are available to complete this operation.");
		return true;
	case TROUBLE_HTTP_503_TWICE:
		if (answers_before >= 2)
			return false;
		say(reply, 503, "text/html; charset=us-ascii",
			"<!DOCTYPE HTML><HTML><HEAD><TITLE>Service Unavailable</TITLE></HEAD><BODY><h2>Service "
			"Unavailable</h2></BODY></HTML>");
		return true;
	case TROUBLE_HTML:
		say(reply, 200, "text/html; charset=utf-8",
			"<!doctype html><html><head><title>Web proxy</title></head><body><form>Please log "
			"on.</form></body></html>");
		return true;
	case TROUBLE_REDIRECT:
		say(reply, 301, "text/html", "");
		reply->location = "https://other.sim.example/wsman";
		return true;
	default:
		return false;
	}
}
