#pragma once
/* escape: one function per output context (UX section 2.8). Everything a host says is hostile.
 * All take UTF-8 or anything else: invalid bytes become U+FFFD, control and bidi characters are made visible. */

#include <stdio.h>

#include "str.h"

void escape_html(FILE *out, const char *text);        /* element text and double-quoted attribute */
void escape_json_island(FILE *out, const char *json); /* a JSON document inside <script type="application/json"> */
void escape_csv(FILE *out, const char *text, int guard_formulas); /* a whole field, always in quotes */
void escape_xml(FILE *out, const char *text);                     /* XML 1.0 text and double-quoted attribute */
void escape_label(FILE *out, const char *text);          /* inside the quotes of a Prometheus label or a Zabbix entry */
void escape_terminal(struct str *out, const char *text); /* C0, C1, DEL, bidi as \x.. and \u{....} */
