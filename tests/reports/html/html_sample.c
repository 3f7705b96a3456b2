/* html_sample: writes the HTML report of a made-up fleet, for the browser test and for looking at it by eye:
 * html_sample FILE HOSTS LANG [STATE [EARLIER [signoff]]]; the states are those of fleet_fill(), EARLIER that of a run
 * before. */
#include <stdio.h>
#include <stdlib.h>

#include "fleet.h"
#include "html.h"

int main(int argc, char **argv)
{
	struct report_options options = { .lang = argc > 3 ? argv[3] : "en", .signoff = argc > 6 };
	OWN_VALUE(run_info_done) struct run_info info = { 0 };
	struct error e = { 0 };
	char run[27];

	if (argc < 4)
		return 2;
	OWN(store_close) struct store *store = store_open(":memory:", &e);
	if (store && argc > 5 && fleet_fill(store, run, (unsigned)atoi(argv[2]), argv[5], &e) < 0) {
		fprintf(stderr, "html_sample: %s\n", e.cause);
		return 1;
	}
	if (!store || fleet_fill(store, run, (unsigned)atoi(argv[2]), argc > 4 ? argv[4] : "complete", &e) < 0 ||
		store_run(store, run, &info, &e) < 0) {
		fprintf(stderr, "html_sample: %s\n", e.cause);
		return 1;
	}
	FILE *out = fopen(argv[1], "w");
	if (!out || report_html_write(store, &info, &options, (FILE *const[REPORT_FILES_MAX]){ out }, &e) < 0 ||
		fclose(out) != 0) {
		fprintf(stderr, "html_sample: %s\n", e.cause);
		return 1;
	}
	return 0;
}
