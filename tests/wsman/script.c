/* script: see the header. */
#include "cases.h"
#include "script.h"

#include <string.h>

/* Each part of the pattern must come behind the one before it. */
static bool holds(const char *text, const char *pattern)
{
	while (*pattern) {
		char part[256];
		size_t len = strcspn(pattern, "*");
		assert_true(len < sizeof(part));
		memcpy(part, pattern, len);
		part[len] = '\0';
		if (!(text = strstr(text, part)))
			return false;
		text += len;
		pattern += len + (pattern[len] == '*');
	}
	return true;
}

static void wrap(struct str *reply, const char *request, const char *body)
{
	static const char open[] = "<a:MessageID>";
	const char *id = strstr(request, open);

	str_add(reply, "<s:Envelope xml:lang=\"ja-JP\" xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\""
		       " xmlns:a=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\""
		       " xmlns:w=\"http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd\""
		       " xmlns:n=\"http://schemas.xmlsoap.org/ws/2004/09/enumeration\""
		       " xmlns:x=\"http://schemas.xmlsoap.org/ws/2004/09/transfer\""
		       " xmlns:rsp=\"http://schemas.microsoft.com/wbem/wsman/1/windows/shell\""
		       " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><s:Header>");
	if (id) {
		id += strlen(open);
		str_addf(reply, "<a:RelatesTo> %.*s\n</a:RelatesTo>", (int)strcspn(id, "<"), id);
	}
	str_addf(reply, "</s:Header><s:Body>%s</s:Body></s:Envelope>", body);
}

static int play(void *context, const char *request, size_t len, struct str *reply, struct error *e)
{
	struct script *script = context;

	assert_int_equal(strlen(request), len);
	if (script->played == script->count)
		fail_msg("a request behind the end of the script: %s", request);
	const struct line *line = &script->line[script->played++];
	if (!holds(request, line->expect))
		fail_msg("line %zu wants \"%s\" and got: %s", script->played, line->expect, request);
	str_clear(&script->last_request);
	str_addn(&script->last_request, request, len);
	if (line->fail)
		return error_set(e, line->fail, "as the script says");
	if (!strncmp(line->answer, "<?", 2) || !strncmp(line->answer, "<s:Envelope", 11))
		str_add(reply, line->answer);
	else
		wrap(reply, request, line->answer);
	return 0;
}

struct session *script_session(struct script *script, struct deadline deadline)
{
	struct session *s = session_scripted("srv.example", play, script, deadline);
	assert_non_null(s);
	return s;
}

struct session *script_session_open(struct script *script)
{
	return script_session(script, deadline_in(3600 * 1000, NULL));
}

void script_ended(struct script *script)
{
	str_done(&script->last_request);
	if (script->played != script->count)
		fail_msg("only %zu of %zu lines were played", script->played, script->count);
}
