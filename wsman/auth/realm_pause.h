#pragma once
/* realm_pause: a realm whose KDCs keep silent fails fast for TICKETS_PAUSE_S, for libkrb5 waits up to 40 s for them
 * (RELIABILITY finding 6); then one asker tries again. Thread-safe. */

#include <krb5/krb5.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

enum {
	REALM_PAUSE_NAME_MAX = 256, /* bytes; a realm is a DNS domain's name */
	REALM_PAUSES = 32,          /* silent realms at a time; the one that is over first makes room */
};

struct realm_pause {
	pthread_mutex_t lock;
	struct {
		char realm[REALM_PAUSE_NAME_MAX];
		int64_t until_ms;
	} paused[REALM_PAUSES];
};

void realm_pause_init(struct realm_pause *p);
void realm_pause_done(struct realm_pause *p);

struct realm_asking { /* one call of libkrb5 that may ask KDCs, of several realms in turn */
	struct realm_pause *pause;
	char realm[REALM_PAUSE_NAME_MAX]; /* that was asked last; "" if there is none */
	bool answered;
	bool refused; /* by us: that tells nothing new about the realm */
};

/* Before the call, with the realm that it will ask, if that is known: 0, or KRB5_KDC_UNREACH if the realm is paused.
 * All messages that the context sends to a KDC from now on are held back if their realm is paused. */
krb5_error_code realm_pause_enter(
	struct realm_asking *asking, struct realm_pause *p, krb5_context context, const krb5_data *realm);
/* After it, with its outcome. */
void realm_pause_leave(struct realm_asking *asking, krb5_context context, krb5_error_code outcome);

/* No KDC was found or none answered: true of the moment, not of the account. */
bool realm_is_silent(krb5_error_code code);
