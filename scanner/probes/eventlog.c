/* eventlog: see the header. XPath of the event log takes about twenty terms, so only what a verdict uses is asked for.
 * The time is compared on the host (timediff), which makes the answer immune to skewed clocks. */
#include "eventlog.h"

#include <time.h>

#include "xml.h"

static const unsigned ids[] = { 8193, 13, 22, 34, 38, 39, 12292, 12293, 12302, 12291, 19, 18, 20, 12347, 8229, 12301,
	12366, 26, 27, 29 };

static void any_id(struct str *out, const char *field)
{
	FOR_EACH(id, ids)
		str_addf(out, "%s%s=%u", id == ids ? "(" : " or ", field, *id);
	str_addc(out, ')');
}

static void select_records(struct str *out, int64_t seconds)
{
	str_add(out, "*[System[Provider[@Name='VSS'] and ");
	any_id(out, "EventID");
	str_addf(out, " and TimeCreated[timediff(@SystemTime) <= %lld]]]", (long long)seconds * 1000);
}

void eventlog_command(struct str *command, int64_t seconds, unsigned count, bool utf16)
{
	str_add(command, "wevtutil qe Application \"/q:");
	select_records(command, seconds);
	str_addf(command, "\" /c:%u /rd:true /f:xml /e:Events%s", count, utf16 ? " /uni:true" : "");
}

#define QUERY_LIST(select)                                                                                             \
	"<QueryList><Query Id=\"0\"><Select Path=\"Application\">" select "</Select></Query></QueryList>"

const char eventlog_whole[] = QUERY_LIST("*");

void eventlog_subscription(struct str *query, int64_t seconds)
{
	OWN_VALUE(str_done) struct str xpath = { 0 }, escaped = { 0 };

	select_records(&xpath, seconds);
	xml_escape(&escaped, str_text(&xpath));
	str_addf(query, QUERY_LIST("%s"), str_text(&escaped));
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
