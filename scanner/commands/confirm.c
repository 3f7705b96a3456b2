/* confirm: see the header. */
#include "confirm.h"
#include "command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *plural(size_t count)
{
	return count == 1 ? "" : "s";
}

static bool typed(FILE *in, FILE *out, size_t hosts)
{
	char line[64], *end;

	fprintf(out, "This changes a service on %zu server%s. Type %zu to continue: ", hosts, plural(hosts), hosts);
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
			"there is no terminal to confirm %zu server%s on: nothing was changed; give a plan that was "
			"read, --plan FILE --apply --yes",
			hosts, plural(hosts));
	yes = terminal ? typed(terminal, terminal, hosts) : typed(stdin, stderr, hosts);
	if (terminal)
		fclose(terminal);
	return yes ? EXIT_OK : complain_text(EXIT_REFUSED, "not confirmed: nothing was changed");
}

int confirm_change(const struct options *o, size_t hosts, bool planned)
{
	if (o->yes && !planned && hosts > 1)
		return complain_text(EXIT_REFUSED,
			"--yes alone changes one server, not %zu: write the plan by --plan-out FILE, read it, and "
			"carry it out by --plan FILE --apply --yes",
			hosts);
	if (o->yes)
		return EXIT_OK;
	if (o->no_input)
		return complain_text(EXIT_REFUSED,
			"--no-input: %zu server%s cannot be confirmed; nothing was changed; add --yes%s", hosts,
			plural(hosts), planned ? "" : " and --plan FILE");
	return ask(hosts);
}
