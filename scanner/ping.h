#pragma once
/* ping: goes the whole way to one host, leg by leg, as an audit would, and says how far it came. Changes nothing there
 * and keeps nothing. */

#include "greet.h"
#include "host.h"
#include "reach.h"
#include "session.h"

enum ping_leg {       /* in the order in which they are gone */
	LEG_NAME,     /* resolves */
	LEG_CONNECT,  /* TCP */
	LEG_TLS,      /* skipped over HTTP */
	LEG_IDENTIFY, /* WS-Management of Windows answers there; without credentials */
	LEG_AUTH,     /* it lets us in: Identify, authenticated */
	LEG_WMI,      /* and lets us read */
	LEG_SHELL,    /* and run a command */
	LEGS
};

enum leg_state { LEG_SKIPPED, LEG_OK, LEG_FAILED };

struct ping {
	const struct host *host; /* borrowed */
	uint16_t port;
	bool tls;
	enum leg_state leg[LEGS];
	struct error error; /* why the way ended before its end; ERROR_NONE: reachable */
	struct error shell; /* why there is no shell; a finding, not the end of the way */
	bool leaked_shell;  /* it could not be closed; its IdleTimeOut will */
	struct greeting greeting;
	struct session_stats transport; /* of the session with credentials; auth NULL: it was never begun */
	char windows[128];              /* "Microsoft Windows Server 2019 Standard", as the host says; "" */
	unsigned duration_ms;
};

enum { CLOCK_LIMIT_S = 240 }; /* Kerberos stands five minutes, and they grow */

const char *ping_leg_name(enum ping_leg leg);    /* "dns", "connect", "tls", "identify", "auth", "wmi", "shell" */
enum ping_leg ping_failed(const struct ping *p); /* the first leg that failed; LEGS if all went well */
bool ping_reachable(const struct ping *p);       /* an audit can be made, with or without a shell */
bool ping_clock_is_off(const struct ping *p);

/* A fleet_job; context: const struct fleet_access. Gives a struct ping, the caller's to free(). */
void *ping_job(void *context, const struct host *host, struct deadline deadline);
