/* zabbix: see the header. */
#include "zabbix.h"

#include <stdarg.h>
#include <string.h>

#include "escape.h"
#include "figures.h"
#include "language.h"
#include "own.h"

struct zabbix {
	FILE *out;
	const struct run_info *run;
	int64_t at;
	bool any; /* an entry stands in the list */
	struct error *e;
};

static int counted_in(const struct zabbix *z, struct counted *counted, json_t *record)
{
	if (counted_of(counted, record, z->run, z->at))
		return 0;
	return error_set(z->e, ERROR_LOCAL, _("run %s: a record cannot be read"), z->run->id);
}

static int put_discovered(void *context, json_t *record, json_t *evidence)
{
	struct zabbix *z = context;
	struct counted counted;

	(void)evidence;
	if (counted_in(z, &counted, record) < 0)
		return -1;
	json_t *entry = json_pack("{s:s, s:s}", "{#HOST}", counted.name, "{#GROUP}", counted.group);
	if (!entry)
		return error_set(z->e, ERROR_LOCAL, _("out of memory"));
	fputs(z->any ? ",\n" : "", z->out);
	z->any = true;
	json_dumpf(entry, z->out, JSON_COMPACT);
	json_decref(entry);
	return ferror(z->out);
}

int report_zabbix_lld_write(struct store *store, const struct run_info *run, const struct report_options *options,
	FILE *const out[REPORT_FILES_MAX], struct error *e)
{
	struct zabbix z = { .out = out[0], .run = run, .at = run->started, .e = e };

	(void)options;
	fputs("[\n", z.out);
	if (report_each(store, run, STORE_BY_NAME, 0, put_discovered, &z, e) < 0 || e->kind != ERROR_NONE)
		return -1;
	fputs("\n]\n", z.out);
	return 0;
}

/* A key has parameters in brackets; one that could be taken for more than one, or for quoted, has quotes of its own. */
static void put_key(struct str *key, const char *item, const char *parameter)
{
	bool quoted = parameter && (*parameter == '"' || *parameter == ' ' || strpbrk(parameter, ",]"));

	str_add(key, item);
	if (!parameter)
		return;
	str_add(key, quoted ? "[\"" : "[");
	for (const char *c = parameter; *c; c++) {
		if (quoted && *c == '"')
			str_addc(key, '\\');
		str_addc(key, *c);
	}
	str_add(key, quoted ? "\"]" : "]");
}

static void put_plain_or_quoted(FILE *out, const char *key)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-[]";
	bool quoted = key[strspn(key, plain)];

	fputs(quoted ? "\"" : "", out);
	escape_label(out, key);
	fputs(quoted ? "\"" : "", out);
}

static int __attribute__((format(printf, 4, 5)))
put(const struct zabbix *z, const char *item, const char *parameter, const char *format, ...)
{
	OWN_VALUE(str_done) struct str key = { 0 };
	va_list args;

	put_key(&key, item, parameter);
	if (str_failed(&key))
		return error_set(z->e, ERROR_LOCAL, _("out of memory for an entry"));
	putc('"', z->out);
	escape_label(z->out, run_profile(z->run));
	fputs("\" ", z->out);
	put_plain_or_quoted(z->out, str_text(&key));
	fprintf(z->out, " %lld ", (long long)run_moment(z->run));
	va_start(args, format);
	vfprintf(z->out, format, args);
	va_end(args);
	putc('\n', z->out);
	return 0;
}

static int put_host(void *context, json_t *record, json_t *evidence)
{
	const struct zabbix *z = context;
	struct counted counted;

	(void)evidence;
	if (counted_in(z, &counted, record) < 0 ||
		put(z, "vssfleet.host.verdict", counted.name, "%s", verdict_name(counted.verdict)) < 0)
		return -1;
	if (counted.writers != UNSEEN &&
		put(z, "vssfleet.host.writers", counted.name, "%lld", (long long)counted.writers) < 0)
		return -1;
	return ferror(z->out);
}

static int put_figures(const struct zabbix *z, const struct figures *figures)
{
	int rc = 0;

	for (int v = 0; v < VERDICTS; v++)
		rc |= put(z, "vssfleet.hosts", verdict_name((enum verdict)v), "%u", figures->verdict[v]);
	for (size_t k = 0; figures_kinds[k]; k++)
		rc |= put(z, "vssfleet.not_checked", figures_kinds[k], "%u", figures->kind[k]);
	rc |= put(z, "vssfleet.waived", NULL, "%u", figures_waived(figures));
	unsigned permille = figures_permille(figures);
	if (figures->total)
		rc |= put(z, "vssfleet.coverage", NULL, "%u.%u", permille / 10, permille % 10);
	rc |= put(z, "vssfleet.run.complete", NULL, "%d", !strcmp(z->run->state, "complete"));
	if (z->run->ended != UNSEEN)
		rc |= put(z, "vssfleet.run.duration", NULL, "%lld", (long long)(z->run->ended - z->run->started));
	return rc;
}

int report_zabbix_sender_write(struct store *store, const struct run_info *run, const struct report_options *options,
	FILE *const out[REPORT_FILES_MAX], struct error *e)
{
	struct zabbix z = { .out = out[0], .run = run, .at = run->started, .e = e };
	struct figures figures;

	(void)options;
	if (figures_of(&figures, store, run, z.at, e) < 0 || put_figures(&z, &figures) < 0 ||
		report_each(store, run, STORE_BY_NAME, 0, put_host, &z, e) < 0)
		return -1;
	return e->kind == ERROR_NONE ? 0 : -1;
}
