/* xml_scan: see the header. One start tag of 1 MB with many attributes costs libxml2 1.8 s; a DTD costs what it likes.
 */
#include "xml_scan.h"
#include "xml.h"

#include <stdbool.h>
#include <string.h>

static const char *cut_short(struct error *e)
{
	error_set(e, ERROR_PARSE, "the document is cut short");
	return NULL;
}

static const char *behind(const char *at, const char *end, const char *mark, struct error *e)
{
	size_t len = strlen(mark);
	const char *found = memmem(at, (size_t)(end - at), mark, len);
	return found ? found + len : cut_short(e);
}

static bool begins(const char *at, const char *end, const char *with)
{
	size_t len = strlen(with);
	return (size_t)(end - at) >= len && !memcmp(at, with, len);
}

static bool count(const char *name, unsigned *attributes, unsigned *declarations, struct error *e)
{
	/* The '=' that is known to follow stops both. */
	bool declaration = !strncmp(name, "xmlns:", 6) || !strncmp(name, "xmlns=", 6);
	unsigned *which = declaration ? declarations : attributes;

	if (++*which <= (declaration ? XML_DECLARATIONS_MAX : XML_ATTRIBUTES_MAX))
		return true;
	error_set(e, ERROR_PARSE, "a start tag has more than %d %s",
		declaration ? XML_DECLARATIONS_MAX : XML_ATTRIBUTES_MAX,
		declaration ? "namespace declarations" : "attributes");
	return false;
}

/* A '>' inside a quoted value does not end the tag, a '=' there is no attribute. */
static const char *start_tag(const char *at, const char *end, struct error *e)
{
	const char *stop = end - at > XML_TAG_MAX ? at + XML_TAG_MAX : end, *name = at;
	unsigned attributes = 0, declarations = 0;

	for (const char *p = at + 1; p < stop; p++) {
		if (*p == '>')
			return p + 1;
		if (*p == ' ' || (*p >= '\t' && *p <= '\r'))
			name = p + 1;
		if (*p == '=' && !count(name, &attributes, &declarations, e))
			return NULL;
		if ((*p == '"' || *p == '\'') && !(p = memchr(p + 1, *p, (size_t)(stop - p - 1))))
			break;
	}
	if (stop == end)
		return cut_short(e);
	error_set(e, ERROR_PARSE, "a start tag has more than %d bytes", XML_TAG_MAX);
	return NULL;
}

static const char *markup(const char *at, const char *end, struct error *e)
{
	if (end - at < 2)
		return cut_short(e);
	if (at[1] == '/')
		return behind(at, end, ">", e);
	if (at[1] == '?')
		return behind(at + 2, end, "?>", e);
	if (at[1] != '!')
		return start_tag(at, end, e);
	if (begins(at, end, "<!--"))
		return behind(at + 4, end, "-->", e);
	if (begins(at, end, "<![CDATA["))
		return behind(at + 9, end, "]]>", e);
	error_set(e, ERROR_PARSE, "the document has a document type declaration, which is refused");
	return NULL;
}

int xml_scan(const char *bytes, size_t len, struct error *e)
{
	const char *at = bytes, *end = bytes + len;

	while ((at = memchr(at, '<', (size_t)(end - at))))
		if (!(at = markup(at, end, e)))
			return -1;
	return 0;
}
