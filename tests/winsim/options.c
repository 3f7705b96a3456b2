/* options: see options.h. */

#include "options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "own.h"
#include "scenario.h"

enum {
	OPTION_DIR = 256,
	OPTION_FLEET,
	OPTION_MIX,
	OPTION_HOST,
	OPTION_CLONE,
	OPTION_HTTPS_PORT,
	OPTION_HTTP_PORT,
	OPTION_CONTROL_PORT,
	OPTION_LATENCY,
	OPTION_JITTER,
	OPTION_TIME_SCALE,
	OPTION_USER,
	OPTION_PASSWORD,
	OPTION_DOMAIN,
	OPTION_KEYTAB,
	OPTION_AUTH,
	OPTION_CBT,
	OPTION_INVENTORY_SCHEME,
	OPTION_ALLOW_UNENCRYPTED,
	OPTION_ENVELOPE_KB,
	OPTION_MAX_SHELLS,
	OPTION_SCENARIOS,
	OPTION_HELP,
};

static const struct option long_options[] = {
	{ "dir", required_argument, NULL, OPTION_DIR },
	{ "fleet", required_argument, NULL, OPTION_FLEET },
	{ "mix", required_argument, NULL, OPTION_MIX },
	{ "host", required_argument, NULL, OPTION_HOST },
	{ "clone", required_argument, NULL, OPTION_CLONE },
	{ "https-port", required_argument, NULL, OPTION_HTTPS_PORT },
	{ "http-port", required_argument, NULL, OPTION_HTTP_PORT },
	{ "control-port", required_argument, NULL, OPTION_CONTROL_PORT },
	{ "latency", required_argument, NULL, OPTION_LATENCY },
	{ "jitter", required_argument, NULL, OPTION_JITTER },
	{ "time-scale", required_argument, NULL, OPTION_TIME_SCALE },
	{ "user", required_argument, NULL, OPTION_USER },
	{ "password", required_argument, NULL, OPTION_PASSWORD },
	{ "domain", required_argument, NULL, OPTION_DOMAIN },
	{ "keytab", required_argument, NULL, OPTION_KEYTAB },
	{ "auth", required_argument, NULL, OPTION_AUTH },
	{ "cbt", required_argument, NULL, OPTION_CBT },
	{ "inventory-scheme", required_argument, NULL, OPTION_INVENTORY_SCHEME },
	{ "allow-unencrypted", no_argument, NULL, OPTION_ALLOW_UNENCRYPTED },
	{ "envelope-kb", required_argument, NULL, OPTION_ENVELOPE_KB },
	{ "max-shells", required_argument, NULL, OPTION_MAX_SHELLS },
	{ "scenarios", no_argument, NULL, OPTION_SCENARIOS },
	{ "help", no_argument, NULL, OPTION_HELP },
	{ 0 },
};

static const char usage[] =
	"usage: winsim --dir DIR (--fleet N [--mix audit|fix|all] | --host NAME=SCENARIO ...)\n"
	"  --clone NAME=HOST            plays what that one plays, and says that it is the same machine\n"
	"  --https-port P --http-port P --control-port P   0 or absent: a free one\n"
	"  --latency MS --jitter MS     added to each answer\n"
	"  --time-scale X               simulated seconds a second\n"
	"  --user U --password P        what Basic and NTLM accept; the certificate's name\n"
	"  --domain D                   of NTLM accounts: WINSIM\n"
	"  --keytab FILE                of all hosts: they speak Kerberos as well\n"
	"  --auth LIST                  of negotiate,kerberos,ntlm,basic,certificate: all\n"
	"  --cbt none|relaxed|strict    channel binding over HTTPS: relaxed\n"
	"  --inventory-scheme http|https  what inventory.ini leads to: https\n"
	"  --allow-unencrypted          take Basic and clear SOAP over HTTP\n"
	"  --envelope-kb N --max-shells N\n"
	"  --scenarios                  list them and end\n";

/* A number in a range, or -1 after a message. */
static long number_of(const char *option, const char *text, long least, long most)
{
	char *end;
	long value = strtol(text, &end, 10);

	if (end == text || *end || value < least || value > most) {
		fprintf(stderr, "winsim: --%s takes a number from %ld to %ld, not \"%s\"\n", option, least, most, text);
		return -1;
	}
	return value;
}

static int read_number(unsigned *into, const char *option, const char *text, long least, long most)
{
	long value = number_of(option, text, least, most);

	*into = value < 0 ? 0 : (unsigned)value;
	return value < 0 ? -1 : 0;
}

static int read_port(uint16_t *port, const char *option, const char *text)
{
	unsigned value;

	if (read_number(&value, option, text, 0, 65535) < 0)
		return -1;
	*port = (uint16_t)value;
	return 0;
}

/* What stands behind NAME=, or NULL after a message. */
static const char *behind_name(const struct options *options, const char *text)
{
	const char *equals = strchr(text, '=');

	if (equals && equals != text && options->named_count < NAMED_HOSTS_MAX)
		return equals + 1;
	fprintf(stderr, "winsim: --host takes NAME=SCENARIO, --clone NAME=HOST, together at most %d times\n",
		NAMED_HOSTS_MAX);
	return NULL;
}

static void add_named(struct options *options, const char *text, const char *behind, const char *scenario,
	const struct named_host *of)
{
	options->named[options->named_count++] = (struct named_host){
		.name = strndup(text, (size_t)(behind - text - 1)), .scenario = strdup(scenario), .of = of
	};
}

static int read_named_host(struct options *options, const char *text)
{
	const char *scenario = behind_name(options, text);

	if (!scenario)
		return -1;
	if (!scenario_find(scenario)) {
		fprintf(stderr, "winsim: no scenario is called \"%s\"; see --scenarios\n", scenario);
		return -1;
	}
	add_named(options, text, scenario, scenario, NULL);
	return 0;
}

static int read_clone(struct options *options, const char *text)
{
	const char *of = behind_name(options, text);

	for (size_t i = 0; of && i < options->named_count; i++)
		if (!strcmp(options->named[i].name, of)) {
			add_named(options, text, of, options->named[i].scenario, &options->named[i]);
			return 0;
		}
	if (of)
		fprintf(stderr, "winsim: no --host before it is called \"%s\"\n", of);
	return -1;
}

static int read_time_scale(struct options *options, const char *text)
{
	char *end;

	options->time_scale = strtod(text, &end);
	if (end != text && !*end && options->time_scale >= 0.01 && options->time_scale <= 100000)
		return 0;
	fprintf(stderr, "winsim: --time-scale takes a number from 0.01 to 100000\n");
	return -1;
}

static int read_mix(struct options *options, const char *text)
{
	options->mix = text;
	if (strcmp(text, "audit") == 0 || strcmp(text, "fix") == 0 || strcmp(text, "all") == 0)
		return 0;
	fprintf(stderr, "winsim: --mix takes audit, fix or all\n");
	return -1;
}

/* The place of a text among words, or -1. */
static int index_of(const char *text, size_t len, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strlen(words[i]) == len && strncmp(text, words[i], len) == 0)
			return (int)i;
	return -1;
}

static int read_auth(struct options *options, const char *text)
{
	static const char *const words[] = { "negotiate", "kerberos", "ntlm", "basic", "certificate" };

	options->auth = 0;
	for (const char *word = text;; word++) {
		size_t len = strcspn(word, ",");
		int i = index_of(word, len, words, COUNT(words));
		if (i < 0) {
			fprintf(stderr, "winsim: --auth takes negotiate,kerberos,ntlm,basic,certificate\n");
			return -1;
		}
		options->auth |= 1u << i;
		word += len;
		if (!*word)
			return 0;
	}
}

static int read_cbt(struct options *options, const char *text)
{
	static const char *const words[] = { [CBT_NONE] = "none", [CBT_RELAXED] = "relaxed", [CBT_STRICT] = "strict" };
	int i = index_of(text, strlen(text), words, COUNT(words));

	if (i < 0) {
		fprintf(stderr, "winsim: --cbt takes none, relaxed or strict\n");
		return -1;
	}
	options->cbt = (enum cbt)i;
	return 0;
}

static int read_inventory_scheme(struct options *options, const char *text)
{
	options->inventory_http = strcmp(text, "http") == 0;
	if (options->inventory_http || strcmp(text, "https") == 0)
		return 0;
	fprintf(stderr, "winsim: --inventory-scheme takes http or https\n");
	return -1;
}

static int read_option(struct options *options, int option, const char *value)
{
	switch (option) {
	case OPTION_DIR:
		options->dir = value;
		return 0;
	case OPTION_FLEET:
		return read_number(&options->fleet, "fleet", value, 1, FLEET_MAX);
	case OPTION_MIX:
		return read_mix(options, value);
	case OPTION_HOST:
		return read_named_host(options, value);
	case OPTION_CLONE:
		return read_clone(options, value);
	case OPTION_HTTPS_PORT:
		return read_port(&options->https_port, "https-port", value);
	case OPTION_HTTP_PORT:
		return read_port(&options->http_port, "http-port", value);
	case OPTION_CONTROL_PORT:
		return read_port(&options->control_port, "control-port", value);
	case OPTION_LATENCY:
		return read_number(&options->latency_ms, "latency", value, 0, 60000);
	case OPTION_JITTER:
		return read_number(&options->jitter_ms, "jitter", value, 0, 60000);
	case OPTION_TIME_SCALE:
		return read_time_scale(options, value);
	case OPTION_USER:
		options->user = value;
		return 0;
	case OPTION_PASSWORD:
		options->password = value;
		return 0;
	case OPTION_DOMAIN:
		options->domain = value;
		return 0;
	case OPTION_KEYTAB:
		options->keytab = value;
		return 0;
	case OPTION_AUTH:
		return read_auth(options, value);
	case OPTION_CBT:
		return read_cbt(options, value);
	case OPTION_INVENTORY_SCHEME:
		return read_inventory_scheme(options, value);
	case OPTION_ALLOW_UNENCRYPTED:
		options->allow_unencrypted = true;
		return 0;
	case OPTION_ENVELOPE_KB:
		return read_number(&options->envelope_kb, "envelope-kb", value, 32, 8192);
	case OPTION_MAX_SHELLS:
		return read_number(&options->max_shells, "max-shells", value, 1, 10000);
	case OPTION_SCENARIOS:
		scenario_list(stdout);
		exit(0);
	case OPTION_HELP:
		fputs(usage, stdout);
		exit(0);
	default:
		return -1; /* getopt has said why */
	}
}

int options_read(struct options *options, int argc, char **argv)
{
	int option;

	*options = (struct options){
		.mix = "audit",
		.time_scale = 1,
		.user = "auditor",
		.domain = "WINSIM",
		.auth = AUTH_WORDS,
		.cbt = CBT_RELAXED,
		.envelope_kb = 500,
		.max_shells = 30,
	};
	while ((option = getopt_long(argc, argv, "", long_options, NULL)) != -1)
		if (read_option(options, option, optarg) < 0)
			return -1;
	if (optind == argc && options->dir && (options->fleet || options->named_count))
		return 0;
	fputs(usage, stderr);
	return -1;
}

void options_done(struct options *options)
{
	for (size_t i = 0; i < options->named_count; i++) {
		free(options->named[i].name);
		free(options->named[i].scenario);
	}
}

unsigned options_real_ms(const struct options *options, double simulated_ms)
{
	return (unsigned)(simulated_ms / options->time_scale);
}
