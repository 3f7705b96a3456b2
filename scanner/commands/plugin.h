#pragma once
/* plugin: what `vssfleet check` says of a run. Pure: no clock, no store. */

#include "figures.h"
#include "str.h"
#include "threshold.h"

enum plugin_state { PLUGIN_OK, PLUGIN_WARNING, PLUGIN_CRITICAL, PLUGIN_UNKNOWN }; /* the exit codes of all plugins */
enum { PLUGIN_LINE_MAX = 200 /* bytes, without the performance data */ };

struct plugin {
	struct thresholds warning, critical;
	unsigned max_age_s;
};

/* Puts the line, without its end, into *line. Waived hosts do not raise alarms; a host that was not checked does,
 * whatever the thresholds are. now: Unix seconds. */
enum plugin_state plugin_judge(const struct plugin *plugin, const struct run_info *run, const struct figures *figures,
	int64_t now, struct str *line);
/* "VSSFLEET UNKNOWN: WHY", made safe and cut. */
enum plugin_state plugin_unknown(struct str *line, const char *why);
