/* tickets: see the header. Theory of operation: the ticket-granting ticket lives in one cache in memory. Whoever needs
 * it first has it while all others wait; a refusal that another try would only make worse (a wrong password) is kept
 * for the run. A host's own cache is a copy, so that no two threads search or fill the same one. */
#include "errand.h"
#include "granting.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
	LOOK_AGAIN_MS = 250,       /* how late a waiting host notices Ctrl-C */
	RENEW_MS = 10 * 60 * 1000, /* before the end; with a short-lived ticket in its last quarter */
};

struct tickets {
	struct tickets_source source;
	krb5_context context; /* of client and name only: a context belongs to one thread at a time */
	krb5_principal client;
	char *name;
	struct realm_pause pause;
	pthread_mutex_t lock; /* of all that follows */
	pthread_cond_t changed;
	bool asking;              /* somebody is having the ticket-granting ticket */
	struct granting granting; /* with no cache before the first */
	int64_t renew_ms;
	struct error refused; /* for good */
};

static void locks_init(struct tickets *t)
{
	condition_init(&t->changed);
	pthread_mutex_init(&t->lock, NULL);
	realm_pause_init(&t->pause);
}

struct tickets *tickets_new(const struct tickets_source *source, struct error *e)
{
	OWN(tickets_free) struct tickets *t = calloc(1, sizeof(*t));
	if (!t) {
		error_set(e, ERROR_LOCAL, "out of memory");
		return NULL;
	}
	t->source = *source;
	locks_init(t);
	krb5_error_code code = krb5_init_context(&t->context);
	if (code) {
		error_code(e, ERROR_LOCAL, code, "krb5.conf cannot be used: check the file and KRB5_CONFIG");
		return NULL;
	}
	if (ticket_source_open(source, t->context, &t->client, e) < 0)
		return NULL;
	if (krb5_unparse_name(t->context, t->client, &t->name) != 0) {
		error_set(e, ERROR_LOCAL, "out of memory");
		return NULL;
	}
	return TAKE(t);
}

void tickets_free(struct tickets *t)
{
	if (!t || errands_abroad()) /* they use it */
		return;
	if (t->granting.cache)
		krb5_cc_destroy(t->context, t->granting.cache);
	if (t->context) {
		krb5_free_unparsed_name(t->context, t->name);
		krb5_free_principal(t->context, t->client);
		krb5_free_context(t->context);
	}
	realm_pause_done(&t->pause);
	pthread_cond_destroy(&t->changed);
	pthread_mutex_destroy(&t->lock);
	free(t);
}

const char *tickets_principal(const struct tickets *t)
{
	return t->name;
}

/* ---- the ticket-granting ticket ---- */

static void replace_granting(struct tickets *t, const struct granting *fresh)
{
	int64_t left = fresh->end_ms - clock_ms();

	if (t->granting.cache)
		krb5_cc_destroy(t->context, t->granting.cache);
	t->granting = *fresh;
	t->renew_ms = fresh->end_ms - (left / 4 < RENEW_MS ? left / 4 : RENEW_MS);
}

/* A KDC that keeps silent may speak later, and a cache may be renewed by its owner. */
static bool is_final(const struct tickets *t, const struct error *e)
{
	return !ticket_source_is_cache(&t->source) && e->kind == ERROR_AUTH && e->code < 0 &&
	       !realm_is_silent((krb5_error_code)e->code);
}

/* With the lock held, which it lets go meanwhile. */
static int ask(struct tickets *t, struct error *e)
{
	struct granting fresh;

	t->asking = true;
	pthread_mutex_unlock(&t->lock);
	int rc = ticket_source_grant(&t->source, &t->pause, t->client, t->name, &fresh, e);
	pthread_mutex_lock(&t->lock);
	t->asking = false;
	if (rc == 0)
		replace_granting(t, &fresh);
	else if (is_final(t, e))
		t->refused = *e;
	pthread_cond_broadcast(&t->changed);
	return rc;
}

static int no_time(const struct tickets *t, struct deadline deadline, struct error *e)
{
	return error_set(e, deadline_stopped(deadline) ? ERROR_ABORTED : ERROR_TIMEOUT,
		"no ticket of %.150s yet: the KDC has not answered", t->name);
}

/* With the lock held. A ticket that still lives serves while it is renewed, and if that fails. */
static int have_granting(struct tickets *t, struct deadline deadline, struct error *e)
{
	for (;;) {
		int64_t now = clock_ms();
		bool lives = now < t->granting.end_ms;
		if (now < t->renew_ms || (lives && (t->asking || t->refused.kind != ERROR_NONE)))
			return 0;
		if (t->refused.kind != ERROR_NONE) {
			*e = t->refused;
			return -1;
		}
		if (deadline_left(deadline) == 0)
			return no_time(t, deadline, e);
		if (!t->asking) {
			struct error refused = { 0 };
			if (ask(t, &refused) == 0 || clock_ms() < t->granting.end_ms)
				return 0;
			*e = refused;
			return -1;
		}
		condition_wait(&t->changed, &t->lock, LOOK_AGAIN_MS);
	}
}

int tickets_prove(struct tickets *t, struct deadline deadline, struct error *e)
{
	if (e->kind != ERROR_NONE)
		return -1;
	pthread_mutex_lock(&t->lock);
	int rc = have_granting(t, deadline, e);
	pthread_mutex_unlock(&t->lock);
	return rc;
}

/* ---- for the hosts' own caches ---- */

krb5_principal granting_client(const struct tickets *t)
{
	return t->client;
}

struct realm_pause *granting_pause(struct tickets *t)
{
	return &t->pause;
}

krb5_error_code granting_copy(struct tickets *t, krb5_context context, krb5_ccache to)
{
	krb5_ccache from = NULL;

	pthread_mutex_lock(&t->lock);
	krb5_error_code code = krb5_cc_dup(context, t->granting.cache, &from); /* tells context the KDC's clock, too */
	if (code == 0)
		code = krb5_cc_initialize(context, to, t->client);
	if (code == 0)
		code = krb5_cc_copy_creds(context, from, to);
	pthread_mutex_unlock(&t->lock);
	if (from)
		krb5_cc_close(context, from);
	return code;
}

/* With the lock held. */
static void learn(struct tickets *t, krb5_context context, krb5_creds *ticket)
{
	krb5_creds wanted = { .client = ticket->client, .server = ticket->server }, known;

	if (krb5_cc_retrieve_cred(context, t->granting.cache, 0, &wanted, &known) == 0)
		krb5_free_cred_contents(context, &known);
	else
		krb5_cc_store_cred(context, t->granting.cache, ticket); /* if that fails, the next host learns it */
}

void granting_learn(struct tickets *t, krb5_context context, krb5_ccache from)
{
	krb5_cc_cursor cursor;
	krb5_creds ticket;

	if (krb5_cc_start_seq_get(context, from, &cursor) != 0)
		return;
	pthread_mutex_lock(&t->lock);
	while (krb5_cc_next_cred(context, from, &cursor, &ticket) == 0) {
		if (ticket_is_granting(&ticket))
			learn(t, context, &ticket);
		krb5_free_cred_contents(context, &ticket);
	}
	pthread_mutex_unlock(&t->lock);
	krb5_cc_end_seq_get(context, from, &cursor);
}
