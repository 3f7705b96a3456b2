/* interrupt: see the header. */
#include "interrupt.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/eventfd.h>
#include <unistd.h>

static struct {
	struct stop *stop;
	pthread_t thread;
	sigset_t signals;
	atomic_int first;
} interrupts;

static void tell(const char *text, size_t len)
{
	if (write(STDERR_FILENO, text, len) < 0)
		return; /* nobody listens any more */
}

static void *listen_for_signals(void *unused)
{
	static const char first[] = "\nvssfleet: stopping: no new hosts; those in hand get 10 s. Again to abort.\n";
	static const char second[] = "\nvssfleet: aborted.\n";
	int signal;

	while (sigwait(&interrupts.signals, &signal) == 0) {
		if (!interrupts.first) {
			interrupts.first = signal;
			interrupts.stop->at_ms = clock_ms() + GRACE_S * 1000;
			tell(first, sizeof(first) - 1);
		} else if (!interrupts.stop->now) {
			interrupts.stop->now = true;
			tell(second, sizeof(second) - 1);
		}
		eventfd_write(interrupts.stop->wake_fd, 1);
	}
	return unused;
}

void interrupt_begin(struct stop *stop)
{
	sigemptyset(&interrupts.signals);
	sigaddset(&interrupts.signals, SIGINT);
	sigaddset(&interrupts.signals, SIGTERM);
	sigaddset(&interrupts.signals, SIGHUP);
	pthread_sigmask(SIG_BLOCK, &interrupts.signals, NULL);
	interrupts.stop = stop;
	interrupts.first = 0;
	stop->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	pthread_create(&interrupts.thread, NULL, listen_for_signals, NULL);
}

int interrupt_signal(void)
{
	return interrupts.first;
}

int interrupt_end(void)
{
	pthread_cancel(interrupts.thread);
	pthread_join(interrupts.thread, NULL);
	pthread_sigmask(SIG_UNBLOCK, &interrupts.signals, NULL);
	close(interrupts.stop->wake_fd);
	interrupts.stop->wake_fd = -1;
	return interrupts.first;
}
