/* vssfleet: finds Windows servers whose VSS writers have vanished, over WinRM. This file: the verbs. */
#include "catalogue.h"
#include "command.h"
#include "errand.h"
#include "error.h"
#include "escape.h"
#include "language.h"
#include "secret.h"
#include "suggest.h"
#include "wsman.h"

#include <errno.h>
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
	{ "scan", N_("audit servers, store the run and write the report; changes nothing on them"), cmd_scan },
	{ "ping", N_("prove the way to each server, name the leg that fails and its cure"), cmd_ping },
	{ "fix", N_("plan a repair, and with --apply carry it out: rings, verification, rollback"), cmd_fix },
	{ "resume", N_("continue a change that was stopped or killed"), cmd_resume },
	{ "rollback", N_("undo a change"), cmd_rollback },
	{ "journal", N_("what was changed on servers, and whether the journal is whole"), cmd_journal },
	{ "waiver", N_("findings that are accepted until a date: list, lint, add, rm"), cmd_waiver },
	{ "schedule", N_("scan a profile regularly, by a timer of systemd"), cmd_schedule },
	{ "config", N_("show the settings that hold, and where they come from"), cmd_config },
	{ "hosts", N_("show which servers an inventory and a pattern select"), cmd_hosts },
	{ "report", N_("write a stored run again: HTML, CSV, NDJSON, JSON, JUnit, Prometheus, Zabbix"), cmd_report },
	{ "show", N_("one server of a run with its evidence"), cmd_show },
	{ "diff", N_("what changed between two stored runs"), cmd_diff },
	{ "runs", N_("list the stored runs; pin, unpin, gc, verify, export"), cmd_runs },
	{ "check", N_("judge the latest run for Nagios and Icinga: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN"),
		cmd_check },
	{ "examine", N_("judge what was collected by hand, where WinRM is not allowed"), cmd_examine },
	{ "doctor", N_("check this machine: Kerberos, NTLM, clock, limits, certificates"), cmd_doctor },
};

static int help(FILE *out)
{
	fprintf(out, "%s vssfleet COMMAND [OPTION...]\n\n%s\n\n", _("Usage:"),
		_("Finds Windows servers whose VSS writers have vanished, over WinRM, and says how it knows."));
	FOR_EACH(v, verbs)
		fprintf(out, "  %-9s %s\n", v->name, _(v->what));
	fprintf(out, "\n%s\n", _("`vssfleet COMMAND --help` explains a command, `man vssfleet` everything."));
	fprintf(out, "%s vssfleet ping -i hosts.ini --user 'CORP\\svc-backup' --password-file ~/.vssfleet-password\n",
		_("Start:"));
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
		return complain_text(EXIT_INTERNAL, _("out of memory"));
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

static const char *language_of(const char *option)
{
	return strcmp(option, "auto") != 0 ? option : NULL;
}

/* --lang has to be known before the first word is said, which --help may be; what else it may be is told later. */
static const char *language_asked(int argc, char **argv)
{
	static const char option[] = "--lang";

	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
		if (!strcmp(argv[i], option) && i + 1 < argc)
			return language_of(argv[i + 1]);
		if (!strncmp(argv[i], option, strlen(option)) && argv[i][strlen(option)] == '=')
			return language_of(argv[i] + strlen(option) + 1);
	}
	return NULL;
}

int main(int argc, char **argv)
{
	language_bring(catalogue_ja, catalogue_ja_len);
	language_choose(language_asked(argc, argv));
	umask(077);
	signal(SIGPIPE, SIG_IGN);
	program_words = argv;
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
	return near ? complain_text(EXIT_USAGE,
			      _("there is no command \"%s\"; did you mean \"%s\"?; `vssfleet --help` lists them"), word,
			      near)
		    : complain_text(EXIT_USAGE, _("there is no command \"%s\"; `vssfleet --help` lists them"), word);
}
