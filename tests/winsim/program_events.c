/* program_events: vssadmin and wevtutil. */

#include "program.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "cmd_state.h"
#include "codec.h"
#include "own.h"
#include "vssadmin.h"
#include "xpath.h"

enum {
	NO_SUCH_CHANNEL = 15007,
	BAD_QUERY = 15001,
	SLOW_WRITERS_TAKE_MS = 75000,
	EVENTS_BYTES_MAX = 16 << 20,
};

/* Who asks for the writers starts it. */
static void start_vss(struct program *p)
{
	struct service *vss = services_find(&p->host->services, "VSS");

	if (vss && vss->state == STATE_STOPPED)
		service_start(&p->host->services, vss, program_clock(p));
}

unsigned program_vssadmin(struct program *p)
{
	struct vssadmin_answer answer;
	bool slow = p->host->scenario->trouble == TROUBLE_SLOW;

	if (p->argc < 3 || strcasecmp(p->argv[1], "list") != 0 || strcasecmp(p->argv[2], "writers") != 0) {
		tell(p, "vssadmin 1.1 - Volume Shadow Copy Service administrative command-line tool\r\n"
			"(C) Copyright 2001-2013 Microsoft Corp.\r\n\r\nError: Invalid command.\r\n");
		return 2;
	}
	if (slow && !program_wait(p, SLOW_WRITERS_TAKE_MS))
		return 1;
	vssadmin_list_writers(p->host, p->codepage, &answer);
	start_vss(p);
	repair_writers_listed(p->host);
	if (p->host->scenario->vssadmin == VSSADMIN_CUT) {
		size_t keep = vssadmin_cut(&answer.out);
		str_addn(p->out, str_text(&answer.out), keep < answer.out.len ? keep : answer.out.len);
		p->result->hangs = p->result->cut = true;
	} else {
		str_addn(p->out, str_text(&answer.out), answer.out.len);
		p->result->hangs = answer.hangs;
	}
	str_done(&answer.out);
	return answer.exit_code;
}

static void add_events(
	const struct program *p, const struct event_list *list, const char *query, struct str *out, bool *bad)
{
	const char *reverse = argument(p, "rd"), *most = argument(p, "c");
	bool newest_first = reverse && strcasecmp(reverse, "true") == 0;
	unsigned long left = most ? strtoul(most, NULL, 10) : ~0ul;
	time_t now = time(NULL);

	for (size_t i = 0; i < list->count && left; i++) {
		const struct event *event = &list->event[newest_first ? list->count - 1 - i : i];
		enum xpath_result selected = xpath_selects(query, event, now);
		if (selected == XPATH_MALFORMED) {
			*bad = true;
			return;
		}
		if (selected == XPATH_NO)
			continue;
		event_xml(p->host, event, out);
		str_add(out, "\r\n");
		left--;
	}
}

/* Whether an empty result still has its root element differs between versions; here it does from 2016 on. */
static void wrap_in_root(const struct program *p, const struct str *events, struct str *out)
{
	const char *root = argument(p, "e");

	if (!root || (events->len == 0 && p->host->scenario->windows == WINDOWS_2012R2)) {
		str_addn(out, str_text(events), events->len);
		return;
	}
	str_addf(out, "<%s>\r\n", root);
	str_addn(out, str_text(events), events->len);
	str_addf(out, "</%s>\r\n", root);
}

static unsigned query_events(struct program *p)
{
	const char *query = argument(p, "q"), *unicode = argument(p, "uni"), *format = argument(p, "f");
	OWN_VALUE(event_list_done) struct event_list list = { 0 };
	OWN_VALUE(str_done) struct str events = STR(EVENTS_BYTES_MAX), text = STR(EVENTS_BYTES_MAX);
	bool bad = format && strcasecmp(format, "xml") != 0;

	if (p->argc < 3 || eventlog_read(p->host, p->argv[2], &list) < 0) {
		tell_error(p, "Failed to read events. The specified channel could not be found.\r\n");
		return NO_SUCH_CHANNEL;
	}
	add_events(p, &list, query ? query : "*", &events, &bad);
	if (bad) {
		tell_error(p, "Failed to read events. The specified query is invalid.\r\n");
		return BAD_QUERY;
	}
	wrap_in_root(p, &events, &text);
	encode_add(p->out, str_text(&text), unicode && strcasecmp(unicode, "true") == 0 ? CODEPAGE_UTF16 : p->codepage);
	return 0;
}

static unsigned log_information(struct program *p)
{
	OWN_VALUE(event_list_done) struct event_list list = { 0 };
	char when[40] = "1601-01-01T00:00:00.000Z";

	if (p->argc < 3 || eventlog_read(p->host, p->argv[2], &list) < 0) {
		tell_error(p,
			"Failed to read log status information for log. The specified channel could not be found.\r\n");
		return NO_SUCH_CHANNEL;
	}
	if (list.count)
		event_system_time(&list.event[0], when);
	tell(p,
		"creationTime: %s\r\nlastAccessTime: %s\r\nlastWriteTime: %s\r\nfileSize: 20975616\r\nattributes: "
		"32\r\n"
		"numberOfLogRecords: %zu\r\noldestRecordNumber: %u\r\n",
		when, when, when, list.count, list.count ? list.event[0].record : 0);
	return 0;
}

/* Into a file of its own, whatever the query selects. */
static unsigned export_log(struct program *p)
{
	char path[PATH_MOST];
	struct file *file;

	if (p->argc < 4 || !files_absolute(p->cmd->directory, p->argv[3], path) ||
		files_open(&p->host->files, path, false, &file) != FILES_OK)
		return ERROR_CODE_FILE_NOT_FOUND;
	str_add(&file->bytes, "ElfFile");
	files_close(file);
	return 0;
}

/* Of a file that was just made. */
static unsigned file_information(struct program *p)
{
	char path[PATH_MOST], when[40];
	time_t now = time(NULL);
	struct tm tm;

	if (!files_absolute(p->cmd->directory, p->argv[2], path) || !files_find(&p->host->files, path))
		return ERROR_CODE_FILE_NOT_FOUND;
	strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%S.000Z", gmtime_r(&now, &tm));
	tell(p,
		"creationTime: %s\r\nlastAccessTime: %s\r\nlastWriteTime: %s\r\nfileSize: 69632\r\nattributes: 32\r\n"
		"numberOfLogRecords: 0\r\noldestRecordNumber: 0\r\n",
		when, when, when);
	return 0;
}

unsigned program_wevtutil(struct program *p)
{
	const char *verb = p->argc > 1 ? p->argv[1] : "";

	if (strcasecmp(verb, "qe") == 0 || strcasecmp(verb, "query-events") == 0)
		return query_events(p);
	if (strcasecmp(verb, "gli") == 0 || strcasecmp(verb, "get-log-info") == 0)
		return has_argument(p, "lf:true") ? file_information(p) : log_information(p);
	if (strcasecmp(verb, "epl") == 0)
		return export_log(p);
	tell_error(p, "Too many arguments are specified. The parameter is incorrect.\r\n");
	return 87;
}
