#pragma once
/* mail: a run as a letter (UX section 3.3): the numbers and the servers that need a look, as text and as plain HTML,
 * with all of these servers attached as CSV. No pictures, no script, nothing to fetch. */

#include "occasion.h"
#include "secret.h"
#include "str.h"

enum { MAIL_HOSTS_SHOWN = 50, MAIL_CHANGES_SHOWN = 50 };

struct letter {
	struct str subject; /* without the name of the header, encoded: ASCII on one line */
	char *text, *html, *csv;
};
/* It tells the changes of the occasion, whether that is due or not. letter is to be freed in any case. */
int letter_of(struct letter *letter, struct store *store, const struct run_info *run, const struct occasion *occasion,
	struct error *e);
void letter_done(struct letter *letter);

struct mail {
	const char *to;   /* addresses, separated by commas */
	const char *from; /* NULL: vssfleet@ this machine */
	const char *smtp; /* smtp://HOST[:PORT], with STARTTLS where it is offered and the host is another one, or
			     smtps:// */
	const char *user; /* at the mail server, which has to offer TLS then unless it is this machine; NULL: none */
	const struct secret *password;
	const char *ca_file; /* PEM; NULL: the system's */
};
/* Whether it could be sent as far as words tell, before there is anything to send; to may be NULL here. -1 with *e set:
 * an address or the URL is none, or the URL has an account in it. */
int mail_check(const struct mail *mail, struct error *e);
/* -1 with *e set: what mail_check() finds, or the server did not take it. */
int mail_send(const struct mail *mail, const struct letter *letter, const struct run_info *run, struct error *e);
