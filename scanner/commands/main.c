/* vssfleet: finds Windows servers whose VSS writers have vanished, over WinRM. This file: the verbs. */
#include "command.h"
#include "errand.h"
#include "error.h"
#include "escape.h"
#include "secret.h"
#include "suggest.h"
#include "wsman.h"

#include <argp.h>
#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct verb {
	const char *name, *what;
	int (*run)(int argc, char **argv);
} verbs[] = {
	{ "scan", "audit servers, store the run and write the report; changes nothing on them", cmd_scan },
	{ "ping", "prove the way to each server, name the leg that fails and its cure", cmd_ping },
	{ "fix", "plan a repair, and with --apply carry it out: rings, verification, rollback", cmd_fix },
	{ "resume", "continue a change that was stopped or killed", cmd_resume },
	{ "rollback", "undo a change", cmd_rollback },
	{ "journal", "what was changed on servers, and whether the journal is whole", cmd_journal },
	{ "waiver", "findings that are accepted until a date: list, lint, add, rm", cmd_waiver },
	{ "schedule", "scan a profile regularly, by a timer of systemd", cmd_schedule },
	{ "config", "show the settings that hold, and where they come from", cmd_config },
	{ "hosts", "show which servers an inventory and a pattern select", cmd_hosts },
	{ "report", "write a stored run again: HTML, CSV, NDJSON, JSON, JUnit, Prometheus, Zabbix", cmd_report },
	{ "show", "one server of a run with its evidence", cmd_show },
	{ "diff", "what changed between two stored runs", cmd_diff },
	{ "runs", "list the stored runs; pin, unpin, gc, verify, export", cmd_runs },
	{ "check", "judge the latest run for Nagios and Icinga: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN", cmd_check },
	{ "examine", "judge what was collected by hand, where WinRM is not allowed", cmd_examine },
	{ "doctor", "check this machine: Kerberos, NTLM, clock, limits, certificates", cmd_doctor },
};

static int help(FILE *out)
{
	fputs("Usage: vssfleet COMMAND [OPTION...]\n\n"
	      "Finds Windows servers whose VSS writers have vanished, over WinRM, and says how it knows.\n\n",
		out);
	FOR_EACH(v, verbs)
		fprintf(out, "  %-9s %s\n", v->name, v->what);
	fputs("\n`vssfleet COMMAND --help` explains a command, `man vssfleet` everything.\n"
	      "Start: vssfleet ping -i hosts.ini --user 'CORP\\svc-backup' --password-file ~/.vssfleet-password\n",
		out);
	return ferror(out) ? EXIT_INTERNAL : EXIT_OK;
}

static const char *nearest_verb(const char *word)
{
	const char *names[COUNT(verbs)];
	for (size_t i = 0; i < COUNT(verbs); i++)
		names[i] = verbs[i].name;
	return suggest(word, names, COUNT(verbs));
}

char **program_words;

static int run_verb(const struct verb *verb, int argc, char **argv)
{
	char name[64];
	OWN(own_free) char **words = calloc((size_t)argc + 1, sizeof(*words));

	if (!words)
		return complain_text(EXIT_INTERNAL, "out of memory");
	memcpy(words, argv, (size_t)argc * sizeof(*words));
	snprintf(name, sizeof(name), "vssfleet %s", verb->name);
	words[0] = name;
	return verb->run(argc, words);
}

int complain_text(int code, const char *format, ...)
{
	OWN_VALUE(str_done) struct str plain = { 0 };
	OWN_VALUE(str_done) struct str safe = { 0 };
	va_list args;
	va_start(args, format);
	str_addv(&plain, format, args);
	va_end(args);
	escape_terminal(&safe, str_text(&plain));
	fprintf(stderr, "vssfleet: %s\n", str_text(&safe));
	return code;
}

int exit_of(const struct error *e)
{
	if (!e->has_code)
		return EXIT_INTERNAL;
	return e->code == EWOULDBLOCK                   ? EXIT_LOCKED
	       : e->code == ENOENT || e->code == EINVAL ? EXIT_USAGE
							: EXIT_INTERNAL;
}

int complain(int code, const struct error *e)
{
	return e->operation ? complain_text(code, "%s: %s", e->operation, e->cause)
			    : complain_text(code, "%s", e->cause);
}

/* A thread that libkrb5 holds until a silent KDC is given up must not see the libraries go. */
static int end(int code)
{
	if (errands_abroad()) {
		fflush(NULL);
		_exit(code);
	}
	return code;
}

int main(int argc, char **argv)
{
	setlocale(LC_CTYPE, "");
	umask(077);
	signal(SIGPIPE, SIG_IGN);
	program_words = argv;
	argp_err_exit_status = EXIT_USAGE;
	secrets_protect_process();

	const char *word = argc > 1 ? argv[1] : "--help";
	if (!strcmp(word, "--help") || !strcmp(word, "-h") || !strcmp(word, "help"))
		return argc > 1 ? help(stdout) : (help(stderr), EXIT_USAGE);
	if (!strcmp(word, "--version"))
		return puts("vssfleet " VSSFLEET_VERSION) < 0 ? EXIT_INTERNAL : EXIT_OK;
	FOR_EACH(v, verbs)
		if (!strcmp(word, v->name)) {
			struct error e = { 0 };
			if (wsman_global_init(&e) < 0)
				return complain(EXIT_INTERNAL, &e);
			return end(run_verb(v, argc - 1, argv + 1));
		}
	const char *near = nearest_verb(word);
	return complain_text(EXIT_USAGE, "there is no command \"%s\"%s%s%s; `vssfleet --help` lists them", word,
		near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
}
