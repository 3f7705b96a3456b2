#pragma once
/* zabbix: a run for Zabbix (UX section 3.3): the hosts for low-level discovery, and the values for
 * `zabbix_sender -T -i`. */

#include "report.h"

/* [{"{#HOST}":"a","{#GROUP}":"tyo"},...]; a host without a group has "". See struct report_format. */
int report_zabbix_lld_write(struct store *store, const struct run_info *run, const struct report_options *options,
	FILE *const out[REPORT_FILES_MAX], struct error *e);

/* A line a value: "PROFILE" KEY TIME VALUE, where the profile is the host in Zabbix and the time the run's end:
 *   vssfleet.hosts[VERDICT], vssfleet.not_checked[KIND], vssfleet.waived   numbers of servers
 *   vssfleet.coverage                                                      percent, rounded down
 *   vssfleet.run.complete, vssfleet.run.duration                           1 or 0; seconds
 *   vssfleet.host.verdict[HOST], vssfleet.host.writers[HOST]               of each server; unknown writers are left out
 */
int report_zabbix_sender_write(struct store *store, const struct run_info *run, const struct report_options *options,
	FILE *const out[REPORT_FILES_MAX], struct error *e);
