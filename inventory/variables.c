/* variables: see the header. */
#include "variables.h"
#include "language.h"
#include "spelling.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

enum { VALUE_SHOWN = 80 }; /* bytes of a value in a message */

struct variable {
	const char *name;
	size_t field;
	const char *expect;         /* what a value looks like, for the message */
	const char *const *allowed; /* pairs of a value and what we call it, NULL-terminated; NULL: any */
	bool host_name;             /* the value must be one */
};

static const char *const schemes[] = { "http", "http", "https", "https", NULL };
static const char *const services[] = { "host", "host", "HTTP", "HTTP", "http", "HTTP", "WSMAN", "WSMAN", "wsman",
	"WSMAN", NULL };
static const char *const validations[] = { "validate", "validate", "ignore", "ignore", NULL };
/* ssl and plaintext are what Ansible calls Basic over https and over http. */
static const char *const transports[] = { "basic", "basic", "ssl", "basic", "plaintext", "basic", "certificate",
	"certificate", "kerberos", "kerberos", "ntlm", "ntlm", "negotiate", "negotiate", NULL };

// clang-format off
static const struct variable variables[] = {
	{ "ansible_host", offsetof(struct host, address), N_("a host name or IP address"), .host_name = true },
	{ "ansible_user", offsetof(struct host, user), N_("a user name") },
	{ "ansible_winrm_scheme", offsetof(struct host, scheme), N_("http or https"), schemes },
	{ "ansible_winrm_transport", offsetof(struct host, auth),
		N_("basic, certificate, kerberos, negotiate, ntlm, plaintext or ssl"), transports },
	{ "ansible_winrm_server_cert_validation", offsetof(struct host, cert_validation), N_("validate or ignore"),
		validations },
	{ "ansible_winrm_ca_trust_path", offsetof(struct host, ca_file), N_("a file name") },
	{ "ansible_winrm_kerberos_hostname_override", offsetof(struct host, kerberos_host),
		N_("a host name or IP address"), .host_name = true },
	{ "ansible_winrm_service", offsetof(struct host, kerberos_service), N_("host, HTTP or WSMAN"), services },
	{ "vssfleet_credential", offsetof(struct host, credential), N_("the name of a credential") },
	{ "vssfleet_pinned_key", offsetof(struct host, pinned_key), "sha256//BASE64" },
	{ "vssfleet_peer", offsetof(struct host, peer), N_("a word that servers share of which only one may be repaired at a time") },
};
// clang-format on

int refuse_unevaluated(const char *text, struct place at, struct error *e)
{
	if (strstr(text, "{{") || strstr(text, "{%"))
		return error_at(at, e, _("templates ({{ }}) are not evaluated; write the value itself"));
	if (strstr(text, "$ANSIBLE_VAULT") || strstr(text, "!vault"))
		return error_at(
			at, e, _("encrypted with Ansible Vault, which is not read here; decrypt it or leave it out"));
	return 0;
}

/* ansible_password, ansible_winrm_pass, ansible_become_password ... */
static bool is_password(const char *name)
{
	static const char *const endings[] = { "_pass", "_password", "_passphrase" };
	size_t len = strlen(name);

	if (strncmp(name, "ansible_", 8) != 0)
		return false;
	FOR_EACH(ending, endings) {
		size_t tail = strlen(*ending);
		if (len >= tail && strcmp(name + len - tail, *ending) == 0)
			return true;
	}
	return false;
}

static const char *meaning_of(const char *const *allowed, const char *value)
{
	for (; *allowed; allowed += 2)
		if (strcmp(allowed[0], value) == 0)
			return allowed[1];
	return NULL;
}

static int text_set(struct host *vars, const struct variable *v, const char *value, struct place at, struct error *e)
{
	char **field = (char **)((char *)vars + v->field), why[NAME_WHY];

	if (!*value)
		return error_at(at, e, _("%s has no value; expected %s"), v->name, _(v->expect));
	if (!utf8_valid(value, strlen(value)))
		return error_at(at, e, _("the value of %s is not UTF-8"), v->name);
	if (v->host_name && !host_name_valid(value, why))
		return error_at(at, e, _("%s '%.*s' is not %s: %s"), v->name, VALUE_SHOWN, value, _(v->expect), why);
	if (v->allowed) {
		const char *meaning = meaning_of(v->allowed, value);
		if (!meaning)
			return error_at(at, e, _("%s '%.*s' is not %s"), v->name, VALUE_SHOWN, value, _(v->expect));
		value = meaning;
	}
	char *copy = strdup(value);
	if (!copy)
		return error_memory(e);
	free(*field);
	*field = copy;
	return 0;
}

int variable_set(
	struct host *vars, struct hosts *hosts, const char *name, const char *value, struct place at, struct error *e)
{
	if (is_password(name))
		return error_at(at, e,
			_("%.*s: passwords are not read from an inventory; remove it and use --password-file, "
			  "$CREDENTIALS_DIRECTORY or the prompt"),
			VALUE_SHOWN, name);
	if (refuse_unevaluated(value, at, e) < 0)
		return -1;
	if (strcmp(name, "ansible_port") == 0) {
		if (!port_parse(value, &vars->port))
			return error_at(at, e, _("port %.*s is not 1-65535"), VALUE_SHOWN, value);
		return 0;
	}
	FOR_EACH(v, variables)
		if (strcmp(name, v->name) == 0)
			return text_set(vars, v, value, at, e);
	return hosts_ignore(hosts, name, e);
}
