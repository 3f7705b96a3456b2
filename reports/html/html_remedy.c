/* html_remedy: what to do about what was found, one card for each action: the hosts, what would run on the servers, the
 * risk, the way back, and our own command where there is one (UX section 2.1). Isolating EventSystem is offered only
 * where it helps. */
#include "html_page.h"

#include <string.h>

#include "own.h"
#include "text.h"

enum { FOLDED_GROUPS = 12 };

#define RESTART                                                                                                        \
	"sc stop COMSysApp\nsc stop SENS\nsc stop EventSystem\n"                                                       \
	"sc start EventSystem\nsc start SENS\nsc start COMSysApp"
#define VSS_EVENT_CLASS                                                                                                \
	"\"HKLM\\SOFTWARE\\Microsoft\\EventSystem\\{26c409cc-ae86-11d1-b616-00805fc79216}\\EventClasses\\"             \
	"{FAF53CC4-BD73-4E36-83F1-2B23F46E513E}-{00000000-0000-0000-0000-000000000000}-"                               \
	"{00000000-0000-0000-0000-000000000000}\""

/* What runs on a server. */
static const struct cure {
	enum verdict verdict;
	const char *cause; /* as the record has it, or the service of a failed writer; NULL: any other */
	const char *commands;
	const char *fix; /* of vssfleet; NULL: what is above is done by hand */
} cures[] = {
	{ VERDICT_AFFECTED, NULL, "sc config EventSystem type= own\n" RESTART, "isolate" },
	{ VERDICT_FIX_PENDING, NULL, RESTART, "isolate" },
	{ VERDICT_WRITERS_MISSING, "D2 event_class_lost",
		"reg query " VSS_EVENT_CLASS " /v TypeLib\nreg add " VSS_EVENT_CLASS
		" /v TypeLib /t REG_EXPAND_SZ /d ^%systemroot^%\\system32\\EVENTCLS.DLL\n" RESTART "\nsc stop VSS",
		NULL },
	{ VERDICT_WRITERS_MISSING, "D4 eventsystem_stopped", "sc start EventSystem", NULL },
	{ VERDICT_WRITERS_MISSING, "D4 eventsystem_disabled", "sc config EventSystem start= auto\nsc start EventSystem",
		NULL },
	{ VERDICT_WRITERS_MISSING, "D4 comsysapp_disabled", "sc config COMSysApp start= demand", NULL },
	{ VERDICT_WRITERS_MISSING, "D5 vss_disabled", "sc config VSS start= demand", NULL },
	{ VERDICT_WRITERS_MISSING, "D7 ntds_stopped", "sc start NTDS", NULL },
	{ VERDICT_WRITERS_MISSING, "D9 eventsystem_restarted", "shutdown /r", "reboot" },
	{ VERDICT_WRITERS_MISSING, "D10 writer_registration", "shutdown /r", "reboot" },
	/* Services that hold nothing but backups, searches and the like; stopping others stops what a server is for. */
	{ VERDICT_VSS_FAULT, "VSS", "sc stop VSS\nsc start VSS", NULL },
	{ VERDICT_VSS_FAULT, "SQLWriter", "sc stop SQLWriter\nsc start SQLWriter", NULL },
	{ VERDICT_VSS_FAULT, "BITS", "sc stop BITS\nsc start BITS", NULL },
	{ VERDICT_VSS_FAULT, "WSearch", "sc stop WSearch\nsc start WSearch", NULL },
	{ VERDICT_VSS_FAULT, "CryptSvc", "sc stop CryptSvc\nsc start CryptSvc", NULL },
	{ VERDICT_VSS_FAULT, "AppHostSvc", "sc stop AppHostSvc\nsc start AppHostSvc", NULL },
};

static const struct cure *cure_of(const struct survey_remedy *r)
{
	FOR_EACH(cure, cures)
		if (cure->verdict == r->verdict && (!cure->cause || !strcmp(cure->cause, r->cause)))
			return cure;
	return NULL;
}

static void hosts_of(const struct page *page, const struct survey_remedy *r)
{
	page_put(page, "<p>");
	if (*r->cause) {
		page_cell(page, "code", r->cause);
		page_put(page, ": ");
	}
	SAY(page, "span", "rm.hosts", (unsigned)r->hosts.count);
}

static void why(const struct page *page, const struct survey_remedy *r)
{
	if (!*r->cause || !r->reason)
		return;
	page_put(page, "<p class=\"dim\">");
	page_either(page, r->reason, r->reason_ja);
	if (r->differ) {
		page_put(page, " ");
		page_text(page, "span", "ch.differ");
	}
	page_put(page, "</p>");
}

/* A dry run: it changes nothing, and asks again before it says what it would do. */
static void our_command(const struct page *page, const struct cure *cure)
{
	OWN_VALUE(str_done) struct str line = { 0 };
	int number = cure->cause ? (int)strcspn(cure->cause, " ") : 0;

	str_addf(&line, "vssfleet fix %s --from-run %s -l ", cure->fix, page->run->id);
	if (cure->cause)
		str_addf(&line, "cause:%.*s", number, cure->cause);
	else
		str_addf(&line, "verdict:%s", verdict_name(cure->verdict));
	if (cure->verdict == VERDICT_AFFECTED)
		str_addf(&line, ",verdict:%s", verdict_name(VERDICT_AT_RISK));
	page_put(page, "<dt>");
	page_text(page, "span", "rm.fix");
	page_put(page, "</dt><dd class=\"next\">");
	page_cell(page, "code", str_text(&line));
	page_copy(page);
	page_put(page, "</dd>");
}

static void commands_of(const struct page *page, const struct survey_remedy *r)
{
	const struct cure *cure = cure_of(r);

	if (!cure)
		return;
	page_put(page, "<dl><dt>");
	page_text(page, "span", "rm.runs");
	page_put(page, "</dt><dd>");
	page_cell(page, "pre tabindex=\"0\"", cure->commands);
	page_put(page, "</dd>");
	if (cure->fix)
		our_command(page, cure);
	page_put(page, "</dl>\n");
}

static int item(const struct page *page, const struct survey_remedy *r, struct error *e)
{
	page_put(page, "<div class=\"item\">");
	hosts_of(page, r);
	page_put(page, " ");
	if (page_folded(page, "span", &r->hosts, FOLDED_GROUPS, e) < 0)
		return -1;
	page_put(page, "</p>");
	why(page, r);
	commands_of(page, r);
	page_put(page, "</div>\n");
	return 0;
}

static void pair(const struct page *page, const char *label, enum verdict verdict)
{
	char key[40];

	snprintf(key, sizeof(key), "%s.%s", label, verdict_name(verdict));
	if (!json_object_get(page->strings, key))
		return;
	page_text(page, "dt", label);
	page_text(page, "dd", key);
}

static int card(const struct page *page, enum verdict verdict, struct error *e)
{
	const struct html_survey *s = &page->survey;
	char key[40];

	snprintf(key, sizeof(key), "rm.%s", verdict_name(verdict));
	fprintf(page->out, "<div class=\"card %s\">", verdict_name(verdict));
	page_put(page, "<h3>");
	page_icon(page, verdict_name(verdict));
	page_put(page, " ");
	page_text(page, "span", key);
	page_put(page, "</h3>\n");
	for (size_t i = 0; i < s->remedy_count; i++)
		if (s->remedy[i].verdict == verdict && item(page, &s->remedy[i], e) < 0)
			return -1;
	page_put(page, "<dl>");
	if (verdict == VERDICT_FIX_PENDING)
		verdict = VERDICT_AFFECTED; /* the same restart */
	pair(page, "rm.risk", verdict);
	pair(page, "rm.back", verdict);
	page_put(page, "</dl></div>\n");
	return 0;
}

static unsigned waived(const struct html_survey *s)
{
	unsigned count = 0;

	for (int v = 0; v < VERDICTS; v++)
		count += html_is_plain((enum verdict)v) ? 0 : s->waived[v];
	return count;
}

int html_remedy(const struct page *page, struct error *e)
{
	static const enum verdict order[] = { VERDICT_AFFECTED, VERDICT_FIX_PENDING, VERDICT_WRITERS_MISSING,
		VERDICT_VSS_FAULT };
	const struct html_survey *s = &page->survey;

	if (!s->remedy_count)
		return 0;
	page_put(page, "<section id=\"remedy\">");
	page_text(page, "h2", "nc.do");
	if (waived(s))
		SAY(page, "p class=\"dim\"", "rm.waived", waived(s));
	page_put(page, "<div class=\"cards\">\n");
	FOR_EACH(verdict, order) {
		bool any = false;
		for (size_t i = 0; i < s->remedy_count; i++)
			any = any || s->remedy[i].verdict == *verdict;
		if (any && card(page, *verdict, e) < 0)
			return -1;
	}
	page_put(page, "</div></section>\n");
	return 0;
}
