/* config: see config.h. */

#include "config.h"

void config_add(const struct host *host, struct str *out)
{
	const struct options *o = host->options;

	str_addf(out,
		"<cfg:Config xmlns:cfg=\"http://schemas.microsoft.com/wbem/wsman/1/config\">"
		"<cfg:MaxEnvelopeSizekb>%u</cfg:MaxEnvelopeSizekb><cfg:MaxTimeoutms>60000</cfg:MaxTimeoutms>"
		"<cfg:MaxBatchItems>32000</cfg:MaxBatchItems><cfg:MaxProviderRequests>4294967295</"
		"cfg:MaxProviderRequests>"
		"<cfg:Client><cfg:NetworkDelayms>5000</cfg:NetworkDelayms><cfg:URLPrefix>wsman</cfg:URLPrefix></"
		"cfg:Client>"
		"<cfg:Service><cfg:RootSDDL>O:NSG:BAD:P(A;;GA;;;BA)(A;;GR;;;IU)S:P(AU;FA;GA;;;WD)(AU;SA;GXGW;;;WD)</"
		"cfg:RootSDDL>"
		"<cfg:MaxConcurrentOperationsPerUser>1500</cfg:MaxConcurrentOperationsPerUser>"
		"<cfg:EnumerationTimeoutms>240000</cfg:EnumerationTimeoutms><cfg:MaxConnections>300</"
		"cfg:MaxConnections>"
		"<cfg:MaxPacketRetrievalTimeSeconds>120</cfg:MaxPacketRetrievalTimeSeconds>"
		"<cfg:AllowUnencrypted>%s</cfg:AllowUnencrypted><cfg:Auth><cfg:Basic>true</"
		"cfg:Basic><cfg:Kerberos>true</cfg:Kerberos>"
		"<cfg:Negotiate>true</cfg:Negotiate><cfg:CbtHardeningLevel>Relaxed</cfg:CbtHardeningLevel></cfg:Auth>"
		"</cfg:Service><cfg:Winrs><cfg:AllowRemoteShellAccess>%s</cfg:AllowRemoteShellAccess>"
		"<cfg:IdleTimeout>7200000</cfg:IdleTimeout><cfg:MaxShellsPerUser>%u</cfg:MaxShellsPerUser></"
		"cfg:Winrs></cfg:Config>",
		o->envelope_kb, o->allow_unencrypted ? "true" : "false",
		scenario_has_no_shell(host->scenario) ? "false" : "true", o->max_shells);
}
