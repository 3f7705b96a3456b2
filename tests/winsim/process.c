/* process: see process.h. */

#include "process.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "files.h"
#include "journal.h"
#include "own.h"

enum { STACK_BYTES = 2 << 20 };

static void forget(struct process *process)
{
	struct process **at = &process->host->processes;

	while (*at != process)
		at = &(*at)->next;
	*at = process->next;
	journal_count(COUNT_PROCESSES_RUNNING, -1);
	free(process->command_line);
	free(process);
}

static void *live(void *argument)
{
	struct process *process = argument;
	struct host *host = process->host;

	pthread_mutex_lock(&host->lock);
	if (!process->killed)
		cmd_run_process(process);
	forget(process);
	pthread_cond_broadcast(&host->changed);
	pthread_mutex_unlock(&host->lock);
	return NULL;
}

static bool start_thread(struct process *process)
{
	pthread_attr_t attributes;
	pthread_t thread;
	int failed;

	pthread_attr_init(&attributes);
	pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	pthread_attr_setstacksize(&attributes, STACK_BYTES);
	failed = pthread_create(&thread, &attributes, live, process);
	pthread_attr_destroy(&attributes);
	return failed == 0;
}

enum process_result process_create(struct host *host, const char *command_line, const char *directory, uint32_t *pid)
{
	struct process *process;
	bool is_directory;

	if (!command_line || !command_line[strspn(command_line, " \t")])
		return PROCESS_INVALID;
	if (strlen(command_line) > COMMAND_LINE_MOST)
		return PROCESS_FAILED;
	if (!cmd_finds_program(host, command_line))
		return PROCESS_NO_PATH;
	process = calloc(1, sizeof(*process));
	if (!process || !(process->command_line = strdup(command_line)))
		abort();
	if (!files_absolute("C:\\Windows\\System32", directory ? directory : ".", process->directory) ||
		!files_exist(&host->files, process->directory, &is_directory) || !is_directory) {
		free(process->command_line);
		free(process);
		return PROCESS_NO_PATH;
	}
	process->host = host;
	process->created = time(NULL);
	process->pid = *pid = services_new_pid(&host->services);
	process->next = host->processes;
	host->processes = process;
	journal_count(COUNT_PROCESSES, 1);
	journal_count(COUNT_PROCESSES_RUNNING, 1);
	if (start_thread(process))
		return PROCESS_OK;
	forget(process);
	return PROCESS_FAILED;
}

/* Until then, or something changed, or a planned reboot begins: nobody else may be there to notice that. */
static void sleep_until(struct host *host, uint64_t until)
{
	uint64_t due = host->reboot_at && host->reboot_at < until ? host->reboot_at : until;
	struct timespec when = { .tv_sec = (time_t)(due / 1000), .tv_nsec = (long)(due % 1000) * 1000000 };

	pthread_cond_timedwait(&host->changed, &host->lock, &when);
}

bool process_wait(struct process *process, unsigned simulated_ms)
{
	struct host *host = process->host;
	uint64_t until = clock_ms() + options_real_ms(host->options, simulated_ms);

	do { /* at least once: others want the lock too */
		sleep_until(host, until);
		if (!process->killed)
			host_wake(host);
	} while (!process->killed && clock_ms() < until);
	return !process->killed;
}

void process_kill(struct host *host, uint32_t pid)
{
	for (struct process *process = host->processes; process; process = process->next)
		if (process->pid == pid)
			process->killed = true;
	pthread_cond_broadcast(&host->changed);
}

void processes_kill(struct host *host)
{
	for (struct process *process = host->processes; process; process = process->next)
		process->killed = true;
	pthread_cond_broadcast(&host->changed);
}

void processes_wait_gone(struct host *host)
{
	while (host->processes)
		pthread_cond_wait(&host->changed, &host->lock);
}
