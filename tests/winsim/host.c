/* host: see host.h. */

#include "host.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec.h"
#include "enumerate.h"
#include "history.h"
#include "shell.h"
#include "subscription.h"

enum { REBOOT_MS = 60000 }; /* simulated: how long a reboot takes */

uint64_t clock_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static void netbios_name(struct host *host)
{
	size_t len = 0;

	while (len < sizeof(host->netbios) - 1 && host->name[len] && host->name[len] != '.') {
		host->netbios[len] = (char)toupper((unsigned char)host->name[len]);
		len++;
	}
	host->netbios[len] = '\0';
}

int host_init(struct host *host, const char *name, const struct scenario *scenario, const struct options *options)
{
	*host = (struct host){ .scenario = scenario, .options = options, .seed = hash_text(name) };
	host->name = strdup(name);
	if (!host->name)
		return -1;
	netbios_name(host);
	pthread_mutex_init(&host->lock, NULL);
	return 0;
}

static void host_forget(struct host *host)
{
	shells_drop(host);
	enumerations_drop(host);
	subscriptions_drop(host);
	services_done(&host->services);
	host->awake = false;
	host->reboot_at = host->back_at = 0;
	host->fresh_count = 0;
	host->answers = 0;
	host->forgot = false;
	host->quota_until = 0;
}

void host_done(struct host *host)
{
	if (!host->name)
		return;
	host_forget(host);
	pthread_mutex_destroy(&host->lock);
	free(host->name);
}

/* Weeks ago, or right after the shutdown that was logged last. */
static time_t boot_of(const struct host *host)
{
	enum { HOUR = 3600 };

	if (host->scenario->events == EVENTS_REBOOTS || host->scenario->events == EVENTS_BEFORE_BOOT)
		return history_end() - 10 * HOUR;
	return history_end() - HOUR * (time_t)(24 * (8 + host->seed % 40));
}

void host_wake(struct host *host)
{
	if (!host->awake) {
		if (services_init(&host->services, host->scenario, host->seed) < 0)
			abort();
		host->first_process = services_find(&host->services, "EventSystem")->pid;
		host->boot = boot_of(host);
		host->awake = true;
	}
	if (host->reboot_at && clock_ms() >= host->reboot_at)
		host_reboot(host);
	if (host->back_at && clock_ms() >= host->back_at) {
		host->back_at = 0;
		host->boot = time(NULL);
		host->generation++;
		services_reboot(&host->services);
	}
	shells_expire(host);
	enumerations_expire(host);
	subscriptions_expire(host);
}

void host_switch(struct host *host, const struct scenario *scenario)
{
	host_forget(host);
	host->scenario = scenario;
}

void host_reboot(struct host *host)
{
	host->reboot_at = 0;
	shells_drop(host);
	enumerations_drop(host);
	subscriptions_drop(host);
	host->back_at = clock_ms() + options_real_ms(host->options, REBOOT_MS) + 1;
}

bool host_is_down(struct host *host)
{
	return host->back_at && clock_ms() < host->back_at;
}

bool host_has_server_backup(const struct host *host)
{
	return host->scenario->backup < BACKUP_NONE && host->scenario->edition != EDITION_CLIENT;
}

bool host_is_repaired(const struct host *host)
{
	const struct service *eventsystem = services_find(&host->services, "EventSystem");

	return eventsystem->pid && (eventsystem->pid != host->first_process || host->generation);
}

void host_log(struct host *host, const struct event *event)
{
	if (host->fresh_count < FRESH_EVENTS_MAX)
		host->fresh[host->fresh_count++] = *event;
}
