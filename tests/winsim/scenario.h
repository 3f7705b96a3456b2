#pragma once
/* scenario: what is the matter with a host, as one row of a table, and the verdict that an auditor must reach. */

#include <stdbool.h>
#include <stdio.h>

enum windows { WINDOWS_2012R2, WINDOWS_2016, WINDOWS_2019, WINDOWS_2022 };

enum language { LANGUAGE_EN, LANGUAGE_JA, LANGUAGE_DE, LANGUAGE_FR, LANGUAGE_PL };

enum platform { PLATFORM_VMWARE, PLATFORM_HYPERV, PLATFORM_PHYSICAL };

/* Which writers there are, and how they feel. */
enum writers {
	WRITERS_STABLE,
	WRITERS_GONE,             /* until EventSystem gets a new process */
	WRITERS_GONE_FOR_GOOD,    /* also after that */
	WRITERS_COME_BACK_PARTLY, /* gone; without System Writer and WMI Writer after the repair */
	WRITERS_EXPRESS_ONLY,     /* gone but for those that need no subscription */
	WRITERS_IN_BACKUP,
	WRITERS_ONE_FAILED,
	WRITERS_ONE_RETRYABLE,
	WRITERS_NO_SYSTEM,
	WRITERS_THIRD_PARTY,
	WRITERS_MANY,
	WRITERS_HOSTILE_NAMES,
};

/* How vssadmin itself behaves. */
enum vssadmin {
	VSSADMIN_WORKS,
	VSSADMIN_DENIED,
	VSSADMIN_UNEXPECTED_ERROR,
	VSSADMIN_HANGS,
	VSSADMIN_SILENT,        /* exit 0, not even the banner */
	VSSADMIN_PREAMBLE_ONLY, /* banner, "waiting for responses", nothing else */
	VSSADMIN_CUT,           /* the connection is reset after two writers */
};

/* What the Application log holds besides the noise of any server. */
enum events {
	EVENTS_NONE,
	EVENTS_PUBLISHED,   /* 8193 and 13 with 0x800401fb at each backup */
	EVENTS_ROLLED_OVER, /* they were there, the log starts after them */
	EVENTS_TYPELIB,
	EVENTS_STOPPED,
	EVENTS_HOSTILE,
};

enum eventsystem {
	EVENTSYSTEM_AS_WINDOWS,
	EVENTSYSTEM_OWN,
	EVENTSYSTEM_OWN_PENDING, /* type= own, still in the shared process */
	EVENTSYSTEM_STOPPED,
};

/* What the host does to those who talk to it. */
enum trouble {
	TROUBLE_NONE,
	TROUBLE_WMI_BROKEN,
	TROUBLE_SHELL_DISABLED,
	TROUBLE_SHELL_QUOTA,     /* fault shape of 2012 and later */
	TROUBLE_SHELL_QUOTA_OLD, /* fault shape of 2008 R2 */
	TROUBLE_DENIED,
	TROUBLE_BAD_PASSWORD,
	TROUBLE_REFUSED,
	TROUBLE_SLOW,
	TROUBLE_SLOW_BYTES,
	TROUBLE_RESET_EARLY,
	TROUBLE_RESET_MID,
	TROUBLE_TRUNCATED,
	TROUBLE_HALF_XML,
	TROUBLE_HTTP_500,
	TROUBLE_HTTP_503_TWICE,
	TROUBLE_HTML,
	TROUBLE_REDIRECT,
	TROUBLE_GZIP,
	TROUBLE_CHUNKED,
	TROUBLE_UTF16,
	TROUBLE_PREFIXES,
	TROUBLE_XML_BOMB,
	TROUBLE_DEEP_XML,
	TROUBLE_ENDLESS_PULL,
	TROUBLE_ENDLESS_RECEIVE,
	TROUBLE_HUGE_TEXT,
	TROUBLE_WRONG_RELATES_TO,
	TROUBLE_CHOPPED_OUTPUT, /* a Receive gives a few hundred bytes */

	/* In the authentication; the first six refuse everybody (strange.c). */
	TROUBLE_NTLM_EMPTY_TARGET, /* crashes clients that use gss-ntlmssp before 1.3.0 unguarded */
	TROUBLE_WEAK_CHALLENGE,    /* without the flags that sealing needs */
	TROUBLE_ENDLESS_LEGS,
	TROUBLE_GARBAGE_TOKEN,
	TROUBLE_GARBAGE_SPNEGO,
	TROUBLE_OVERSIZED_HEADER,
	TROUBLE_FIRST_401_CLOSES,
	TROUBLE_FORGETS, /* 401 on an authenticated connection, once */
	TROUBLE_CLOSES_BETWEEN,
	TROUBLE_NO_MUTUAL, /* the last token of the server is missing */
	TROUBLE_NTLM_DISABLED,
	TROUBLE_SPN_FOREIGN, /* host/... belongs to another account */

	/* In the framing of sealed answers; the first four are to be read. */
	TROUBLE_SEAL_BLANK_IN_BOUNDARY,
	TROUBLE_SEAL_OTHER_CASE,
	TROUBLE_SEAL_OPEN_END,
	TROUBLE_SEAL_NO_TABS,
	TROUBLE_SEAL_WRONG_LENGTH,
	TROUBLE_SEAL_CUT,
	TROUBLE_SEAL_DAMAGED,
	TROUBLE_SEAL_MISSING, /* a plain answer to a sealed request */
};

struct scenario {
	const char *name;
	const char *expect; /* verdict; alternatives joined by '|' where more than one is honest */
	enum windows windows;
	enum language language;
	enum platform platform;
	enum writers writers;
	enum vssadmin vssadmin;
	enum events events;
	enum eventsystem eventsystem;
	enum trouble trouble;
	bool ignores_codepage; /* vssadmin prints the OEM code page whatever the shell asks for */
	bool sql_server;       /* SQL Server and its writer are installed */
	unsigned fixed_pid;    /* of the LocalService group; 0: as it falls */
	unsigned weight;       /* hosts in a thousand of a fleet with the mix "audit"; 0: none */
	bool sample;           /* stands in also in a small fleet */
};

const struct scenario *scenario_find(const char *name);
const struct scenario *scenario_at(size_t index); /* NULL after the last */
void scenario_list(FILE *to);
/* A client may never learn what it would have to close: leaks on such a host are not its fault. */
bool scenario_spoils_answers(const struct scenario *scenario);

/* "ja-JP", for xml:lang. */
const char *language_tag(enum language language);
unsigned language_oem_codepage(enum language language);
unsigned language_ansi_codepage(enum language language);
