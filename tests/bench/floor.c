/* floor: the least that an audit of a fleet can cost. Asks every host of an inventory what the lesson says, N at once,
 * and reads each answer once; judges nothing, keeps nothing. What a program needs beyond this is its own doing.
 * Usage: floor LESSON INVENTORY CA-FILE USER PASSWORD-FILE THREADS [LEGS [CERTIFICATE KEY]]. Prints one line of JSON.
 */
#include "conversation.h"

#include <curl/curl.h>
#include <inttypes.h>
#include <libxml/parser.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

/* Where TLS has shown a certificate, this asks WinRM to take it (MS-WSMV 2.2.3.2). */
#define MUTUAL "Authorization: http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/https/mutual"
#define USAGE "LESSON INVENTORY CA-FILE USER PASSWORD-FILE THREADS [LEGS [CERTIFICATE KEY]]"

enum { STACK_BYTES = 256 * 1024, HOSTS_MAX = 60000, PASSWORD_ROOM = 256, LESSON_BYTES_MAX = 256 * 1024 };

struct floor {
	struct lesson lesson;
	struct target *target;
	size_t count;
	struct conversation_access access;
	atomic_size_t next, failures;
	pthread_mutex_t lock;
	struct conversation_tally tally; /* guarded by lock */
};

/* ---- input ---- */

static bool read_lesson(struct lesson *lesson, const char *path)
{
	static char bytes[LESSON_BYTES_MAX];
	FILE *file = fopen(path, "r");
	size_t len = file ? fread(bytes, 1, sizeof(bytes), file) : 0;

	if (file)
		fclose(file);
	if (!len || len == sizeof(bytes))
		return false;
	for (char *at = bytes; at < bytes + len && lesson->count < LESSON_MAX; at += strlen(at) + 1)
		lesson->request[lesson->count++] = at;
	return true;
}

/* A line as winsim writes them: name ansible_host=ADDRESS ansible_port=PORT ansible_winrm_scheme=SCHEME. */
static bool read_target(char *line, struct target *target)
{
	char *rest = NULL, *word = strtok_r(line, " \t\r\n", &rest), *end;

	if (!word || *word == '#' || *word == '[')
		return false;
	*target = (struct target){ .tls = true, .port = 5986 };
	snprintf(target->name, sizeof(target->name), "%s", word);
	while ((word = strtok_r(NULL, " \t\r\n", &rest)))
		if (!strncmp(word, "ansible_host=", 13))
			snprintf(target->address, sizeof(target->address), "%s", word + 13);
		else if (!strncmp(word, "ansible_port=", 13))
			target->port = (uint16_t)strtoul(word + 13, &end, 10);
		else if (!strncmp(word, "ansible_winrm_scheme=", 21))
			target->tls = !strcmp(word + 21, "https");
	return true;
}

static bool read_inventory(struct floor *f, const char *path)
{
	char line[1024];
	FILE *file = fopen(path, "r");

	f->target = calloc(HOSTS_MAX, sizeof(*f->target));
	while (file && f->target && f->count < HOSTS_MAX && fgets(line, sizeof(line), file))
		f->count += read_target(line, &f->target[f->count]);
	if (file)
		fclose(file);
	return f->count > 0;
}

static char *authorization_of(const char *user, const char *password_file)
{
	char password[PASSWORD_ROOM] = "", plain[PASSWORD_ROOM * 2], *header = NULL;
	unsigned char encoded[PASSWORD_ROOM * 3];
	FILE *file = fopen(password_file, "r");

	if (!file)
		return NULL;
	bool read = fgets(password, sizeof(password), file) != NULL;
	fclose(file);
	int len = snprintf(plain, sizeof(plain), "%s:%.*s", user, (int)strcspn(password, "\r\n"), password);
	if (!read || len >= (int)sizeof(plain))
		return NULL;
	EVP_EncodeBlock(encoded, (unsigned char *)plain, len);
	return asprintf(&header, "Authorization: Basic %s", encoded) < 0 ? NULL : header;
}

static void *read_pem(const char *path, void *(*read)(FILE *))
{
	FILE *file = fopen(path, "r");
	void *what = file ? read(file) : NULL;

	if (file)
		fclose(file);
	return what;
}

static void *read_certificate(FILE *file)
{
	return PEM_read_X509(file, NULL, NULL, NULL);
}

static void *read_key(FILE *file)
{
	return PEM_read_PrivateKey(file, NULL, NULL, NULL);
}

static bool read_access(struct conversation_access *access, int argc, char **argv)
{
	access->legs = argc > 7 ? (unsigned)strtoul(argv[7], NULL, 10) : 0;
	if (argc > 9) {
		access->certificate = read_pem(argv[8], read_certificate);
		access->key = read_pem(argv[9], read_key);
		access->authorization = strdup(MUTUAL);
	} else
		access->authorization = authorization_of(argv[4], argv[5]);
	access->store = X509_STORE_new();
	return access->store && X509_STORE_load_file(access->store, argv[3]) == 1 && access->authorization &&
	       (argc <= 9 || (access->certificate && access->key));
}

static void done_access(struct conversation_access *access)
{
	X509_STORE_free(access->store);
	X509_free(access->certificate);
	EVP_PKEY_free(access->key);
	free(access->authorization);
}

/* ---- work ---- */

static void *work(void *context)
{
	struct floor *f = context;
	struct conversation_tally tally = { 0 };

	for (size_t i; (i = atomic_fetch_add(&f->next, 1)) < f->count;)
		if (!conversation_hold(&f->lesson, &f->target[i], &f->access, &tally)) {
			fprintf(stderr, "floor: %s did not answer as expected\n", f->target[i].name);
			f->failures++;
		}
	pthread_mutex_lock(&f->lock);
	f->tally.requests += tally.requests;
	f->tally.bytes_in += tally.bytes_in;
	f->tally.bytes_out += tally.bytes_out;
	f->tally.messages += tally.messages;
	f->tally.sent += tally.sent;
	f->tally.received += tally.received;
	f->tally.elements += tally.elements;
	f->tally.characters += tally.characters;
	pthread_mutex_unlock(&f->lock);
	return NULL;
}

static bool run(struct floor *f, unsigned threads)
{
	pthread_t *thread = calloc(threads, sizeof(*thread));
	pthread_attr_t attributes;
	unsigned started = 0;

	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, STACK_BYTES);
	while (thread && started < threads && !pthread_create(&thread[started], &attributes, work, f))
		started++;
	for (unsigned i = 0; i < started; i++)
		pthread_join(thread[i], NULL);
	pthread_attr_destroy(&attributes);
	free(thread);
	return started == threads;
}

static double seconds(clockid_t clock)
{
	struct timespec now;
	clock_gettime(clock, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void print(const struct floor *f, double wall_s)
{
	const struct conversation_tally *t = &f->tally;
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	printf("{\"hosts\": %zu, \"failures\": %zu, \"wall_s\": %.3f, \"cpu_s\": %.3f, \"peak_kib\": %ld, ", f->count,
		f->failures, wall_s, seconds(CLOCK_PROCESS_CPUTIME_ID), usage.ru_maxrss);
	printf("\"requests\": %" PRIu64 ", \"bytes_in\": %" PRIu64 ", \"bytes_out\": %" PRIu64 ", ", t->requests,
		t->bytes_in, t->bytes_out);
	printf("\"messages\": %" PRIu64 ", \"sent\": %" PRIu64 ", \"received\": %" PRIu64 ", ", t->messages, t->sent,
		t->received);
	printf("\"elements\": %" PRIu64 ", \"characters\": %" PRIu64 "}\n", t->elements, t->characters);
}

static void allow_all_files(void)
{
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
		files.rlim_cur = files.rlim_max;
		setrlimit(RLIMIT_NOFILE, &files);
	}
}

int main(int argc, char **argv)
{
	double begin_s = seconds(CLOCK_MONOTONIC);
	struct floor f = { .lock = PTHREAD_MUTEX_INITIALIZER };
	unsigned threads = argc == 7 || argc == 8 || argc == 10 ? (unsigned)strtoul(argv[6], NULL, 10) : 0;

	if (!threads) {
		fprintf(stderr, "usage: floor " USAGE "\n");
		return 2;
	}
	curl_global_init(CURL_GLOBAL_DEFAULT);
	xmlInitParser();
	allow_all_files();
	bool ready =
		read_access(&f.access, argc, argv) && read_lesson(&f.lesson, argv[1]) && read_inventory(&f, argv[2]);
	bool good = ready && run(&f, threads) && !f.failures;
	if (ready)
		print(&f, seconds(CLOCK_MONOTONIC) - begin_s);
	else
		fprintf(stderr, "floor: an input is missing or malformed\n");
	done_access(&f.access);
	free(f.target);
	return good ? 0 : 1;
}
