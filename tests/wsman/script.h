#pragma once
/* script: a conversation as a table, played through a session without network: each line is a request that must come,
 * in this order, and its answer. */

#include <stddef.h>

#include "session.h"

struct line {
	const char *expect;   /* parts that the request must hold, in this order, with "*" between them */
	const char *answer;   /* what s:Body holds; or a whole document if it begins with "<?" or "<s:Envelope" */
	enum error_kind fail; /* instead of an answer: the wire fails like this */
};

struct script {
	const struct line *line;
	size_t count, played;
	struct str last_request;
};

#define SCRIPT(lines)                                                                                                  \
	{                                                                                                              \
		.line = (lines), .count = COUNT(lines)                                                                 \
	}

struct session *script_session(struct script *script, struct deadline deadline);
struct session *script_session_open(struct script *script); /* with a deadline that does not matter */
/* Fails the test unless every line was played; releases the script. */
void script_ended(struct script *script);

#define FAULT_OF(code, subcode, text)                                                                                  \
	"<s:Fault><s:Code><s:Value>s:Receiver</s:Value><s:Subcode><s:Value>" subcode "</s:Value></s:Subcode></s:Code>" \
	"<s:Reason><s:Text xml:lang=\"ja-JP\"></s:Text></s:Reason><s:Detail><f:WSManFault Code=\"" code                \
	"\" Machine=\"srv\" xmlns:f=\"http://schemas.microsoft.com/wbem/wsman/1/wsmanfault\"><f:Message>" text         \
	"</f:Message></f:WSManFault></s:Detail></s:Fault>"
#define TIMED_OUT FAULT_OF("2150858793", "w:TimedOut", "")
