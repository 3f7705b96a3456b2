/* tickets_program: does with tickets what test_tickets.py says, a command a line, and answers a line each:
 *   new keytab=FILE password=FILE principal=NAME ccache=NAME   as struct tickets_source; the password from a file
 *   prove THREADS MS        tickets_prove() by as many threads at once, with so much time
 *   get THREADS SERVICE HOST    ticket_get() likewise; the first ticket is kept for the next two
 *   init krb5|spnego        gss_init_sec_context() with it
 *   talk                    a whole conversation with an acceptor that has KRB5_KTNAME's keys
 *   scan                    how often the password is in this process' memory, beside struct secret
 *   spill                   leaves a copy of the password there
 *   cost COUNT SERVICE HOST     CPU microseconds and heap bytes of a ticket
 * "ok ..." or "error KIND CODE CAUSE"; of several threads the number of each in front. */
#include "tickets.h"

#include <gssapi/gssapi_krb5.h>
#include <malloc.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
	THREADS_MAX = 64,
	PATIENCE_MS = 120000,
	WINDOW = 1 << 16,
	MAPPING_MAX = 1 << 29, /* bytes; what is larger is a sanitizer's shadow */
};

static gss_OID_desc krb5_mechanism = { 9, "\x2a\x86\x48\x86\xf7\x12\x01\x02\x02" };
static gss_OID_desc spnego_mechanism = { 6, "\x2b\x06\x01\x05\x05\x02" };

static struct tickets *tickets;
static struct secret *password;
static struct ticket kept;

static void say(const struct error *e)
{
	if (e->kind == ERROR_NONE)
		printf("ok");
	else
		printf("error %s %lld %s", error_kind_name(e->kind), (long long)e->code, e->cause);
}

static struct secret *read_password(const char *file)
{
	char bytes[256];
	FILE *f = fopen(file, "re");

	if (!f)
		return NULL;
	setvbuf(f, NULL, _IONBF, 0); /* no second copy */
	size_t len = fread(bytes, 1, sizeof(bytes), f);
	fclose(f);
	return secret_new(bytes, len);
}

static void make(char *words)
{
	static char line[1024];
	static struct tickets_source source;
	char *rest = line, *word;
	struct error e = { 0 };

	ticket_done(&kept);
	tickets_free(TAKE(tickets));
	secret_free(TAKE(password));
	source = (struct tickets_source){ 0 };
	snprintf(line, sizeof(line), "%s", words);
	while ((word = strsep(&rest, " "))) {
		const char *value = word + strcspn(word, "=") + 1;
		if (strncmp(word, "keytab=", 7) == 0)
			source.keytab = value;
		else if (strncmp(word, "principal=", 10) == 0)
			source.principal = value;
		else if (strncmp(word, "ccache=", 7) == 0)
			source.ccache = value;
		else if (strncmp(word, "password=", 9) == 0)
			source.password = password = read_password(value);
	}
	tickets = tickets_new(&source, &e);
	say(&e);
	printf(" %s\n", tickets ? tickets_principal(tickets) : "");
}

/* ---- many at once ---- */

struct asker {
	pthread_t thread;
	const char *service, *host; /* NULL: only prove */
	struct deadline deadline;
	struct ticket ticket;
	struct error e;
	bool told;
};

static void *run(void *arg)
{
	struct asker *a = arg;

	if (a->host)
		ticket_get(tickets, a->service, a->host, a->deadline, &a->ticket, &a->e);
	else
		tickets_prove(tickets, a->deadline, &a->e);
	return NULL;
}

static bool same(const struct error *a, const struct error *b)
{
	return a->kind == b->kind && a->code == b->code && strcmp(a->cause, b->cause) == 0;
}

static void tell(struct asker *askers, int count)
{
	for (int i = 0; i < count; i++) {
		int equal = 0;
		for (int k = i; k < count && !askers[i].told; k++)
			if (!askers[k].told && same(&askers[i].e, &askers[k].e)) {
				askers[k].told = k != i;
				equal++;
			}
		if (equal) {
			printf("%s%d ", i ? "; " : "", equal);
			say(&askers[i].e);
		}
	}
	printf("\n");
}

static void ask(int count, int64_t ms, const char *service, const char *host)
{
	struct asker askers[THREADS_MAX] = { 0 };

	for (int i = 0; i < count; i++) {
		askers[i].service = service;
		askers[i].host = host;
		askers[i].deadline = deadline_in(ms, NULL);
		pthread_create(&askers[i].thread, NULL, run, &askers[i]);
	}
	for (int i = 0; i < count; i++)
		pthread_join(askers[i].thread, NULL);
	tell(askers, count);
	ticket_done(&kept);
	kept = askers[0].ticket;
	for (int i = 1; i < count; i++)
		ticket_done(&askers[i].ticket);
}

/* ---- with the ticket that is kept ---- */

static OM_uint32 begin(gss_OID mechanism, gss_ctx_id_t *context, gss_buffer_desc *in, gss_buffer_desc *out)
{
	OM_uint32 minor, flags = GSS_C_MUTUAL_FLAG | GSS_C_CONF_FLAG | GSS_C_INTEG_FLAG;
	OM_uint32 major = gss_init_sec_context(
		&minor, kept.credential, context, kept.target, mechanism, flags, 0, NULL, in, NULL, out, NULL, NULL);

	if (GSS_ERROR(major))
		printf("error gss %u %d\n", major, (int)minor);
	return major;
}

static void init(gss_OID mechanism)
{
	gss_ctx_id_t context = GSS_C_NO_CONTEXT;
	gss_buffer_desc token = { 0 };
	OM_uint32 minor;

	if (!GSS_ERROR(begin(mechanism, &context, GSS_C_NO_BUFFER, &token)))
		printf("ok %zu\n", token.length);
	gss_release_buffer(&minor, &token);
	gss_delete_sec_context(&minor, &context, GSS_C_NO_BUFFER);
}

static void talk(void)
{
	gss_ctx_id_t ours = GSS_C_NO_CONTEXT, theirs = GSS_C_NO_CONTEXT;
	gss_buffer_desc there = { 0 }, back = { 0 }, none = { 0 };
	OM_uint32 minor, major = begin(&krb5_mechanism, &ours, GSS_C_NO_BUFFER, &there);

	if (!GSS_ERROR(major)) {
		major = gss_accept_sec_context(&minor, &theirs, GSS_C_NO_CREDENTIAL, &there, GSS_C_NO_CHANNEL_BINDINGS,
			NULL, NULL, &back, NULL, NULL, NULL);
		if (GSS_ERROR(major))
			printf("error acceptor %u %d\n", major, (int)minor);
		else if (!GSS_ERROR(major = begin(&krb5_mechanism, &ours, &back, &none)))
			printf("%s\n", major == GSS_S_COMPLETE ? "ok" : "error gss incomplete");
	}
	gss_release_buffer(&minor, &there);
	gss_release_buffer(&minor, &back);
	gss_release_buffer(&minor, &none);
	gss_delete_sec_context(&minor, &ours, GSS_C_NO_BUFFER);
	gss_delete_sec_context(&minor, &theirs, GSS_C_NO_BUFFER);
}

/* ---- what it leaves and costs ---- */

/* Reads by the file, through a window that is wiped, so that looking makes no finding. */
static int found_in(int fd, unsigned long from, unsigned long to)
{
	static char window[WINDOW];
	const char *wanted = secret_bytes(password);
	size_t len = secret_len(password);
	int found = 0;

	for (unsigned long at = from; at < to; at += WINDOW - len + 1) {
		ssize_t got = pread(fd, window, to - at < WINDOW ? to - at : WINDOW, (off_t)at);
		for (char *p = window; got > 0 && (p = memmem(p, (size_t)(window + got - p), wanted, len)); p++) {
			unsigned long there = at + (unsigned long)(p - window);
			found += there != (unsigned long)wanted &&
				 !(there >= (unsigned long)window && there < (unsigned long)(window + WINDOW));
		}
		explicit_bzero(window, sizeof(window));
	}
	return found;
}

static void scan(void)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	FILE *memory = fopen("/proc/self/mem", "re");
	unsigned long from, to;
	char line[512], mode;
	int found = 0;

	while (maps && memory && fgets(line, sizeof(line), maps))
		if (sscanf(line, "%lx-%lx %c", &from, &to, &mode) == 3 && mode == 'r' && to - from < MAPPING_MAX &&
			!strstr(line, "[v"))
			found += found_in(fileno(memory), from, to);
	printf("ok %d\n", maps && memory ? found : -1);
	if (maps)
		fclose(maps);
	if (memory)
		fclose(memory);
}

static void spill(void)
{
	static char copy[256];
	snprintf(copy, sizeof(copy), "%s", secret_bytes(password));
	printf("ok\n");
}

static double cpu_us(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static void cost(int count, const char *service, const char *host)
{
	struct ticket *all = calloc((size_t)count, sizeof(*all));
	struct error e = { 0 };
	size_t heap = mallinfo2().uordblks;
	double began = cpu_us();

	for (int i = 0; i < count; i++)
		ticket_get(tickets, service, host, deadline_in(PATIENCE_MS, NULL), &all[i], &e);
	double us = (cpu_us() - began) / count;
	heap = (mallinfo2().uordblks - heap) / (size_t)count;
	began = cpu_us();
	for (int i = 0; i < count; i++)
		ticket_done(&all[i]);
	free(all);
	say(&e);
	printf(" %.0f %zu %.0f\n", us, heap, (cpu_us() - began) / count);
}

static void obey(char *line)
{
	char service[64], host[300];
	int count, ms;

	if (strncmp(line, "new ", 4) == 0)
		make(line + 4);
	else if (sscanf(line, "prove %d %d", &count, &ms) == 2 && count <= THREADS_MAX)
		ask(count, ms, NULL, NULL);
	else if (sscanf(line, "get %d %63s %299s", &count, service, host) == 3 && count <= THREADS_MAX)
		ask(count, PATIENCE_MS, service, host);
	else if (sscanf(line, "cost %d %63s %299s", &count, service, host) == 3)
		cost(count, service, host);
	else if (strcmp(line, "init krb5") == 0)
		init(&krb5_mechanism);
	else if (strcmp(line, "init spnego") == 0)
		init(&spnego_mechanism);
	else if (strcmp(line, "talk") == 0)
		talk();
	else if (strcmp(line, "scan") == 0)
		scan();
	else if (strcmp(line, "spill") == 0)
		spill();
	else
		printf("error: what is %s?\n", line);
	fflush(stdout);
}

int main(void)
{
	char line[1024];

	while (fgets(line, sizeof(line), stdin)) {
		line[strcspn(line, "\n")] = '\0';
		obey(line);
	}
	ticket_done(&kept);
	tickets_free(tickets);
	secret_free(password);
	return 0;
}
