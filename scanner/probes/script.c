/* script: see the header. */
#include "script.h"
#include "vssadmin.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

int script_init(struct script *script, struct error *e)
{
	uint64_t nonce;

	*script = (struct script){ .command = STR(SCRIPT_MAX) };
	if (getrandom(&nonce, sizeof(nonce), 0) != sizeof(nonce))
		return error_set(e, ERROR_LOCAL, "no random bytes");
	snprintf(script->mark, sizeof(script->mark), "vssfleet-%016" PRIx64, nonce);
	return 0;
}

void script_done(struct script *script)
{
	str_done(&script->command);
}

/* %errorlevel% is replaced when the whole line is read, too early; the caret hides it until `call` reads it again. */
void script_add(struct script *script, const char *name, const char *command)
{
	assert(script->count < SCRIPT_PARTS_MAX && !strchr(command, '%'));
	str_addf(&script->command, "%s%s & call echo %s %s %%^errorlevel%%", script->count ? " & " : "", command,
		script->mark, name);
	script->name[script->count++] = name;
}

/* "MARK NAME CODE" at the given place up to its line's end: where the line ends, or NULL. */
static const char *mark_at(const char *at, const char *end, const char *wanted, int *exit_code)
{
	size_t len = strlen(wanted);
	char *after;

	if ((size_t)(end - at) <= len || memcmp(at, wanted, len) != 0)
		return NULL;
	if (!strchr("-0123456789", at[len]))
		return NULL;
	long code = strtol(at + len, &after, 10); /* str ends in a NUL */
	while (after < end && (*after == ' ' || *after == '\r'))
		after++;
	if (after >= end || *after != '\n')
		return NULL; /* cut inside the mark: the code may be half of one */
	*exit_code = exit_code_of((uint32_t)code);
	return after + 1;
}

static struct script_part cut(const char *at, const char *end, const char *wanted, const char **rest)
{
	struct script_part part = { .bytes = at, .len = (size_t)(end - at), .begun = true };

	for (const char *p = at; (p = memmem(p, (size_t)(end - p), wanted, strlen(wanted))); p++) {
		*rest = mark_at(p, end, wanted, &part.exit_code);
		if (*rest) {
			part.len = (size_t)(p - at);
			part.done = true;
			return part;
		}
	}
	*rest = NULL;
	return part;
}

struct script_part script_part(const struct script *script, const struct str *output, const char *name)
{
	const char *at = str_text(output), *end = at + output->len;

	for (size_t i = 0; i < script->count && at; i++) {
		char wanted[64];
		snprintf(wanted, sizeof(wanted), "%s %s ", script->mark, script->name[i]);
		struct script_part part = cut(at, end, wanted, &at);
		if (!strcmp(script->name[i], name))
			return part;
	}
	return (struct script_part){ 0 };
}
