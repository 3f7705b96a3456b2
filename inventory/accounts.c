/* accounts: see the header. */
#include "accounts.h"
#include "grow.h"

#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct key {
	const char *name;
	size_t field;
} keys[] = {
	{ "user", offsetof(struct account, user) },
	{ "password_file", offsetof(struct account, password_file) },
	{ "keytab", offsetof(struct account, keytab) },
	{ "certificate", offsetof(struct account, certificate) },
	{ "key", offsetof(struct account, key) },
	{ "auth", offsetof(struct account, auth) },
};

struct reading {
	struct accounts *accounts;
	struct error *e;
};

static void account_done(struct account *a)
{
	free(a->name);
	FOR_EACH(key, keys)
		free(*(char **)((char *)a + key->field));
}

void accounts_done(struct accounts *accounts)
{
	for (size_t i = 0; i < accounts->count; i++)
		account_done(&accounts->account[i]);
	free(accounts->account);
	*accounts = (struct accounts){ 0 };
}

/* credential "NAME" */
static char *name_of(const char *section)
{
	char *name = NULL;
	int end = 0;

	if (sscanf(section, "credential \"%*[^\"]\"%n", &end) == 0 && end && !section[end])
		name = strndup(section + strlen("credential \""), (size_t)end - strlen("credential \"\""));
	return name;
}

static struct account *account_named(struct accounts *accounts, const char *name)
{
	for (size_t i = 0; i < accounts->count; i++)
		if (!strcmp(accounts->account[i].name, name))
			return &accounts->account[i];
	struct account *grown = reallocarray(accounts->account, accounts->count + 1, sizeof(*grown));
	if (!grown)
		return NULL;
	accounts->account = grown;
	struct account *a = &grown[accounts->count];
	*a = (struct account){ .name = strdup(name) };
	accounts->count += a->name != NULL;
	return a->name ? a : NULL;
}

static int set(struct account *a, const char *name, const char *value, struct error *e)
{
	FOR_EACH(key, keys) {
		char **field = (char **)((char *)a + key->field);
		if (strcmp(name, key->name) != 0)
			continue;
		if (*field)
			return error_set(e, ERROR_LOCAL, "%s is given twice for %.80s", name, a->name);
		return (*field = strdup(value)) ? 0 : error_set(e, ERROR_LOCAL, "out of memory");
	}
	if (strstr(name, "pass"))
		return error_set(e, ERROR_LOCAL, "%.40s: passwords are not read from here; use password_file", name);
	return error_set(e, ERROR_LOCAL,
		"%.40s is unknown; there are user, password_file, keytab, certificate, key, auth", name);
}

/* 0 tells inih that the line is wrong. */
static int on_line(void *context, const char *section, const char *name, const char *value)
{
	struct reading *reading = context;
	OWN(own_free) char *account = name_of(section);
	struct account *a = account ? account_named(reading->accounts, account) : NULL;

	if (!account)
		error_set(reading->e, ERROR_LOCAL, "[%.60s] is no section like [credential \"NAME\"]", section);
	else if (!a)
		error_set(reading->e, ERROR_LOCAL, "out of memory");
	else if (!*value)
		error_set(reading->e, ERROR_LOCAL, "%.40s has no value", name);
	else
		return set(a, name, value, reading->e) == 0;
	return 0;
}

int accounts_read(struct accounts *accounts, const char *file, struct error *e)
{
	struct error why = { 0 };
	struct reading reading = { accounts, &why };
	FILE *stream = fopen(file, "re");

	*accounts = (struct accounts){ 0 };
	if (!stream)
		return error_code(e, ERROR_LOCAL, errno, "%.200s: %s", file, strerror(errno));
	int line = ini_parse_file(stream, on_line, &reading);
	fclose(stream);
	if (line == 0)
		return 0;
	return error_set(e, ERROR_LOCAL, "%.120s:%d: %.200s", file, line,
		why.kind != ERROR_NONE ? why.cause : "expected [credential \"NAME\"] or KEY = VALUE");
}
