/* fleet: see fleet.h. The n-th host has the address 127.(16 + n/62500).(n/250 % 250).(1 + n % 250). */

#include "fleet.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "codec.h"
#include "own.h"

enum { PER_NET = 250, PER_BLOCK = PER_NET * PER_NET, FIRST_BLOCK = 16, SMALL_FLEET = 20, SAMPLES_FLEET = 60 };

static const char *const sites[] = { "tyo", "osa", "sgp" };

static uint32_t address_of(size_t n)
{
	return 127u << 24 | (uint32_t)(FIRST_BLOCK + n / PER_BLOCK) << 16 | (uint32_t)(n / PER_NET % PER_NET) << 8 |
	       (uint32_t)(1 + n % PER_NET);
}

struct host *fleet_at_address(const struct fleet *fleet, uint32_t address)
{
	uint32_t block = (address >> 16 & 0xff) - FIRST_BLOCK, net = address >> 8 & 0xff, one = (address & 0xff) - 1;
	size_t n = (size_t)block * PER_BLOCK + net * PER_NET + one;

	if (address >> 24 != 127 || net >= PER_NET || one >= PER_NET || n >= fleet->count)
		return NULL;
	return &fleet->host[n];
}

struct host *fleet_find(const struct fleet *fleet, const char *name)
{
	for (size_t i = 0; i < fleet->count; i++)
		if (strcasecmp(fleet->host[i].name, name) == 0)
			return &fleet->host[i];
	return NULL;
}

static bool repairs(const struct options *options)
{
	return strcmp(options->mix, "fix") == 0;
}

/* How many hosts of a scenario a fleet has: in proportion, and in all but tiny fleets at least one of each kind. */
static size_t share_of(const struct scenario *s, const struct options *options)
{
	unsigned weight = repairs(options) ? s->fix : s->weight;
	size_t share;

	if (strcmp(options->mix, "all") == 0 && weight == 0)
		weight = 2;
	share = (size_t)options->fleet * weight / 1000;
	if (share == 0 && weight && (options->fleet >= SAMPLES_FLEET || (options->fleet >= SMALL_FLEET && s->sample)))
		share = 1;
	return share;
}

/* Which scenario each made-up host plays: shares first, the rest healthy (or to be repaired), then shuffled, the same
 * way each time. */
static const struct scenario **deal_scenarios(const struct options *options)
{
	const struct scenario **deal = calloc(options->fleet + 1, sizeof(const struct scenario *)), *s;
	const struct scenario *rest = repairs(options) ? scenario_find("fix-plain") : scenario_at(0);
	uint64_t random = 20221122;
	size_t count = 0;

	for (size_t i = 1; deal && (s = scenario_at(i)); i++)
		for (size_t share = share_of(s, options); share && count < options->fleet; share--)
			deal[count++] = s;
	while (deal && count < options->fleet)
		deal[count++] = rest;
	for (size_t i = count; deal && i > 1; i--) {
		random = hash_mix(random, i);
		size_t other = random % i;
		s = deal[i - 1];
		deal[i - 1] = deal[other];
		deal[other] = s;
	}
	return deal;
}

/* Half of the servers are in Tokyo, a third in Osaka; those in Singapore do not speak Japanese. */
static const char *site_of(size_t n, const struct scenario *scenario)
{
	size_t choice = hash_mix(7, n) % 10;

	return choice < 5 ? sites[0] : choice < 8 || scenario->language == LANGUAGE_JA ? sites[1] : sites[2];
}

static int add_host(struct fleet *fleet, const char *name, const char *site, const struct scenario *scenario,
	const struct options *options)
{
	struct host *host = &fleet->host[fleet->count];

	if (host_init(host, name, scenario, options) < 0)
		return -1;
	host->site = site;
	host->address = address_of(fleet->count);
	fleet->count++;
	return 0;
}

static int add_fleet(struct fleet *fleet, const struct options *options)
{
	const struct scenario **deal = deal_scenarios(options);
	unsigned numbers[COUNT(sites)] = { 0 };
	int result = deal ? 0 : -1;

	for (size_t i = 0; result == 0 && i < options->fleet; i++) {
		const char *site = site_of(i, deal[i]);
		char name[64];
		for (size_t s = 0; s < COUNT(sites); s++)
			if (sites[s] == site)
				snprintf(name, sizeof(name), "srv-%s-%04u.sim.example", site, ++numbers[s]);
		result = add_host(fleet, name, site, deal[i], options);
	}
	free(deal);
	return result;
}

int fleet_init(struct fleet *fleet, const struct options *options)
{
	*fleet = (struct fleet){ .host = calloc(options->fleet + options->named_count, sizeof(*fleet->host)) };
	if (!fleet->host || add_fleet(fleet, options) < 0) {
		fprintf(stderr, "winsim: out of memory\n");
		return -1;
	}
	for (size_t i = 0; i < options->named_count; i++) {
		const struct named_host *named = &options->named[i];
		if (add_host(fleet, named->name, sites[0], scenario_find(named->scenario), options) < 0)
			return -1;
		if (named->of)
			fleet->host[fleet->count - 1].machine = fleet_find(fleet, named->of->name)->machine;
	}
	return 0;
}

void fleet_done(struct fleet *fleet)
{
	for (size_t i = 0; i < fleet->count; i++)
		host_done(&fleet->host[i]);
	free(fleet->host);
	*fleet = (struct fleet){ 0 };
}

int fleet_write_inventory(
	const struct fleet *fleet, const char *dir, const char *scheme, uint16_t port, uint16_t closed_port)
{
	OWN_VALUE(str_done) struct str path = { 0 };
	FILE *file;

	str_addf(&path, "%s/inventory.ini", dir);
	file = fopen(str_text(&path), "w");
	if (!file) {
		fprintf(stderr, "winsim: %s: %s\n", str_text(&path), strerror(errno));
		return -1;
	}
	FOR_EACH(site, sites) {
		fprintf(file, "[%s]\n", *site);
		for (size_t i = 0; i < fleet->count; i++) {
			struct host *h = &fleet->host[i];
			pthread_mutex_lock(&h->lock);
			bool refuses = h->scenario->trouble == TROUBLE_REFUSED;
			pthread_mutex_unlock(&h->lock);
			if (h->site == *site)
				fprintf(file,
					"%s ansible_host=%u.%u.%u.%u ansible_port=%u "
					"ansible_winrm_scheme=%s\n",
					h->name, h->address >> 24, h->address >> 16 & 0xff, h->address >> 8 & 0xff,
					h->address & 0xff, refuses ? closed_port : port, scheme);
		}
		fputc('\n', file);
	}
	return fclose(file) == 0 ? 0 : -1;
}
