/* realm_pause: see the header. libkrb5 tells by its hooks which realm it asks, whatever referrals lead it to; a realm
 * that is on trial has its pause begun anew first, so that all others keep failing fast. */
#include "realm_pause.h"

#include "deadline.h"
#include "own.h"
#include "tickets.h"

#include <string.h>

void realm_pause_init(struct realm_pause *p)
{
	*p = (struct realm_pause){ 0 };
	pthread_mutex_init(&p->lock, NULL);
}

void realm_pause_done(struct realm_pause *p)
{
	pthread_mutex_destroy(&p->lock);
}

bool realm_is_silent(krb5_error_code code)
{
	return code == KRB5_KDC_UNREACH || code == KRB5_REALM_CANT_RESOLVE || code == KRB5_REALM_UNKNOWN ||
	       code == KRB5KDC_ERR_SVC_UNAVAILABLE;
}

static int64_t *pause_of(struct realm_pause *p, const char *realm)
{
	FOR_EACH(paused, p->paused)
		if (strcmp(paused->realm, realm) == 0)
			return &paused->until_ms;
	return NULL;
}

/* False if the realm is paused and another asker has it on trial. */
static bool may_ask(struct realm_pause *p, const char *realm)
{
	int64_t now = clock_ms();

	pthread_mutex_lock(&p->lock);
	int64_t *until = pause_of(p, realm);
	bool may = !until || *until <= now;
	if (until && may)
		*until = now + TICKETS_PAUSE_S * 1000;
	pthread_mutex_unlock(&p->lock);
	return may;
}

static void begin(struct realm_pause *p, const char *realm)
{
	pthread_mutex_lock(&p->lock);
	int64_t *until = pause_of(p, realm);
	if (!until) {
		__typeof__(&p->paused[0]) room = p->paused;
		FOR_EACH(paused, p->paused)
			if (paused->until_ms < room->until_ms)
				room = paused;
		strcpy(room->realm, realm);
		until = &room->until_ms;
	}
	*until = clock_ms() + TICKETS_PAUSE_S * 1000;
	pthread_mutex_unlock(&p->lock);
}

static void end(struct realm_pause *p, const char *realm)
{
	pthread_mutex_lock(&p->lock);
	FOR_EACH(paused, p->paused)
		if (strcmp(paused->realm, realm) == 0)
			*paused = (__typeof__(*paused)){ 0 };
	pthread_mutex_unlock(&p->lock);
}

static krb5_error_code ask(struct realm_asking *asking, const krb5_data *realm)
{
	char name[REALM_PAUSE_NAME_MAX] = "";

	if (realm->length < sizeof(name)) /* a longer one is no DNS domain: never paused */
		memcpy(name, realm->data, realm->length);
	bool same = !asking->answered && strcmp(asking->realm, name) == 0;
	strcpy(asking->realm, name);
	asking->answered = false;
	asking->refused = !same && name[0] && !may_ask(asking->pause, name);
	return asking->refused ? KRB5_KDC_UNREACH : 0;
}

static krb5_error_code before_sending(krb5_context context, void *data, const krb5_data *realm,
	const krb5_data *message, krb5_data **new_message, krb5_data **new_reply)
{
	(void)context, (void)message, (void)new_message, (void)new_reply;
	return ask(data, realm);
}

static krb5_error_code after_receiving(krb5_context context, void *data, krb5_error_code code, const krb5_data *realm,
	const krb5_data *message, const krb5_data *reply, krb5_data **new_reply)
{
	struct realm_asking *asking = data;

	(void)context, (void)realm, (void)message, (void)reply, (void)new_reply;
	if (code == 0) { /* an answer, be it a refusal */
		end(asking->pause, asking->realm);
		asking->answered = true;
	}
	return code;
}

krb5_error_code realm_pause_enter(
	struct realm_asking *asking, struct realm_pause *p, krb5_context context, const krb5_data *realm)
{
	*asking = (struct realm_asking){ .pause = p };
	krb5_set_kdc_send_hook(context, before_sending, asking);
	krb5_set_kdc_recv_hook(context, after_receiving, asking);
	return ask(asking, realm);
}

void realm_pause_leave(struct realm_asking *asking, krb5_context context, krb5_error_code outcome)
{
	krb5_set_kdc_send_hook(context, NULL, NULL);
	krb5_set_kdc_recv_hook(context, NULL, NULL);
	if (realm_is_silent(outcome) && asking->realm[0] && !asking->answered && !asking->refused)
		begin(asking->pause, asking->realm);
}
