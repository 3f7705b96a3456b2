#pragma once
/* xml_scan: a look at the bytes of a document before libxml2 sees them, for what would cost it more than linear time.
 */

#include <stddef.h>

#include "error.h"

/* bytes is UTF-8 without an XML declaration. Refuses (-1, ERROR_PARSE) document type declarations, start tags beyond
 * XML_TAG_MAX or XML_ATTRIBUTES_MAX, and markup that does not end. Everything else is libxml2's to judge. */
int xml_scan(const char *bytes, size_t len, struct error *e);
