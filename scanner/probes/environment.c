/* environment: which Windows on which platform, what time it is there. Answers also prove that we are let in at all,
 * which is why this probe is the first. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "events.h"
#include "hypervisor.h"
#include "identity.h"
#include "probes.h"
#include "wmi.h"

/* OEM code pages of the system locales whose console is not 437; the registry, asked later, knows better. */
static int oem_codepage_of(const char *locale, const char *ansi)
{
	static const struct {
		const char *locale;
		int codepage;
	} table[] = {
		{ "0411", 932 },
		{ "0804", 936 },
		{ "0412", 949 },
		{ "0404", 950 },
		{ "0c04", 950 },
		{ "0409", 437 },
		{ "0407", 850 },
		{ "040c", 850 },
		{ "0410", 850 },
		{ "0c0a", 850 },
		{ "040a", 850 },
		{ "0413", 850 },
		{ "0416", 850 },
		{ "0816", 850 },
		{ "0809", 850 },
		{ "041d", 850 },
		{ "0406", 850 },
		{ "0414", 850 },
		{ "040b", 850 },
		{ "0415", 852 },
		{ "0405", 852 },
		{ "040e", 852 },
		{ "041b", 852 },
		{ "0418", 852 },
		{ "0419", 866 },
		{ "0422", 866 },
	};
	static const int same_as_ansi[] = { 932, 936, 949, 950 };

	FOR_EACH(row, table)
		if (locale && !strcasecmp(row->locale, locale))
			return row->codepage;
	FOR_EACH(page, same_as_ansi)
		if (ansi && atoi(ansi) == *page)
			return *page;
	return UNSEEN;
}

static char *copy(const char *text)
{
	return text ? strdup(text) : NULL;
}

/* CurrentTimeZone: minutes, with summer time; no zone is farther from UTC than 14 hours. */
static int utc_offset_of(const char *minutes)
{
	enum { FARTHEST = 14 * 60 };
	char *end = NULL;
	long offset = minutes ? strtol(minutes, &end, 10) : 0;

	return minutes && *minutes && !*end && offset >= -FARTHEST && offset <= FARTHEST ? (int)offset : UNSEEN;
}

static int64_t memory_of(const char *kib)
{
	enum { DIGITS_MAX = 15 }; /* as bytes it still is a number of 64 bits */
	size_t digits = kib ? strspn(kib, "0123456789") : 0;

	return digits && digits <= DIGITS_MAX && !kib[digits] ? strtoll(kib, NULL, 10) * 1024 : UNSEEN;
}

static void take_system(struct environment_facts *environment, const struct wmi_rows *rows)
{
	const char *type = wmi_text(rows, 0, "ProductType"), *boot = wmi_text(rows, 0, "LastBootUpTime"),
		   *now = wmi_text(rows, 0, "LocalDateTime");

	environment->caption = copy(wmi_text(rows, 0, "Caption"));
	environment->version = copy(wmi_text(rows, 0, "Version"));
	environment->build = copy(wmi_text(rows, 0, "BuildNumber"));
	environment->locale = copy(wmi_text(rows, 0, "Locale"));
	environment->product_type = type && type[0] >= '1' && type[0] <= '3' && !type[1] ? type[0] - '0' : UNSEEN;
	environment->oem_codepage = oem_codepage_of(environment->locale, wmi_text(rows, 0, "CodeSet"));
	environment->memory = memory_of(wmi_text(rows, 0, "TotalVisibleMemorySize"));
	environment->last_boot = boot ? event_time(boot) : UNSEEN;
	environment->utc_offset_min = utc_offset_of(wmi_text(rows, 0, "CurrentTimeZone"));
	environment->server_time = now ? event_time(now) : UNSEEN;
	int64_t skew = environment->server_time - time(NULL);
	environment->skew_seen = environment->server_time != UNSEEN && skew > INT32_MIN && skew < INT32_MAX;
	environment->clock_skew_s = environment->skew_seen ? (int)skew : 0;
}

static int one_row(struct session *s, const char *wql, struct wmi_rows **rows, struct error *e)
{
	*rows = wmi_query(s, wql, e);
	if (!*rows)
		return -1;
	if (wmi_count(*rows) != 1)
		return error_set(e, ERROR_FAULT, "%zu rows where every Windows has one: %s", wmi_count(*rows), wql);
	return 0;
}

int probe_environment(struct session *s, const struct audit_options *options, struct result *result, struct error *e)
{
	struct environment_facts *environment = &result->facts.environment;
	OWN(wmi_rows_free) struct wmi_rows *system = NULL, *product = NULL;

	(void)options;
	if (one_row(s,
		    "SELECT Caption,Version,BuildNumber,ProductType,Locale,LastBootUpTime,LocalDateTime,CodeSet,"
		    "CurrentTimeZone,TotalVisibleMemorySize "
		    "FROM Win32_OperatingSystem",
		    &system, e) < 0)
		return -1;
	result->connected = true;
	take_system(environment, system);
	/* Vendor and Name are what Win32_ComputerSystem calls Manufacturer and Model (SMBIOS type 1). */
	if (one_row(s, "SELECT Vendor,Name,UUID FROM Win32_ComputerSystemProduct", &product, e) < 0)
		return -1;
	environment->manufacturer = copy(wmi_text(product, 0, "Vendor"));
	environment->model = copy(wmi_text(product, 0, "Name"));
	environment->uuid = identity_of(wmi_text(product, 0, "UUID"));
	environment->hypervisor = hypervisor_of(environment->manufacturer, environment->model);
	return 0;
}
