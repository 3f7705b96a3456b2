/* host: see host.h. */

#include "host.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec.h"
#include "enumerate.h"
#include "history.h"
#include "journal.h"
#include "own.h"
#include "process.h"
#include "shell.h"
#include "subscription.h"

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
	pthread_condattr_t attributes;

	*host = (struct host){ .scenario = scenario, .options = options, .seed = hash_text(name) };
	host->machine = host->seed;
	host->name = strdup(name);
	if (!host->name)
		return -1;
	netbios_name(host);
	pthread_mutex_init(&host->lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&host->changed, &attributes);
	pthread_condattr_destroy(&attributes);
	host->actions = STR(ACTIONS_BYTES_MAX);
	return 0;
}

/* The lock is held, and let go until the last process is gone: then nobody uses what goes next. */
static void host_forget(struct host *host)
{
	processes_kill(host);
	processes_wait_gone(host);
	shells_drop(host);
	enumerations_drop(host);
	subscriptions_drop(host);
	services_done(&host->services);
	host->awake = false;
	files_done(&host->files);
	host->reboot_at = host->back_at = host->unplugged_until = 0;
	host->returns = false;
	host->repair = (struct repair_state){ 0 };
	host->mutating = 0;
	str_clear(&host->actions);
	host->generation = 0;
	host->fresh_count = 0;
	host->answers = 0;
	host->forgot = false;
	host->quota_until = 0;
}

void host_done(struct host *host)
{
	if (!host->name)
		return;
	pthread_mutex_lock(&host->lock);
	host_forget(host);
	pthread_mutex_unlock(&host->lock);
	pthread_cond_destroy(&host->changed);
	pthread_mutex_destroy(&host->lock);
	str_done(&host->actions);
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

static void set_up(struct host *host)
{
	if (services_init(&host->services, host->scenario, host->seed) < 0)
		abort();
	host->services.time_scale = host->options->time_scale;
	host->first_process = services_find(&host->services, "EventSystem")->pid;
	host->boot = boot_of(host);
	host->awake = true;
	repair_prepare(host);
}

static void go_down(struct host *host)
{
	unsigned down_ms = host->returns ? repair_down_ms(host) : 0;

	host->back_at = down_ms ? host->reboot_at + options_real_ms(host->options, down_ms) + 1 : UINT64_MAX;
	host->reboot_at = 0;
	processes_kill(host);
	shells_drop(host);
	enumerations_drop(host);
	subscriptions_drop(host);
}

/* LastBootUpTime differs from the one before, however fast time goes by. */
static void come_back(struct host *host, uint64_t now)
{
	time_t boot = time(NULL) - (time_t)((now - host->back_at) / 1000);

	host->boot = boot > host->boot ? boot : host->boot + 1;
	host->back_at = 0;
	host->generation++;
	services_reboot(&host->services);
}

void host_settle(struct host *host, uint64_t now)
{
	services_settle(&host->services, now);
	repair_settle(host, now);
}

void host_wake(struct host *host)
{
	uint64_t now = clock_ms();

	if (!host->awake)
		set_up(host);
	host_settle(host, host->reboot_at && host->reboot_at < now ? host->reboot_at : now);
	if (host->reboot_at && now >= host->reboot_at)
		go_down(host);
	if (host->back_at && now >= host->back_at)
		come_back(host, now);
	shells_expire(host);
	enumerations_expire(host);
	subscriptions_expire(host);
}

void host_switch(struct host *host, const struct scenario *scenario)
{
	host_forget(host);
	host->scenario = scenario;
}

bool host_plan_reboot(struct host *host, uint64_t at, bool returns)
{
	if (host->reboot_at)
		return false;
	host->reboot_at = at;
	host->returns = returns;
	pthread_cond_broadcast(&host->changed);
	return true;
}

bool host_is_down(struct host *host)
{
	uint64_t now = clock_ms();

	return (host->back_at && now < host->back_at) || now < host->unplugged_until;
}

void host_changed(struct host *host, const char *format, ...)
{
	OWN_VALUE(str_done) struct str action = { 0 };
	va_list args;

	va_start(args, format);
	str_addv(&action, format, args);
	va_end(args);
	host->mutating++;
	journal_count(COUNT_MUTATING, 1);
	str_addf(&host->actions, "%s\n", str_text(&action));
}

bool host_has_server_backup(const struct host *host)
{
	return host->scenario->backup < BACKUP_NONE && host->scenario->edition != EDITION_CLIENT;
}

bool host_is_repaired(const struct host *host)
{
	const struct service *eventsystem = services_find(&host->services, "EventSystem");

	return eventsystem->state == STATE_RUNNING && !host->repair.relapsed &&
	       (eventsystem->pid != host->first_process || host->generation);
}

void host_log(struct host *host, const struct event *event)
{
	if (host->fresh_count < FRESH_EVENTS_MAX)
		host->fresh[host->fresh_count++] = *event;
}
