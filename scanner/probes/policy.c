/* policy: see the header. */
#include "policy.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "console.h"
#include "ini_file.h"
#include "own.h"

enum { WINDOW_MAX_H = 365 * 24, GUID = 36 };

static void texts_done(char **text, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(text[i]);
	free(text);
}

void policy_done(struct policy *policy)
{
	for (size_t i = 0; i < policy->role_count; i++) {
		struct policy_role *role = &policy->role[i];
		free(role->name);
		texts_done(role->service, role->service_count);
		texts_done(role->writer, role->writer_count);
	}
	free(policy->role);
	*policy = (struct policy){ 0 };
}

static int no_memory(struct error *e)
{
	return error_set(e, ERROR_LOCAL, "out of memory");
}

static int add(char ***list, size_t *count, const char *text, struct error *e)
{
	char **grown = reallocarray(*list, *count + 1, sizeof(*grown));

	if (!grown)
		return no_memory(e);
	*list = grown;
	if (!(grown[*count] = strdup(text)))
		return no_memory(e);
	(*count)++;
	return 0;
}

/* A class id with or without braces becomes the form of the facts; anything else is a name. */
static int add_writer(struct policy_role *role, const char *text, struct error *e)
{
	char guid[GUID + 1];
	bool braced = *text == '{';
	size_t len = strlen(text);

	if (len != GUID + (braced ? 2 : 0) || !guid_at(text + braced, guid) || (braced && text[len - 1] != '}')) {
		if (braced)
			return error_set(e, ERROR_LOCAL, "%.80s is no class id", text);
		return add(&role->writer, &role->writer_count, text, e);
	}
	return add(&role->writer, &role->writer_count, guid, e);
}

/* "7d", "36h" in hours. */
static int set_window(struct policy *policy, const char *text, struct error *e)
{
	char *unit;
	unsigned long n = strtoul(text, &unit, 10);
	unsigned hours = !strcmp(unit, "h") ? 1 : !strcmp(unit, "d") ? 24 : 0;

	if (*text < '0' || *text > '9' || !hours || !n || n > WINDOW_MAX_H / hours)
		return error_set(
			e, ERROR_LOCAL, "event_window is a time such as 7d or 36h, at most 365d; not %.40s", text);
	if (policy->window_h)
		return error_set(e, ERROR_LOCAL, "event_window is given twice");
	policy->window_h = (unsigned)n * hours;
	return 0;
}

static int set_isolate(struct policy *policy, const char *text, struct error *e)
{
	bool yes = !strcasecmp(text, "yes") || !strcasecmp(text, "true");

	if (!yes && strcasecmp(text, "no") != 0 && strcasecmp(text, "false") != 0)
		return error_set(e, ERROR_LOCAL, "isolate_required is yes or no; not %.40s", text);
	policy->isolate_required = yes;
	return 0;
}

static int set(struct policy *policy, const char *name, const char *value, struct error *e)
{
	if (!strcmp(name, "isolate_required"))
		return set_isolate(policy, value, e);
	if (!strcmp(name, "event_window"))
		return set_window(policy, value, e);
	return error_set(
		e, ERROR_LOCAL, "%.40s is unknown; before the roles there are isolate_required, event_window", name);
}

static struct policy_role *role_named(struct policy *policy, const char *name)
{
	for (size_t i = 0; i < policy->role_count; i++)
		if (!strcmp(policy->role[i].name, name))
			return &policy->role[i];
	struct policy_role *grown = reallocarray(policy->role, policy->role_count + 1, sizeof(*grown));
	if (!grown)
		return NULL;
	policy->role = grown;
	grown[policy->role_count] = (struct policy_role){ .name = strdup(name) };
	return grown[policy->role_count].name ? &grown[policy->role_count++] : NULL;
}

static int set_in_role(struct policy *policy, const struct ini_line *line, struct error *e)
{
	if (ini_expect(line, "role", e) < 0)
		return -1;
	struct policy_role *role = role_named(policy, line->name);
	if (!role)
		return no_memory(e);
	if (!strcmp(line->key, "service"))
		return add(&role->service, &role->service_count, line->value, e);
	if (!strcmp(line->key, "writer"))
		return add_writer(role, line->value, e);
	return error_set(e, ERROR_LOCAL, "%.40s is unknown; a role has service and writer", line->key);
}

static int on_line(void *context, const struct ini_line *line, struct error *e)
{
	return *line->section ? set_in_role(context, line, e) : set(context, line->key, line->value, e);
}

/* A role that expects nothing is a slip of the pen: it would look like a check that always passes. */
static int check_roles(const struct policy *policy, const char *file, struct error *e)
{
	for (size_t i = 0; i < policy->role_count; i++)
		if (!policy->role[i].writer_count)
			return error_set(
				e, ERROR_LOCAL, "%.120s: role \"%.60s\" expects no writer", file, policy->role[i].name);
	return 0;
}

int policy_read(struct policy *policy, const char *file, struct error *e)
{
	*policy = (struct policy){ 0 };
	return ini_read(file, on_line, policy, e) < 0 ? -1 : check_roles(policy, file, e);
}
