/* collected: see the header. Theory of operation: a file whose hash was noted on the server is taken as the part of an
 * answer that a shell would have given, and whoever reads such answers reads it (answers.h). All others, and all that
 * were collected without the script, prove nothing: they are named as failures, and only vssadmin's is looked at for
 * what is wrong in it, never for what is well. */
#include "collected.h"

#include <stdio.h>
#include <string.h>

#include "answers.h"
#include "collection.h"
#include "collector.h"
#include "console.h"
#include "events.h"
#include "evxml.h"
#include "reason.h"
#include "registry.h"
#include "vssadmin.h"

enum { TEXT_MAX = 3 * COLLECTION_FILE_MAX, ALL_MAX = 12 * COLLECTION_FILE_MAX };

/* --- what answers.h does not know: it is asked by WMI where there is WinRM --- */

/* A file as UTF-8, if it is what was collected and its command ended well. */
static bool read_text(
	const struct collection *c, struct result *result, const char *probe, const char *file, struct str *text)
{
	OWN_VALUE(str_done) struct str bytes = STR(COLLECTION_FILE_MAX);
	struct error e = { 0 };
	int exit_code = 0;

	if (collection_read(c, file, &bytes, &exit_code, &e) == 0) {
		console_text_lossy(text, str_text(&bytes), bytes.len, 0);
		if (!exit_code && !str_failed(text))
			return true;
		error_code(&e, ERROR_FAULT, exit_code, "the command ended with exit code %d", exit_code);
		error_during(&e, file);
	}
	result_add_error(result, probe, &e);
	return false;
}

/* The newest time that wevtutil gli tells of the file that was just made. */
static int64_t newest_time(char *text)
{
	int64_t newest = UNSEEN;
	char *rest = NULL;

	for (char *word = strtok_r(text, " \t\r\n", &rest); word; word = strtok_r(NULL, " \t\r\n", &rest)) {
		int64_t time = event_time(word);
		newest = time > newest ? time : newest;
	}
	return newest;
}

static int take_boot(void *context, const struct event_record *record, struct error *e)
{
	int64_t *boot = context;

	(void)e;
	if (record->id == 12 && *boot == UNSEEN)
		*boot = record->time;
	return 0;
}

/* False if what the log says of the last start cannot be trusted; a log that has lost that record says nothing. */
static bool read_boot(const struct collection *c, struct result *result)
{
	struct environment_facts *environment = &result->facts.environment;
	OWN_VALUE(str_done) struct str text = STR(TEXT_MAX);
	int64_t boot = UNSEEN;
	struct error e = { 0 };

	if (!read_text(c, result, "events", "boot.xml", &text))
		return false;
	if (evxml_read(str_text(&text), text.len, take_boot, &boot, &e) < 0) {
		error_during(&e, "boot.xml");
		result_add_error(result, "events", &e);
		return false;
	}
	/* A clock that was set back since would make events older than they are. */
	if (environment->server_time == UNSEEN || boot <= environment->server_time)
		environment->last_boot = boot;
	return true;
}

static void read_environment(const struct collection *c, struct result *result)
{
	OWN_VALUE(str_done) struct str system = STR(TEXT_MAX), clock = STR(TEXT_MAX);

	if (read_text(c, result, "environment", "system.txt", &system))
		environment_from_registry(str_text(&system), &result->facts.environment);
	if (read_text(c, result, "environment", "clock.txt", &clock) && clock.len)
		result->facts.environment.server_time = newest_time(clock.data);
}

/* --- the answers --- */

static void add_answer(const struct collection *c, struct result *result, const struct collected_file *row,
	struct script *script, struct str *all)
{
	OWN_VALUE(str_done) struct str bytes = STR(COLLECTION_FILE_MAX);
	struct error e = { 0 };
	int exit_code;

	if (collection_read(c, row->file, &bytes, &exit_code, &e) < 0) {
		result_add_error(result, row->probe, &e);
		return;
	}
	if (!strcmp(row->part, "type")) /* is searched for ASCII */
		console_text_lossy(all, str_text(&bytes), bytes.len, 0);
	else
		str_addn(all, str_text(&bytes), bytes.len);
	str_addf(all, "%s %s %d\r\n", script->mark, row->part, exit_code);
	script->name[script->count++] = row->part;
}

/* Without the last start events are left out: an old one could speak for another cause. */
static void read_answers(const struct collection *c, struct result *result, bool boot_trusted)
{
	OWN_VALUE(script_done) struct script script = { 0 };
	OWN_VALUE(str_done) struct str all = STR(ALL_MAX);
	struct error e = { 0 };

	if (script_init(&script, &e) < 0) {
		result_add_error(result, "vss", &e);
		return;
	}
	for (size_t i = 0; i < collected_file_count; i++) {
		const struct collected_file *row = &collected_files[i];
		if (row->part && (boot_trusted || strcmp(row->probe, "events") != 0))
			add_answer(c, result, row, &script, &all);
	}
	const struct answers answers = { &script, &all, false, result };
	if (str_failed(&all)) {
		error_set(&e, ERROR_PARSE, "the files of the folder are too large");
		result_add_error(result, "vss", &e);
	} else
		answers_read(&answers, c->window_h, &e); /* -1: no vssadmin.txt, which has been noted */
}

static void read_unproved_writers(const struct collection *c, struct result *result)
{
	OWN_VALUE(str_done) struct str bytes = STR(COLLECTION_FILE_MAX);
	struct vss_facts *vss = &result->facts.vss;
	int page = result->facts.environment.oem_codepage;
	struct error e = { 0 }; /* has been noted */

	if (vss->outcome != VSS_UNSEEN || collection_read_unproved(c, "vssadmin.txt", &bytes, &e) < 0)
		return;
	vssadmin_read_unproved(str_text(&bytes), bytes.len, page > 0 ? (unsigned)page : 0, vss);
}

/* --- the verdict --- */

static void read_folder(int directory, const char *name, struct result *result)
{
	OWN_VALUE(collection_done) struct collection c;
	struct error e = { 0 };

	if (collection_open(&c, directory, name, &e) < 0) {
		result_add_error(result, "vss", &e);
		return;
	}
	if (collection_read_notes(&c, &e) < 0)
		result_add_error(result, "vss", &e);
	else {
		read_environment(&c, result);
		bool boot_trusted = read_boot(&c, result);
		read_answers(&c, result, boot_trusted);
	}
	read_unproved_writers(&c, result);
}

/* What is missing to a better verdict, if it is for want of an answer. */
static void explain(struct result *result)
{
	const struct facts *facts = &result->facts;
	bool writers = facts->vss.outcome == VSS_WRITERS || facts->vss.outcome == VSS_EMPTY;
	const char *probe = !writers ? "vss" : !facts->services.seen ? "services" : !facts->events.seen ? "events" : "";

	for (size_t i = 0; i < result->error_count && result->judgement.verdict == VERDICT_UNKNOWN; i++)
		if (!strcmp(result->errors[i].probe, probe)) {
			reason_explain(&result->errors[i].error, &result->judgement);
			return;
		}
}

void collected_judge(int directory, const char *name, const struct policy *policy, struct result *result)
{
	facts_init(&result->facts);
	result->transport.scheme = "offline";
	read_folder(directory, name, result);
	result->judgement = verdict_of(&result->facts, policy);
	explain(result);
	result->checked_at = result->facts.environment.server_time;
}
