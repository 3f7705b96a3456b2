/* writers: see the header. The class GUID is the key, the names are constant English: Microsoft's page on in-box
 * writers and the tables of backup vendors. A trailing * stands for what differs from instance to instance. */
#include "writers.h"

#include <string.h>
#include <strings.h>

#include "own.h"

#define MINIMUM .minimum = true
#define EXPRESS .express = true

// clang-format off
static const struct known_writer table[] = {
	{ "e8132975-6f93-4464-a53e-1050253ae220", "System Writer", "CryptSvc", MINIMUM },
	{ "be000cbe-11fe-4426-9c58-531aa6355fc4", "ASR Writer", "VSS", MINIMUM },
	{ "afbab4a2-367d-4d15-a586-71dbb18f8485", "Registry Writer", "VSS", MINIMUM },
	{ "a6ad56c2-b509-4e6c-bb19-49d8f43532f0", "WMI Writer", "Winmgmt", MINIMUM },
	{ "542da469-d3e1-473c-9f4f-7847f01fc64f", "COM+ REGDB Writer", "VSS", MINIMUM },
	{ "4dc3bdd4-ab48-4d07-adb0-3bee2926fd7f", "Shadow Copy Optimization Writer", "VSS", MINIMUM },
	{ "d61d61c8-d73a-4eee-8cdd-f6f9786b7124", "Task Scheduler Writer", NULL, EXPRESS },
	{ "75dfb225-e2e4-4d39-9ac9-ffaff65ddf06", "VSS Metadata Store Writer", NULL, EXPRESS },
	{ "0bada1de-01a9-4625-8278-69e735f39dd2", "Performance Counters Writer", NULL, EXPRESS },
	{ "4969d978-be47-48b0-b100-f328f07ac1e0", "BITS Writer", "BITS" },
	{ "cd3f2362-8bef-46c7-9181-d62844cdc0b2", "MSSearch Service Writer", "WSearch" },
	{ "2a40fd15-dfca-4aa8-a654-1f8c654603f6", "IIS Config Writer", "AppHostSvc" },
	{ "59b1f0cf-90ef-465f-9609-6ca8b2938366", "IIS Metabase Writer", "IISADMIN" },
	{ "b2014c9e-8711-4c5c-a5a9-3cf384484757", "NTDS", "NTDS" },
	{ "dd846aaa-a1b6-42a8-aaf8-03dcb6114bfd", "ADAM", "ADAM_*" },
	{ "772c45f8-ae01-4f94-940c-94961864acad", "ADFS VSS Writer", "adfssrv" },
	{ "886c43b1-d455-4428-a37f-4d6b9e43f50f", "AD RMS Writer", "AD RMS logging" },
	{ "6f5b15b5-da24-4d88-b737-63063e3a1f86", "Certificate Authority", "CertSvc" },
	{ "1072ae1c-e5a7-4ea1-9e4a-6f7964656570", "Cluster Shared Volume VSS Writer", "ClusSvc" },
	{ "be9ac81e-3619-421f-920f-4c6fea9e93ad", "Dhcp Jet Writer", "DHCPServer" },
	{ "f08c1483-8407-4a26-8c26-6c267a629741", "WINS Jet Writer", "WINS" },
	{ "12ce4370-5bb7-4c58-a76a-e5d5097e3674", "FSRM Writer", "srmsvc" },
	{ "66841cd4-6ded-4f4b-8f17-fd23f8ddc3de", "Microsoft Hyper-V VSS Writer", "vmms" },
	{ "7e47b561-971a-46e6-96b9-696eeaa53b2a", "MSMQ Writer (MSMQ)", "MSMQ" },
	{ "35e81631-13e1-48db-97fc-d5bc721bb18a", "NPS VSS Writer", "IAS" },
	{ "368753ec-572e-4fc7-b4b9-ccd9bdc624cb", "TS Gateway Writer", "TSGateway" },
	{ "5382579c-98df-47a7-ac6c-98a6d7106e09", "TermServLicensing", "TermServLicensing" },
	{ "d46bf321-fdba-4a35-8ec3-454df03bc86a", "Sync Share Service VSS writer", "SyncShareSvc" },
	{ "82cb5521-68db-4626-83a4-7fc6f88853e9", "WDS VSS Writer", "WDSServer" },
	{ "8d5194e1-e455-434a-b2e5-51296cce67df", "WIDWriter", "WIDWriter" },
	{ "a65faa63-5ea8-4ebc-9dbd-a0c4db26912a", "SqlServerWriter", "SQLWriter" },
	{ "f8544ac1-0611-4fa5-b04b-f7ee00b03277", "MSDEWriter", "VSS" },
	{ "76fe1ac4-15f7-4bcd-987e-8e1acb462fb7", "Microsoft Exchange Writer", "MSExchangeRepl" },
	{ "eee8c692-67ed-4250-8d86-390603070d00", "Event Log Writer", "VSS" },
	{ "03ba67dd-dc6d-4729-a038-251f7018463b", "SMS Writer", "SMS_SITE_VSS_WRITER" },
	{ NULL, "FRS Writer", "NtFrs" },
	{ NULL, "DFS Replication service writer", "DFSR" },
	{ NULL, "OSearch15", "OSearch15" },
	{ NULL, "OSearch16", "OSearch16" },
	{ NULL, "SPSearch", "SPSearch*" },
	{ NULL, "SharePoint Services Writer", "SPWriterV4" },
	{ NULL, "Oracle VSS Writer", "OracleVssWriter*" },
};
// clang-format on

const struct known_writer *writer_known(const char *id, const char *name)
{
	FOR_EACH(w, table)
		if (w->id ? id && !strcmp(w->id, id) : name && !strncasecmp(name, w->name, strlen(w->name)))
			return w;
	return NULL;
}

const struct known_writer *writers_table(size_t *count)
{
	*count = COUNT(table);
	return table;
}
