/* interrupt: see the header. */
#include "interrupt.h"
#include "language.h"
#include "own.h"

#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <unistd.h>

static struct {
	struct stop *stop;
	const _Atomic size_t *in_hand; /* of careful ones */
	pthread_t thread;
	bool listening, warned;
	sigset_t signals;
	atomic_int first;
} interrupts;

__attribute__((format(printf, 1, 2))) static void tell(const char *format, ...)
{
	char text[512];
	va_list args;

	va_start(args, format);
	int len = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (len > 0 && write(STDERR_FILENO, text, (size_t)len) < 0)
		return; /* nobody listens any more */
}

static void stop_softly(void)
{
	if (interrupts.in_hand && !*interrupts.in_hand)
		tell("%s", _("\nvssfleet: stopping: no new hosts; none is in hand.\n"));
	else if (interrupts.in_hand)
		tell(_("\nvssfleet: stopping: no new hosts; the %zu in hand are finished, which may take minutes.\n"),
			*interrupts.in_hand);
	else
		tell(_("\nvssfleet: stopping: no new hosts; those in hand get %d s. Again to abort.\n"), GRACE_S);
}

/* The second of a careful one: aborting leaves hosts in a state that nobody knows, so it has to be meant. */
static bool warn(void)
{
	if (!interrupts.in_hand || interrupts.warned)
		return false;
	tell(_("\nvssfleet: %zu hosts are in the middle of their repair. Again to abort: what became of them is "
	       "unknown then.\n"),
		*interrupts.in_hand);
	return interrupts.warned = true;
}

static void *listen_for_signals(void *unused)
{
	int signal;

	while (sigwait(&interrupts.signals, &signal) == 0) {
		if (!interrupts.first) {
			interrupts.first = signal;
			interrupts.stop->at_ms = clock_ms() + (interrupts.in_hand ? CAREFUL_GRACE_S : GRACE_S) * 1000;
			stop_softly();
		} else if (!interrupts.stop->now && warn()) {
			continue;
		} else if (!interrupts.stop->now) {
			interrupts.stop->now = true;
			tell("%s", _("\nvssfleet: aborted.\n"));
		} else
			_exit(128 + interrupts.first); /* even if a reader of our output keeps us waiting; the store
							  says partial */
		eventfd_write(interrupts.stop->wake_fd, 1);
	}
	return unused;
}

static void begin(struct stop *stop, const _Atomic size_t *in_hand)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction old;

	sigemptyset(&interrupts.signals);
	FOR_EACH(signal, signals) /* what nohup(1) or a shell's & ignores stays ignored */
		if (sigaction(*signal, NULL, &old) == 0 && old.sa_handler != SIG_IGN)
			sigaddset(&interrupts.signals, *signal);
	pthread_sigmask(SIG_BLOCK, &interrupts.signals, NULL);
	interrupts.stop = stop;
	interrupts.in_hand = in_hand;
	interrupts.warned = false;
	interrupts.first = 0;
	stop->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	interrupts.listening = pthread_create(&interrupts.thread, NULL, listen_for_signals, NULL) == 0;
	if (!interrupts.listening)
		pthread_sigmask(
			SIG_UNBLOCK, &interrupts.signals, NULL); /* then they end the program, as they always did */
}

void interrupt_begin(struct stop *stop)
{
	begin(stop, NULL);
}

void interrupt_begin_careful(struct stop *stop, const _Atomic size_t *in_hand)
{
	begin(stop, in_hand);
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
