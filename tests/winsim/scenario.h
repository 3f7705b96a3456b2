#pragma once
/* scenario: what is the matter with a host, as one row of a table, and the verdict that an auditor must reach. */

#include <stdbool.h>
#include <stdio.h>

enum windows { WINDOWS_2012R2, WINDOWS_2016, WINDOWS_2019, WINDOWS_2022 };

/* Another Windows with the services and programs of that one. */
enum edition { EDITION_SERVER, EDITION_CLIENT, EDITION_DOMAIN_CONTROLLER, EDITION_2003 };

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
	WRITERS_LEFT_WAITING, /* by a backup that was aborted */
	WRITERS_ONE_FAILED,
	WRITERS_ONE_STALE, /* failed in the last backup, without an event */
	WRITERS_ALL_FAILED,
	WRITERS_ONE_RETRYABLE,
	WRITERS_NO_SYSTEM,
	WRITERS_NONE_OF_VSS, /* those that run inside VSS are missing */
	WRITERS_TWO_ADAM,
	WRITERS_THIRD_PARTY,
	WRITERS_MANY,
	WRITERS_HOSTILE_NAMES,
};

/* How vssadmin itself behaves. */
enum vssadmin {
	VSSADMIN_WORKS,
	VSSADMIN_MISSING,
	VSSADMIN_DENIED,
	VSSADMIN_UNEXPECTED_ERROR,
	VSSADMIN_CATASTROPHIC, /* 0x8000FFFF */
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
	EVENTS_CLEARED,     /* and somebody cleared it yesterday */
	EVENTS_BEFORE_BOOT, /* they were there, and the host was restarted since */
	EVENTS_ONLY_8193,
	EVENTS_ONLY_13,           /* with the masked CLSID of the article */
	EVENTS_INCONSISTENT,      /* 12302 */
	EVENTS_NOTHING_BACKED_UP, /* backups fail with 0x80780049 */
	EVENTS_REBOOTS,           /* each shutdown logs 8193 and 13 with 0x8007045b */
	EVENTS_TYPELIB,
	EVENTS_STOPPED,
	EVENTS_CALLBACK,      /* 8194 each hour: a backup agent */
	EVENTS_STALE_PROFILE, /* 8193 about a profile key that ends in .bak */
	EVENTS_PROVIDER,      /* 12292 and 12293: a vendor's provider is gone */
	EVENTS_SW_PROV,       /* 22 and 12292, as on any server in Azure */
	EVENTS_HOSTILE,
};

enum eventsystem {
	EVENTSYSTEM_AS_WINDOWS,
	EVENTSYSTEM_OWN,
	EVENTSYSTEM_OWN_PENDING,   /* type= own, still in the shared process */
	EVENTSYSTEM_OWN_RESTARTED, /* days after the services that host writers */
	EVENTSYSTEM_LEFT_ALONE,    /* type= share, and its neighbours are stopped */
	EVENTSYSTEM_STOPPED,
	EVENTSYSTEM_DISABLED,
	EVENTSYSTEM_STOPPING, /* Stop Pending, with its process */
	EVENTSYSTEM_ABSENT,   /* WMI does not list it */
};

enum backup {
	BACKUP_DAILY, /* by Windows Server Backup, in twelve hours */
	BACKUP_SOON,  /* the same, in twenty minutes */
	BACKUP_WEEKLY,
	BACKUP_TASK_DISABLED,
	BACKUP_NONE,
	BACKUP_VEEAM,
};

/* Services that Windows does not have by itself; bits. */
enum roles {
	ROLE_AGENT = 1, /* an unknown agent that depends on EventSystem */
	ROLE_CLUSTER = 2,
	ROLE_DFSR = 4, /* depends on EventSystem, as the next two */
	ROLE_DHCP = 8,
	ROLE_WINS = 16,
	ROLE_NTDS = 32,
};

/* What the host does to those who repair it; but for the first few, once, or to EventSystem alone. */
enum repair {
	REPAIR_WORKS,
	REPAIR_RELAPSES,       /* 90 s after it came back EventSystem loses the subscriptions again */
	REPAIR_CONFIG_DENIED,  /* the type: 5, of WMI 2 */
	REPAIR_CONFIG_INVALID, /* 87, of WMI 21 */
	REPAIR_STOP_DENIED,
	REPAIR_CREATE_DENIED,   /* Win32_Process.Create */
	REPAIR_SLOW_STOP,       /* 20 s */
	REPAIR_HANGING_STOP,    /* 180 s */
	REPAIR_DEPENDENT_HANGS, /* SENS, for 180 s */
	REPAIR_START_FAILS,     /* three times, with 1053 */
	REPAIR_START_NEVER,     /* 1053, whenever */
	REPAIR_START_DISABLED,  /* it runs, and is disabled */
	REPAIR_LATE_DEPENDENT,  /* one starts when EventSystem is to be stopped for the first time */
	REPAIR_DIES,            /* no network for 15 s from when a detached process has stopped EventSystem */
	REPAIR_CUT_SHELL,       /* the answer of the shell after Win32_Process.Create breaks in the middle */
	REPAIR_SCRIPT_KILLED,   /* the detached process, when EventSystem has stopped */
	REPAIR_BACKUP_STARTS,   /* after the writers were listed for the first time */
	REPAIR_BACKUP_MEETS,    /* it starts when EventSystem has stopped, and finds no writer */
	REPAIR_REBOOT_PENDING,  /* of servicing */
	REPAIR_REBOOT_REQUIRED, /* of Windows Update */
	REPAIR_NEVER_RETURNS,   /* from a reboot */
	REPAIR_SLOW_BOOT,       /* 120 s */
};

/* What the host does to those who talk to it. */
enum trouble {
	TROUBLE_NONE,
	TROUBLE_WMI_BROKEN,
	TROUBLE_SERVICES_CUT, /* the context of Win32_Service is lost after the first row */
	TROUBLE_SHELL_DISABLED,
	TROUBLE_SHELL_QUOTA,     /* fault shape of 2012 and later */
	TROUBLE_SHELL_QUOTA_OLD, /* fault shape of 2008 R2 */
	TROUBLE_DENIED,
	TROUBLE_READ_ONLY,           /* the account has GR: queries and events, neither shells nor methods */
	TROUBLE_SUBSCRIPTION_DENIED, /* no shell, and it is no Event Log Reader either */
	TROUBLE_NTLOGEVENT_QUOTA,    /* no shell, and Win32_NTLogEvent is too much for WMI */
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
	const char *name;   /* letters, digits and hyphens, so that a host can be called like it */
	const char *expect; /* verdict; alternatives joined by '|' where more than one is honest */
	enum windows windows;
	enum edition edition;
	enum language language;
	enum platform platform;
	enum writers writers;
	enum vssadmin vssadmin;
	enum events events;
	enum eventsystem eventsystem;
	enum backup backup;
	enum trouble trouble;
	enum repair repair;
	unsigned roles;        /* enum roles */
	bool ignores_codepage; /* vssadmin prints the OEM code page whatever the shell asks for */
	bool sql_server;       /* SQL Server and its writer are installed */
	bool little_memory;    /* 2 GB: services stay grouped */
	bool users;            /* two people are logged on, until it is restarted */
	unsigned fixed_pid;    /* of the LocalService group; 0: as it falls */
	unsigned weight;       /* hosts in a thousand of a fleet with the mix "audit"; 0: none */
	unsigned fix;          /* and with the mix "fix" */
	bool sample;           /* stands in also in a small fleet */
};

const struct scenario *scenario_find(const char *name);
const struct scenario *scenario_at(size_t index); /* NULL after the last */
void scenario_list(FILE *to);
/* A client may never learn what it would have to close: leaks on such a host are not its fault. */
bool scenario_spoils_answers(const struct scenario *scenario);

bool scenario_has_no_shell(const struct scenario *scenario); /* AllowRemoteShellAccess is off */

/* "ja-JP", for xml:lang. */
const char *language_tag(enum language language);
unsigned language_oem_codepage(enum language language);
unsigned language_ansi_codepage(enum language language);
