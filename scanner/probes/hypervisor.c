/* hypervisor: see the header. */
#include "hypervisor.h"

#include <stdbool.h>
#include <string.h>

#include "own.h"

static bool has(const char *text, const char *part)
{
	return text && strcasestr(text, part);
}

const char *hypervisor_of(const char *manufacturer, const char *model)
{
	static const struct {
		const char *manufacturer, *model, *hypervisor;
	} table[] = {
		{ "VMware", NULL, "vmware" },
		{ NULL, "VMware", "vmware" },
		{ "Microsoft", "Virtual Machine", "hyperv" },
		{ "QEMU", NULL, "kvm" },
		{ NULL, "KVM", "kvm" },
		{ "oVirt", NULL, "kvm" },
		{ "RDO", NULL, "kvm" },
		{ "Red Hat", NULL, "kvm" },
		{ "OpenStack", NULL, "kvm" },
		{ "Nutanix", NULL, "ahv" },
		{ "Xen", NULL, "xen" },
		{ NULL, "HVM domU", "xen" },
		{ "innotek", NULL, "virtualbox" },
		{ NULL, "VirtualBox", "virtualbox" },
		{ "Amazon EC2", NULL, "amazon" },
		{ "Google", "Google Compute Engine", "google" },
		{ "Parallels", NULL, "parallels" },
	};

	FOR_EACH(row, table)
		if ((!row->manufacturer || has(manufacturer, row->manufacturer)) &&
			(!row->model || has(model, row->model)))
			return row->hypervisor;
	return manufacturer && model ? "none" : NULL;
}
