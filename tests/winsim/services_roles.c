/* services_roles: the services that roles and agents add to a Windows Server. */

#include "services.h"

#include "own.h"

// clang-format off
const struct service_row services_of_roles[] = {
	{ "AcmeAgent", "Acme Monitoring Agent", "\"C:\\Program Files\\Acme\\Agent\\acmeagent.exe\" /service", "Auto", "LocalSystem", "Running", "Own Process", true, 0, "Normal" },
	{ "ClusSvc", "Cluster Service", "C:\\Windows\\Cluster\\clussvc.exe -s", "Auto", "LocalSystem", "Running", "Own Process", true, 0, "Normal" },
	{ "DFSR", "DFS Replication", "C:\\Windows\\system32\\DFSRs.exe", "Auto", "LocalSystem", "Running", "Own Process", true, 0, "Normal" },
	{ "DHCPServer", "DHCP Server", "C:\\Windows\\system32\\svchost.exe -k DHCPServer", "Auto", "NT AUTHORITY\\NetworkService", "Running", "Share Process", true, 0, "Normal" },
	{ "NTDS", "Active Directory Domain Services", "C:\\Windows\\System32\\lsass.exe", "Auto", "LocalSystem", "Running", "Share Process", true, 0, "Normal" },
	{ "WINS", "Windows Internet Name Service (WINS)", "C:\\Windows\\System32\\wins.exe", "Auto", "LocalSystem", "Running", "Own Process", true, 0, "Normal" },
};
// clang-format on
const size_t services_of_roles_count = COUNT(services_of_roles);
