/* runs: the stored runs, newest first. */
#include "command.h"
#include "own.h"
#include "places.h"

#include <stdio.h>
#include <time.h>

static int print_run(void *context, const struct run_info *info)
{
	char started[32];
	struct tm local;
	time_t at = (time_t)info->started;
	(void)context;

	strftime(started, sizeof(started), "%Y-%m-%d %H:%M:%S %z", localtime_r(&at, &local));
	printf("%-26s  %s  %-8s  %u of %u hosts\n", info->id, started, info->state, info->done, info->total);
	return 0;
}

int cmd_runs(int argc, char **argv)
{
	struct options o;
	OWN(store_close) struct store *store = NULL;
	struct error e = { 0 };

	options_parse(&o, argc, argv, GROUP_STORE, NULL, "Lists the stored runs, newest first.");
	if (!(store = open_store(&o, &e)) || store_runs(store, print_run, NULL, &e) < 0)
		return complain(EXIT_INTERNAL, &e);
	return fflush(stdout) == 0 ? EXIT_OK : EXIT_INTERNAL;
}
