/* doctor: is this machine ready to ask servers? One line a check, with the cure. */
#include "checks.h"
#include "column.h"
#include "command.h"
#include "errno_text.h"
#include "escape.h"
#include "language.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { WORD_WIDTH = 4, NAME_WIDTH = 12 };

static const struct {
	const char *name;
	check_fn *look;
} checks[] = {
	{ "krb5.conf", check_krb5_conf },
	{ N_("tickets"), check_ticket_cache },
	{ N_("keytab"), check_keytab },
	{ "ntlm", check_ntlm },
	{ N_("clock"), check_clock },
	{ N_("files"), check_files },
	{ N_("memory"), check_locked_memory },
	{ N_("certificates"), check_certificates },
	{ N_("password"), check_password },
	{ N_("store"), check_store },
	{ N_("versions"), check_versions },
};

static enum health print_check(const char *name, check_fn *look, const struct options *o)
{
	static const char *const words[] = {
		[HEALTH_OK] = N_("ok"), [HEALTH_WARN] = N_("warn"), [HEALTH_FAIL] = N_("fail")
	};
	OWN_VALUE(str_done) struct str what = { 0 };
	OWN_VALUE(str_done) struct str safe = { 0 };
	enum health health = look(o, &what);

	if (health == HEALTH_NONE)
		return health;
	escape_terminal(&safe, str_text(&what));
	const char *word = _(words[health]);
	printf("%s%*s %s%*s %s\n", word, column_pad(word, WORD_WIDTH), "", name, column_pad(name, NAME_WIDTH), "",
		str_text(&safe));
	return health;
}

int cmd_doctor(int argc, char **argv)
{
	struct options o;
	int code = EXIT_OK;

	options_parse(&o, argc, argv, GROUP_ACCESS | GROUP_PACE | GROUP_STORE, NULL,
		_("Checks this machine: Kerberos, NTLM, clock, limits, certificates, files. Give it the options of "
		  "your scan. Asks no server; a KDC only for --keytab."));
	FOR_EACH(check, checks)
		if (print_check(_(check->name), check->look, &o) == HEALTH_FAIL)
			code = EXIT_USAGE;
	if (fflush(stdout) != 0)
		return complain_text(EXIT_INTERNAL, _("the result cannot be written: %s"), errno_text(errno));
	return code;
}
