#pragma once
/* fleet: all simulated hosts, their addresses, and the inventory file that leads to them. */

#include "host.h"

struct fleet {
	struct host *host;
	size_t count;
};

/* 0, or -1 after a message on stderr. */
int fleet_init(struct fleet *fleet, const struct options *options);
void fleet_done(struct fleet *fleet);

struct host *fleet_at_address(const struct fleet *fleet, uint32_t address); /* host byte order; NULL */
struct host *fleet_find(const struct fleet *fleet, const char *name);

/* Writes DIR/inventory.ini. scheme: "https" or "http", and its port. closed_port: where nobody listens, for hosts that
 * refuse. 0, or -1 after a message. */
int fleet_write_inventory(
	const struct fleet *fleet, const char *dir, const char *scheme, uint16_t port, uint16_t closed_port);
