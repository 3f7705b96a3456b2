#pragma once
/* fault_reader: picks the fault out of the elements of s:Fault, in either shape (fault.h). */

#include "fault.h"
#include "xml.h"

struct fault_reader {
	struct fault fault;
	unsigned code_depth, subcode_depth; /* of the outer WSManFault and of s:Subcode; 0: not seen */
	bool has_code;                      /* error_Code or WSManFault/@Code was read */
	bool has_message;                   /* fault.text is a message of the detail, not just the reason */
};

void fault_reader_start(struct fault_reader *f, const struct xml_element *element);
void fault_reader_end(struct fault_reader *f, const struct xml_element *element, const char *text);
