/* post: see the header. */
#include "post.h"
#include "credentials.h"
#include "language.h"
#include "mail.h"

/* The name of the systemd credential. */
#define PASSWORD_CREDENTIAL "vssfleet.smtp-password"

static int read_password(const struct options *o, struct secret **password, struct error *e)
{
	if (!o->smtp_user)
		return 0;
	if (credentials_secret(o->smtp_password_file, PASSWORD_CREDENTIAL, password, e) < 0)
		return -1;
	return *password ? 0
			 : error_set(e, ERROR_LOCAL,
				   _("no password of --smtp-user %.80s: there is neither --smtp-password-file nor "
				     "$CREDENTIALS_DIRECTORY/%s"),
				   o->smtp_user, PASSWORD_CREDENTIAL);
}

static struct mail mail_of(const struct options *o, const struct secret *password)
{
	return (struct mail){ .to = o->mail_to,
		.from = o->mail_from,
		.smtp = o->smtp,
		.user = o->smtp_user,
		.password = password,
		.ca_file = o->smtp_ca_file };
}

int post_check(const struct options *o, struct error *e)
{
	OWN(secret_free) struct secret *password = NULL;
	const struct mail mail = mail_of(o, NULL);

	if (mail_check(&mail, e) < 0)
		return -1;
	return o->mail_to ? read_password(o, &password, e) : 0;
}

static int send_letter(const struct options *o, struct store *store, const struct run_info *run,
	const struct occasion *occasion, struct error *e)
{
	OWN_VALUE(letter_done) struct letter letter = { 0 };
	OWN(secret_free) struct secret *password = NULL;

	if (read_password(o, &password, e) < 0 || letter_of(&letter, store, run, occasion, e) < 0)
		return -1;
	const struct mail mail = mail_of(o, password);
	return mail_send(&mail, &letter, run, e);
}

int post_run(const struct options *o, struct store *store, const struct run_info *run, struct error *e)
{
	OWN_VALUE(occasion_done) struct occasion occasion = { 0 };

	if (!o->mail_to)
		return 0;
	if (occasion_of(&occasion, store, run, (enum mail_policy)o->mail_policy, o->mail_heartbeat_s, e) < 0)
		return -1;
	if (!occasion.due)
		return 0;
	return send_letter(o, store, run, &occasion, e) < 0 ? -1 : store_run_mailed(store, run->id, e);
}

int post_asked(const struct options *o, struct store *store, const struct run_info *run, struct error *e)
{
	OWN_VALUE(occasion_done) struct occasion occasion = { 0 };

	return occasion_asked(&occasion, store, run, e) < 0 ? -1 : send_letter(o, store, run, &occasion, e);
}
