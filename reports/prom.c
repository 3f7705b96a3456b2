/* prom: see the header. All samples of a metric have to stand together, so each metric of hosts is a pass of its own
 * over the store. */
#include "prom.h"

#include <string.h>

#include "escape.h"
#include "figures.h"
#include "language.h"
#include "own.h"

struct prom {
	FILE *out;
	const struct run_info *run;
	const char *profile;
	int64_t at;
	void (*sample)(const struct prom *prom, const struct counted *counted); /* of each host */
	struct error *e;
};

static void head(const struct prom *prom, const char *metric, const char *help)
{
	fprintf(prom->out, "# HELP %s %s\n# TYPE %s gauge\n", metric, help, metric);
}

static void label(const struct prom *prom, const char *before, const char *text)
{
	fprintf(prom->out, "%s=\"", before);
	escape_label(prom->out, text);
	putc('"', prom->out);
}

static void name(const struct prom *prom, const char *metric)
{
	fputs(metric, prom->out);
	label(prom, "{profile", prom->profile);
}

/* One sample of the profile, or none of what is unknown. */
static void gauge(const struct prom *prom, const char *metric, const char *help, int64_t value)
{
	head(prom, metric, help);
	if (value == UNSEEN)
		return;
	name(prom, metric);
	fprintf(prom->out, "} %lld\n", (long long)value);
}

/* One of those that a label tells apart. */
static void part(const struct prom *prom, const char *metric, const char *by, const char *which, unsigned value)
{
	name(prom, metric);
	label(prom, by, which);
	fprintf(prom->out, "} %u\n", value);
}

static void put_hosts(const struct prom *prom, const struct figures *figures)
{
	head(prom, "vssfleet_hosts", "Servers of the latest run by verdict.");
	for (int v = 0; v < VERDICTS; v++)
		part(prom, "vssfleet_hosts", ",verdict", verdict_name((enum verdict)v), figures->verdict[v]);
	head(prom, "vssfleet_waived_hosts", "Servers of these that a waiver holds for.");
	for (int v = 0; v < VERDICTS; v++)
		part(prom, "vssfleet_waived_hosts", ",verdict", verdict_name((enum verdict)v), figures->waived[v]);
	head(prom, "vssfleet_not_checked_hosts", "Servers that could not be checked, by the kind of the error.");
	for (size_t k = 0; figures_kinds[k]; k++)
		part(prom, "vssfleet_not_checked_hosts", ",kind", figures_kinds[k], figures->kind[k]);
	head(prom, "vssfleet_waivers", "Waivers that the latest run went by; unused: no server needs it.");
	for (int s = 0; s < WAIVER_STATUSES; s++)
		part(prom, "vssfleet_waivers", ",status", waiver_status_name((enum waiver_status)s),
			figures->waivers[s]);
}

static void put_coverage(const struct prom *prom, const struct figures *figures)
{
	head(prom, "vssfleet_coverage_ratio", "Servers that were checked, of all servers of the run.");
	if (!figures->total)
		return;
	name(prom, "vssfleet_coverage_ratio");
	/* So many digits that what is not complete never becomes 1. */
	fprintf(prom->out, "} %.12g\n", (double)figures_checked(figures) / figures->total);
}

static void put_run(const struct prom *prom, int64_t last_success)
{
	const struct run_info *run = prom->run;

	gauge(prom, "vssfleet_run_complete", "1 if the latest run came to its end, 0 if it was cut or goes on.",
		!strcmp(run->state, "complete"));
	gauge(prom, "vssfleet_run_last_success_timestamp_seconds", "When the newest complete run ended.", last_success);
	gauge(prom, "vssfleet_run_duration_seconds", "How long the latest run took.",
		run->ended == UNSEEN ? UNSEEN : run->ended - run->started);
}

static void host(const struct prom *prom, const char *metric, const struct counted *counted)
{
	name(prom, metric);
	label(prom, ",host", counted->name);
	label(prom, ",group", counted->group);
}

static void put_verdict(const struct prom *prom, const struct counted *counted)
{
	host(prom, "vssfleet_host_verdict", counted);
	label(prom, ",verdict", verdict_name(counted->verdict));
	fputs("} 1\n", prom->out);
}

static void put_writers(const struct prom *prom, const struct counted *counted)
{
	if (counted->writers == UNSEEN)
		return;
	host(prom, "vssfleet_host_writers", counted);
	fprintf(prom->out, "} %lld\n", (long long)counted->writers);
}

static int each_host(void *context, json_t *record, json_t *evidence)
{
	const struct prom *prom = context;
	struct counted counted;

	(void)evidence;
	if (!counted_of(&counted, record, prom->run, prom->at))
		return error_set(prom->e, ERROR_LOCAL, _("run %s: a record cannot be read"), prom->run->id);
	prom->sample(prom, &counted);
	return ferror(prom->out);
}

static int put_each(struct prom *prom, struct store *store, enum store_order order)
{
	static const struct {
		const char *metric, *help;
		void (*sample)(const struct prom *prom, const struct counted *counted);
	} metrics[] = {
		{ "vssfleet_host_verdict", "1 for the verdict that the server has.", put_verdict },
		{ "vssfleet_host_writers", "VSS writers that the server lists.", put_writers },
	};

	FOR_EACH(m, metrics) {
		head(prom, m->metric, m->help);
		prom->sample = m->sample;
		if (report_each(store, prom->run, order, 0, each_host, prom, prom->e) < 0 ||
			prom->e->kind != ERROR_NONE)
			return -1;
	}
	return 0;
}

int report_prom_write(struct store *store, const struct run_info *run, const struct report_options *options,
	FILE *const out[REPORT_FILES_MAX], struct error *e)
{
	struct prom prom = { out[0], run, run_profile(run), run->started, .e = e };
	struct figures figures;
	int64_t last_success;

	if (figures_of(&figures, store, run, prom.at, e) < 0 || figures_last_success(store, run, &last_success, e) < 0)
		return -1;
	put_hosts(&prom, &figures);
	put_coverage(&prom, &figures);
	put_run(&prom, last_success);
	if (options->prom_hosts == PROM_NONE)
		return 0;
	return put_each(&prom, store, options->prom_hosts == PROM_ALL ? STORE_BY_VERDICT : STORE_PROBLEMS);
}
