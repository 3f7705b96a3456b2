/* hosts: which servers an inventory and a pattern select. Asks nobody. */
#include "command.h"
#include "fold.h"
#include "language.h"
#include "own.h"
#include "targets.h"

#include <stdio.h>
#include <stdlib.h>

static void print_host(const struct host *host)
{
	printf("%s", host->name);
	if (host->address || host->group_count)
		printf("\t%s\t", host->address ? host->address : "");
	for (size_t i = 0; i < host->group_count; i++)
		printf("%s%s", i ? "," : "", host->groups[i]);
	putchar('\n');
}

static int print_folded(const struct hosts *hosts)
{
	OWN_VALUE(str_done) struct str folded = STR(64 << 20);
	OWN(own_free) const char **names = calloc(hosts->count, sizeof(*names));
	if (!names)
		return complain_text(EXIT_INTERNAL, _("out of memory"));
	for (size_t i = 0; i < hosts->count; i++)
		names[i] = hosts->host[i].name;
	fold_hosts(&folded, names, hosts->count, 0);
	puts(str_text(&folded));
	return EXIT_OK;
}

int cmd_hosts(int argc, char **argv)
{
	struct options o;
	OWN_VALUE(hosts_done) struct hosts hosts = { 0 };
	struct error e = { 0 };
	int code = EXIT_OK;

	options_parse(&o, argc, argv, GROUP_TARGETS | GROUP_HOSTS, "[TARGET...]",
		_("Shows which servers an inventory and a pattern select: name, address, groups. Asks nobody."));
	if (targets_read(&hosts, &o, &e) < 0)
		return complain(EXIT_USAGE, &e);
	if (o.count)
		printf("%zu\n", hosts.count);
	else if (o.fold)
		code = print_folded(&hosts);
	else
		for (size_t i = 0; i < hosts.count; i++)
			print_host(&hosts.host[i]);
	return fflush(stdout) == 0 ? code : EXIT_INTERNAL;
}
