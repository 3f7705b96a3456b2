#pragma once
/* page: the constant parts of the HTML reports, embedded at build time; NUL-terminated, len without the NUL. The
 * strings are {"key": ["English", "Japanese"], ...}. */

#include <stddef.h>

extern const char page_change_css[], page_report_css[], page_report_js[], page_change_strings_json[],
	page_strings_json[];
extern const size_t page_change_css_len, page_report_css_len, page_report_js_len, page_change_strings_json_len,
	page_strings_json_len;
