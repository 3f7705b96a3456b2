/* interrupt: see the header. */
#include "interrupt.h"
#include "own.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/eventfd.h>
#include <unistd.h>

static struct {
	struct stop *stop;
	pthread_t thread;
	bool listening;
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
		} else
			_exit(128 + interrupts.first); /* even if a reader of our output keeps us waiting; the store
							  says partial */
		eventfd_write(interrupts.stop->wake_fd, 1);
	}
	return unused;
}

void interrupt_begin(struct stop *stop)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction old;

	sigemptyset(&interrupts.signals);
	FOR_EACH(signal, signals) /* what nohup(1) or a shell's & ignores stays ignored */
		if (sigaction(*signal, NULL, &old) == 0 && old.sa_handler != SIG_IGN)
			sigaddset(&interrupts.signals, *signal);
	pthread_sigmask(SIG_BLOCK, &interrupts.signals, NULL);
	interrupts.stop = stop;
	interrupts.first = 0;
	stop->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	interrupts.listening = pthread_create(&interrupts.thread, NULL, listen_for_signals, NULL) == 0;
	if (!interrupts.listening)
		pthread_sigmask(
			SIG_UNBLOCK, &interrupts.signals, NULL); /* then they end the program, as they always did */
}

int interrupt_signal(void)
{
	return interrupts.first;
}

int interrupt_end(void)
{
	if (interrupts.listening) {
		pthread_cancel(interrupts.thread);
		pthread_join(interrupts.thread, NULL);
	}
	pthread_sigmask(SIG_UNBLOCK, &interrupts.signals, NULL);
	close(interrupts.stop->wake_fd);
	interrupts.stop->wake_fd = -1;
	return interrupts.first;
}
