/* control: see control.h. */

#include "control.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <jansson.h>
#include <microhttpd.h>

#include "journal.h"
#include "own.h"
#include "process.h"
#include "shell.h"

struct control {
	struct MHD_Daemon *daemon;
	struct fleet *fleet;
};

/* Leaks show only when somebody looks. */
static void look_at_all(const struct fleet *fleet)
{
	for (size_t i = 0; i < fleet->count; i++) {
		struct host *host = &fleet->host[i];
		pthread_mutex_lock(&host->lock);
		if (host->awake)
			host_wake(host);
		pthread_mutex_unlock(&host->lock);
	}
}

static json_t *show_journal(const struct fleet *fleet)
{
	unsigned most = 0;
	json_t *journal;

	look_at_all(fleet);
	for (size_t i = 0; i < fleet->count; i++) {
		unsigned requests = atomic_load(&fleet->host[i].requests);
		most = requests > most ? requests : most;
	}
	journal = journal_json();
	json_object_set_new(journal, "requests_max_per_host", json_integer(most));
	return journal;
}

/* Those that ran at some time and do not now, but for VSS, which stops by itself. */
static json_t *stopped_services(const struct host *host)
{
	json_t *list = json_array();

	for (size_t i = 0; i < host->services.count; i++) {
		const struct service *service = &host->services.service[i];
		const char *name = service->row->name;
		if (service->ran && service->state == STATE_STOPPED && strcmp(name, "VSS") != 0 &&
			strcmp(name, "swprv") != 0)
			json_array_append_new(list, json_string(name));
	}
	return list;
}

static json_t *files_of(const struct host *host)
{
	static const char logs[] = "C:\\Windows\\Logs\\";
	json_t *list = json_array();

	for (const struct file *file = host->files.first; file; file = file->next)
		if (strncasecmp(file->path, logs, sizeof(logs) - 1) == 0)
			json_array_append_new(list, json_string(file->path));
	return list;
}

static json_t *actions_of(const struct host *host)
{
	json_t *list = json_array();
	const char *at = str_text(&host->actions);

	for (size_t len; *at; at += len + 1) {
		len = strcspn(at, "\n");
		json_array_append_new(list, json_stringn(at, len));
	}
	return list;
}

/* What a repair leaves behind. */
static void add_repair(json_t *to, const struct host *host)
{
	const struct service *eventsystem = services_find(&host->services, "EventSystem");
	size_t processes = 0;

	for (const struct process *process = host->processes; process; process = process->next)
		processes++;
	json_object_set_new(to, "mutating", json_integer(host->mutating));
	json_object_set_new(to, "actions", actions_of(host));
	json_object_set_new(to, "restarts", json_integer(eventsystem ? eventsystem->stops : 0));
	if (eventsystem)
		json_object_set_new(to, "eventsystem",
			json_pack("{s:s, s:i, s:s}", "state", service_state_text(eventsystem), "pid",
				(int)eventsystem->pid, "type", service_type_text(eventsystem)));
	json_object_set_new(to, "stopped_services", stopped_services(host));
	json_object_set_new(to, "processes", json_integer((json_int_t)processes));
	json_object_set_new(to, "files", files_of(host));
}

static json_t *show_hosts(const struct fleet *fleet)
{
	json_t *list = json_array();

	for (size_t i = 0; i < fleet->count; i++) {
		struct host *h = &fleet->host[i];
		struct in_addr address = { htonl(h->address) };
		char text[INET_ADDRSTRLEN];
		json_t *one;
		pthread_mutex_lock(&h->lock);
		if (h->awake)
			host_wake(h);
		one = json_pack("{s:s, s:s, s:s, s:s, s:s, s:i, s:i}", "name", h->name, "address",
			inet_ntop(AF_INET, &address, text, sizeof(text)), "group", h->site, "scenario",
			h->scenario->name, "expect", h->scenario->expect, "requests", (int)atomic_load(&h->requests),
			"open_shells", (int)shells_open(h));
		add_repair(one, h);
		json_array_append_new(list, one);
		pthread_mutex_unlock(&h->lock);
	}
	return list;
}

static json_t *be_quiet(const struct fleet *fleet)
{
	look_at_all(fleet);
	journal_quiet();
	for (size_t i = 0; i < fleet->count; i++) {
		struct host *host = &fleet->host[i];
		atomic_store(&host->requests, 0);
		pthread_mutex_lock(&host->lock);
		host->mutating = 0;
		str_clear(&host->actions);
		pthread_mutex_unlock(&host->lock);
	}
	return json_object();
}

static json_t *switch_host(const struct fleet *fleet, const char *name, const char *scenario_name)
{
	struct host *host = fleet_find(fleet, name);
	const struct scenario *scenario = scenario_name ? scenario_find(scenario_name) : NULL;

	if (!host || !scenario)
		return NULL;
	pthread_mutex_lock(&host->lock);
	host_switch(host, scenario);
	pthread_mutex_unlock(&host->lock);
	return json_pack("{s:s, s:s}", "name", name, "scenario", scenario->name);
}

static json_t *answer(const struct fleet *fleet, const char *method, const char *url, const char *scenario)
{
	bool post = strcmp(method, "POST") == 0;

	if (!post && strcmp(url, "/journal") == 0)
		return show_journal(fleet);
	if (!post && strcmp(url, "/hosts") == 0)
		return show_hosts(fleet);
	if (post && strcmp(url, "/quiet") == 0)
		return be_quiet(fleet);
	if (post && strncmp(url, "/host/", 6) == 0)
		return switch_host(fleet, url + 6, scenario);
	return NULL;
}

static enum MHD_Result access_control(void *context, struct MHD_Connection *connection, const char *url,
	const char *method, const char *version, const char *bytes, size_t *len, void **request_context)
{
	static char seen;
	struct control *control = context;
	struct MHD_Response *response;
	enum MHD_Result queued;
	json_t *json;
	char *text;

	(void)version, (void)bytes;
	if (!*request_context || *len) {
		*request_context = &seen;
		*len = 0;
		return MHD_YES;
	}
	json = answer(control->fleet, method, url,
		MHD_lookup_connection_value(connection, MHD_GET_ARGUMENT_KIND, "scenario"));
	text = json ? json_dumps(json, JSON_INDENT(1)) : strdup("{}");
	response = MHD_create_response_from_buffer(strlen(text), text, MHD_RESPMEM_MUST_FREE);
	MHD_add_response_header(response, "Content-Type", "application/json");
	queued = MHD_queue_response(connection, json ? MHD_HTTP_OK : MHD_HTTP_NOT_FOUND, response);
	MHD_destroy_response(response);
	json_decref(json);
	return queued;
}

struct control *control_start(struct fleet *fleet, uint16_t port)
{
	struct control *control = calloc(1, sizeof(*control));
	struct sockaddr_in address = {
		.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = { htonl(INADDR_LOOPBACK) }
	};

	if (!control)
		return NULL;
	control->fleet = fleet;
	control->daemon = MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD, port, NULL, NULL, access_control, control,
		MHD_OPTION_SOCK_ADDR, &address, MHD_OPTION_END);
	if (!control->daemon) {
		fprintf(stderr, "winsim: the control listener on port %u cannot start\n", port);
		free(control);
		return NULL;
	}
	return control;
}

uint16_t control_port(const struct control *control)
{
	return MHD_get_daemon_info(control->daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
}

void control_stop(struct control *control)
{
	if (!control)
		return;
	MHD_stop_daemon(control->daemon);
	free(control);
}
