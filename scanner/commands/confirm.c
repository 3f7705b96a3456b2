/* confirm: see the header. */
#include "confirm.h"
#include "command.h"
#include "language.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool typed(FILE *in, FILE *out, size_t hosts)
{
	char line[64], *end;

	fprintf(out,
		P_("This changes a service on %zu server. Type %zu to continue: ",
			"This changes a service on %zu servers. Type %zu to continue: ", hosts),
		hosts, hosts);
	fflush(out);
	if (!fgets(line, sizeof(line), in))
		return false;
	line[strcspn(line, "\r\n")] = '\0';
	unsigned long number = strtoul(line, &end, 10);
	return end != line && !*end && number == hosts;
}

static int ask(size_t hosts)
{
	FILE *terminal = fopen("/dev/tty", "r+e");
	bool yes;

	if (!terminal && !isatty(STDIN_FILENO))
		return complain_text(EXIT_REFUSED,
			P_("there is no terminal to confirm %zu server on: nothing was changed; give a plan that was "
			   "read, --plan FILE --apply --yes",
				"there is no terminal to confirm %zu servers on: nothing was changed; give a plan that "
				"was read, --plan FILE --apply --yes",
				hosts),
			hosts);
	yes = terminal ? typed(terminal, terminal, hosts) : typed(stdin, stderr, hosts);
	if (terminal)
		fclose(terminal);
	return yes ? EXIT_OK : complain_text(EXIT_REFUSED, _("not confirmed: nothing was changed"));
}

int confirm_change(const struct options *o, size_t hosts, bool planned)
{
	if (o->yes && !planned && hosts > 1)
		return complain_text(EXIT_REFUSED,
			_("--yes alone changes one server, not %zu: write the plan by --plan-out FILE, read it, and "
			  "carry it out by --plan FILE --apply --yes"),
			hosts);
	if (o->yes)
		return EXIT_OK;
	if (o->no_input && planned)
		return complain_text(EXIT_REFUSED,
			P_("--no-input: %zu server cannot be confirmed; nothing was changed; add --yes",
				"--no-input: %zu servers cannot be confirmed; nothing was changed; add --yes", hosts),
			hosts);
	if (o->no_input)
		return complain_text(EXIT_REFUSED,
			P_("--no-input: %zu server cannot be confirmed; nothing was changed; add --yes and --plan FILE",
				"--no-input: %zu servers cannot be confirmed; nothing was changed; add --yes and "
				"--plan FILE",
				hosts),
			hosts);
	return ask(hosts);
}
