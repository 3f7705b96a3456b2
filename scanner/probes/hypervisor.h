#pragma once
/* hypervisor: what a server runs on, by what its SMBIOS says of the machine. */

/* A constant: "vmware", "hyperv" ..., "none" on hardware; NULL if either text is NULL and the other tells nothing. */
const char *hypervisor_of(const char *manufacturer, const char *model);
