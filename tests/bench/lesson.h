#pragma once
/* lesson: the requests of one audit as texts, for others to ask the same. A mark stands where hosts and answers differ;
 * XML has no control characters, so nothing else can look like one. In a file each request ends in a NUL. */

enum lesson_mark {
	MARK_TO = 1,  /* URL of the service */
	MARK_MESSAGE, /* MessageID */
	MARK_CONTEXT, /* EnumerationContext of the answer before */
	MARK_SHELL,   /* ShellId */
	MARK_COMMAND, /* CommandId */
	MARKS,
};
