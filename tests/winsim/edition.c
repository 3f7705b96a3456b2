/* edition: see edition.h. */

#include "edition.h"

static const struct edition_texts servers[] = {
	[WINDOWS_2012R2] = { "Microsoft Windows Server 2012 R2 Standard", "6.3.9600", "9600", 3 },
	[WINDOWS_2016] = { "Microsoft Windows Server 2016 Standard", "10.0.14393", "14393", 3 },
	[WINDOWS_2019] = { "Microsoft Windows Server 2019 Standard", "10.0.17763", "17763", 3 },
	[WINDOWS_2022] = { "Microsoft Windows Server 2022 Standard", "10.0.20348", "20348", 3 },
};

/* 8.1 has the version of 2012 R2 and is no server. */
static const struct edition_texts others[] = {
	[EDITION_CLIENT] = { "Microsoft Windows 8.1 Pro", "6.3.9600", "9600", 1 },
	[EDITION_DOMAIN_CONTROLLER] = { "Microsoft Windows Server 2012 R2 Standard", "6.3.9600", "9600", 2 },
	[EDITION_2003] = { "Microsoft(R) Windows(R) Server 2003 Standard x64 Edition", "5.2.3790", "3790", 3 },
};

const struct edition_texts *edition_of(const struct scenario *scenario)
{
	return scenario->edition == EDITION_SERVER ? &servers[scenario->windows] : &others[scenario->edition];
}
