/* accounts: see the header. */
#include "accounts.h"
#include "grow.h"
#include "ini_file.h"
#include "language.h"

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
			return error_set(e, ERROR_LOCAL, _("%s is given twice for %.80s"), name, a->name);
		return (*field = strdup(value)) ? 0 : error_set(e, ERROR_LOCAL, _("out of memory"));
	}
	if (strstr(name, "pass"))
		return error_set(e, ERROR_LOCAL, _("%.40s: passwords are not read from here; use password_file"), name);
	return error_set(e, ERROR_LOCAL,
		_("%.40s is unknown; there are user, password_file, keytab, certificate, key, auth"), name);
}

/* The accounts may stand in the configuration, whose other sections are somebody else's. */
static bool is_of_configuration(const struct ini_line *line)
{
	static const char *const sections[] = { "", "mail", "report", "store", "policy" };

	FOR_EACH(section, sections)
		if (!strcmp(line->section, *section))
			return true;
	return line->kind && !strcmp(line->kind, "profile");
}

static int on_line(void *context, const struct ini_line *line, struct error *e)
{
	if (is_of_configuration(line))
		return 0;
	if (ini_expect(line, "credential", e) < 0)
		return -1;
	struct account *a = account_named(context, line->name);
	return a ? set(a, line->key, line->value, e) : error_set(e, ERROR_LOCAL, _("out of memory"));
}

int accounts_read(struct accounts *accounts, const char *file, struct error *e)
{
	*accounts = (struct accounts){ 0 };
	return ini_read(file, on_line, accounts, e);
}
