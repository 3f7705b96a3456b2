/* doctor: is this machine ready to ask servers? One line a check, with the cure. */
#include "checks.h"
#include "command.h"
#include "escape.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const struct {
	const char *name;
	check_fn *look;
} checks[] = {
	{ "krb5.conf", check_krb5_conf },
	{ "tickets", check_ticket_cache },
	{ "keytab", check_keytab },
	{ "ntlm", check_ntlm },
	{ "clock", check_clock },
	{ "files", check_files },
	{ "memory", check_locked_memory },
	{ "certificates", check_certificates },
	{ "password", check_password },
	{ "store", check_store },
	{ "versions", check_versions },
};

static enum health print_check(const char *name, check_fn *look, const struct options *o)
{
	static const char *const words[] = { [HEALTH_OK] = "ok", [HEALTH_WARN] = "warn", [HEALTH_FAIL] = "fail" };
	OWN_VALUE(str_done) struct str what = { 0 };
	OWN_VALUE(str_done) struct str safe = { 0 };
	enum health health = look(o, &what);

	if (health == HEALTH_NONE)
		return health;
	escape_terminal(&safe, str_text(&what));
	printf("%-4s %-12s %s\n", words[health], name, str_text(&safe));
	return health;
}

int cmd_doctor(int argc, char **argv)
{
	struct options o;
	int code = EXIT_OK;

	options_parse(&o, argc, argv, GROUP_ACCESS | GROUP_PACE | GROUP_STORE, NULL,
		"Checks this machine: Kerberos, NTLM, clock, limits, certificates, files. Give it the options of your "
		"scan. "
		"Asks no server; a KDC only for --keytab.");
	FOR_EACH(check, checks)
		if (print_check(check->name, check->look, &o) == HEALTH_FAIL)
			code = EXIT_USAGE;
	if (fflush(stdout) != 0)
		return complain_text(EXIT_INTERNAL, "the result cannot be written: %s", strerror(errno));
	return code;
}
