/* eventlog: see the header. XPath of the event log takes about twenty terms, so only what a verdict uses is asked for.
 * The time is compared on the host (timediff), which makes the answer immune to skewed clocks. */
#include "eventlog.h"

#include <time.h>

#include "probes.h"

static const unsigned ids[] = { 8193, 13, 22, 34, 38, 39, 12292, 12293, 12302, 12291, 19, 18, 20, 12347, 8229, 12301,
	12366, 26, 27, 29 };

static void any_id(struct str *out, const char *field)
{
	FOR_EACH(id, ids)
		str_addf(out, "%s%s=%u", id == ids ? "(" : " or ", field, *id);
	str_addc(out, ')');
}

void eventlog_command(struct str *command, int64_t seconds, unsigned count, bool utf16)
{
	str_add(command, "wevtutil qe Application \"/q:*[System[Provider[@Name='VSS'] and ");
	any_id(command, "EventID");
	str_addf(command, " and TimeCreated[timediff(@SystemTime) <= %lld]]]\" /c:%u /rd:true /f:xml /e:Events%s",
		(long long)seconds * 1000, count, utf16 ? " /uni:true" : "");
}

void eventlog_wql(struct str *wql, int64_t since)
{
	time_t at = since;
	struct tm tm;
	char dmtf[40];

	gmtime_r(&at, &tm);
	strftime(dmtf, sizeof(dmtf), "%Y%m%d%H%M%S.000000+000", &tm);
	str_addf(wql,
		"SELECT EventCode,InsertionStrings,Message,RecordNumber,SourceName,TimeGenerated FROM Win32_NTLogEvent "
		"WHERE Logfile='Application' AND SourceName='VSS' AND TimeGenerated>='%s' AND ",
		dmtf);
	any_id(wql, "EventCode");
}

/* Slower than the shell, and nobody says how far back the log reaches. */
int probe_events(struct session *s, const struct audit_options *options, struct result *result, struct error *e)
{
	OWN_VALUE(str_done) struct str wql = { 0 };
	OWN(wmi_rows_free) struct wmi_rows *rows = NULL;
	struct event_facts *events = &result->facts.events;
	int64_t now = result->facts.environment.server_time;

	if (events->seen)
		return 0;
	events->window_h = options->window_h;
	eventlog_wql(&wql, (now == UNSEEN ? time(NULL) : now) - (int64_t)options->window_h * 3600);
	rows = wmi_query(s, str_text(&wql), e);
	if (!rows || events_from_rows(rows, events, e) < 0)
		return -1;
	events->seen = true;
	result_add_fallback(result, "events by WMI");
	return 0;
}
