/* mail: hands a letter to a mail server: see mail.h. libcurl speaks SMTP and builds the MIME parts. */
#include "mail.h"

#include <curl/curl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "language.h"
#include "own.h"

enum { CONNECT_S = 30, SEND_S = 300, ADDRESS_MAX = 254 /* RFC 5321 4.5.3.1.3 */ };

static inline void free_list(struct curl_slist *list)
{
	curl_slist_free_all(list);
}
CLEANUP_OF(struct curl_slist, free_list);
CLEANUP_OF(curl_mime, curl_mime_free);
CLEANUP_OF(CURL, curl_easy_cleanup);

static int no_memory(struct error *e)
{
	return error_set(e, ERROR_LOCAL, _("out of memory for the mail"));
}

static bool add(struct curl_slist **list, const char *line)
{
	struct curl_slist *grown = curl_slist_append(*list, line);

	if (grown)
		*list = grown;
	return grown;
}

/* What stands in a header and between < and >: no blank, control, bracket or comma, and something on both sides of @.
 */
static bool is_address(const char *text)
{
	const char *at = strchr(text, '@');

	for (const unsigned char *c = (const unsigned char *)text; *c; c++)
		if (*c <= ' ' || *c >= 0x7f || strchr("<>(),;:\\\"[]", *c))
			return false;
	return at && at != text && at[1] && !strchr(at + 1, '@') && strlen(text) <= ADDRESS_MAX;
}

static int read_recipients(struct curl_slist **to, const char *text, struct error *e)
{
	OWN(own_free) char *list = strdup(text);

	if (!list)
		return no_memory(e);
	for (char *save = NULL, *word = strtok_r(list, ", ", &save); word; word = strtok_r(NULL, ", ", &save)) {
		if (!is_address(word))
			return error_set(e, ERROR_LOCAL, _("\"%.80s\" is not a mail address"), word);
		if (!add(to, word))
			return no_memory(e);
	}
	return *to ? 0 : error_set(e, ERROR_LOCAL, _("there is no mail address to send to"));
}

static int sender_of(struct str *from, const struct mail *mail, struct error *e)
{
	char machine[256] = "localhost";

	gethostname(machine, sizeof(machine) - 1);
	if (mail->from)
		str_add(from, mail->from);
	else
		str_addf(from, "vssfleet@%s", machine);
	return is_address(str_text(from))
		       ? 0
		       : error_set(e, ERROR_LOCAL, _("\"%.80s\" is not a mail address"), str_text(from));
}

static int add_headers(struct curl_slist **headers, const char *from, const struct curl_slist *to,
	const struct letter *letter, const struct run_info *run, struct error *e)
{
	OWN_VALUE(str_done) struct str all = { 0 };
	char date[64];
	time_t now = time(NULL);
	struct tm tm;

	strftime(date, sizeof(date), "%a, %d %b %Y %H:%M:%S %z", localtime_r(&now, &tm));
	str_addf(&all, "Date: %s\nFrom: <%s>\nTo: ", date, from);
	for (const struct curl_slist *one = to; one; one = one->next)
		str_addf(&all, "<%s>%s", one->data, one->next ? ", " : "");
	str_addf(&all, "\nSubject: %s\nMessage-ID: <%s.%lld@%s>\nAuto-Submitted: auto-generated\nX-Vssfleet-Run: %s",
		str_text(&letter->subject), run->id, (long long)now, strchr(from, '@') + 1, run->id);
	OWN(own_free) char *lines = str_take(&all);
	for (char *save = NULL, *line = lines ? strtok_r(lines, "\n", &save) : NULL; line;
		line = strtok_r(NULL, "\n", &save))
		if (!add(headers, line))
			return no_memory(e);
	return lines ? 0 : no_memory(e);
}

static CURLcode add_part(curl_mime *mime, const char *data, const char *type, const char *file)
{
	curl_mimepart *part = curl_mime_addpart(mime);

	if (!part)
		return CURLE_OUT_OF_MEMORY;
	CURLcode rc = curl_mime_data(part, data, CURL_ZERO_TERMINATED);
	rc = rc ? rc : curl_mime_type(part, type);
	rc = rc ? rc : curl_mime_encoder(part, "base64");
	return rc || !file ? rc : curl_mime_filename(part, file);
}

/* multipart/mixed of (multipart/alternative of text and HTML) and the table. */
static CURLcode add_parts(CURL *curl, curl_mime *mime, const struct letter *letter)
{
	OWN(curl_mime_free) curl_mime *both = curl_mime_init(curl);
	curl_mimepart *part = curl_mime_addpart(mime);

	if (!both || !part)
		return CURLE_OUT_OF_MEMORY;
	CURLcode rc = add_part(both, letter->text, "text/plain; charset=utf-8", NULL);
	rc = rc ? rc : add_part(both, letter->html, "text/html; charset=utf-8", NULL);
	if (rc || (rc = curl_mime_subparts(part, both)))
		return rc;
	both = NULL; /* the part's now */
	rc = curl_mime_type(part, "multipart/alternative");
	return rc ? rc : add_part(mime, letter->csv, "text/csv; charset=utf-8", "problems.csv");
}

/* Between programs of one machine nothing has to be sealed, and certificates seldom fit there. */
static bool is_here(const char *url)
{
	static const char *const names[] = { "smtp://localhost", "smtp://127.0.0.1", "smtp://[::1]" };

	FOR_EACH(name, names)
		if (!strncmp(url, *name, strlen(*name)) && strchr(":/", url[strlen(*name)]))
			return true;
	return false;
}

/* Whatever it is, it is never repeated: a password may be in it. */
static int check_url(const char *url, struct error *e)
{
	if (strchr(url, '@'))
		return error_set(e, ERROR_LOCAL,
			_("the URL of the mail server names an account: others on this machine could read it from the "
			  "process list; use --smtp-user and --smtp-password-file"));
	if (strncmp(url, "smtp://", 7) && strncmp(url, "smtps://", 8))
		return error_set(e, ERROR_LOCAL, _("the URL of the mail server is not smtp://HOST or smtps://HOST"));
	return 0;
}

/* A login is never sent in clear over a network; without one the letter goes even where TLS is not offered. */
static CURLcode log_in(CURL *curl, const struct mail *mail)
{
	long tls = is_here(mail->smtp) ? CURLUSESSL_NONE : mail->user ? CURLUSESSL_ALL : CURLUSESSL_TRY;
	CURLcode rc = curl_easy_setopt(curl, CURLOPT_USE_SSL, tls);

	if (mail->ca_file)
		rc = rc ? rc : curl_easy_setopt(curl, CURLOPT_CAINFO, mail->ca_file);
	if (!mail->user)
		return rc;
	rc = rc ? rc : curl_easy_setopt(curl, CURLOPT_USERNAME, mail->user);
	return rc ? rc : curl_easy_setopt(curl, CURLOPT_PASSWORD, secret_bytes(mail->password));
}

static CURLcode prepare(CURL *curl, const struct mail *mail, const char *from, struct curl_slist *to,
	struct curl_slist *headers, curl_mime *mime, char *why)
{
	CURLcode rc = curl_easy_setopt(curl, CURLOPT_URL, mail->smtp);

	rc = rc ? rc : curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	rc = rc ? rc : log_in(curl, mail);
	rc = rc ? rc : curl_easy_setopt(curl, CURLOPT_PROXY, "");
	rc = rc ? rc : curl_easy_setopt(curl, CURLOPT_MAIL_FROM, from);
	rc = rc ? rc : curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, to);
	rc = rc ? rc : curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	rc = rc ? rc : curl_easy_setopt(curl, CURLOPT_MIMEPOST, mime);
	rc = rc ? rc : curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_S);
	rc = rc ? rc : curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)SEND_S);
	rc = rc ? rc : curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	return rc ? rc : curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, why);
}

int mail_check(const struct mail *mail, struct error *e)
{
	OWN(free_list) struct curl_slist *to = NULL;
	OWN_VALUE(str_done) struct str from = { 0 };

	if (check_url(mail->smtp, e) < 0 || (mail->to && read_recipients(&to, mail->to, e) < 0))
		return -1;
	return mail->to || mail->from ? sender_of(&from, mail, e) : 0;
}

int mail_send(const struct mail *mail, const struct letter *letter, const struct run_info *run, struct error *e)
{
	OWN(free_list) struct curl_slist *to = NULL, *headers = NULL;
	OWN_VALUE(str_done) struct str from = { 0 };
	char why[CURL_ERROR_SIZE] = "";

	if (check_url(mail->smtp, e) < 0 || read_recipients(&to, mail->to, e) < 0 || sender_of(&from, mail, e) < 0 ||
		add_headers(&headers, str_text(&from), to, letter, run, e) < 0)
		return -1;
	OWN(curl_easy_cleanup) CURL *curl = curl_easy_init();
	OWN(curl_mime_free) curl_mime *mime = curl ? curl_mime_init(curl) : NULL;
	if (!mime)
		return no_memory(e);
	CURLcode rc = add_parts(curl, mime, letter);
	rc = rc ? rc : prepare(curl, mail, str_text(&from), to, headers, mime, why);
	rc = rc ? rc : curl_easy_perform(curl);
	if (rc)
		return error_code(e, ERROR_LOCAL, rc, _("%s did not take the mail: %s"), mail->smtp,
			*why ? why : curl_easy_strerror(rc));
	return 0;
}
