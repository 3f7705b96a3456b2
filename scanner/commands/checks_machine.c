/* checks_machine: clock, limits, files and versions of this machine. */
#include "checks.h"
#include "credentials.h"
#include "errno_text.h"
#include "language.h"
#include "places.h"
#include "preflight.h"
#include "trust.h"

#include <curl/curl.h>
#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/x509.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/timex.h>
#include <unistd.h>

enum { LOCKED_BYTES_LEAST = 256 * 1024 }; /* some dozens of passwords and keys, a page or two each */

/* The kernel knows whether somebody keeps its clock right (adjtimex(2)): chronyd, ntpd, timesyncd, the hypervisor. */
enum health check_clock(const struct options *o, struct str *what)
{
	struct timex clock = { 0 };
	int state = adjtimex(&clock);
	(void)o;

	if (state < 0)
		str_addf(what, _("unknown: the kernel does not tell (%s); Kerberos bears 300 s"), errno_text(errno));
	else if (state == TIME_ERROR || (clock.status & STA_UNSYNC))
		str_add(what, _("not synchronised: Kerberos fails when it is off by 300 s; start chronyd or "
				"systemd-timesyncd"));
	else {
		str_add(what, _("synchronised"));
		return HEALTH_OK;
	}
	return HEALTH_WARN;
}

enum health check_files(const struct options *o, struct str *what)
{
	struct rlimit files;
	unsigned long needed = files_for_forks(o->forks);

	if (getrlimit(RLIMIT_NOFILE, &files) < 0) {
		str_addf(what, _("unknown: %s"), errno_text(errno));
		return HEALTH_WARN;
	}
	bool enough = files.rlim_max == RLIM_INFINITY || files.rlim_max >= needed;
	str_addf(what,
		enough ? _("%lu may be open; --forks %u needs %lu")
		       : _("%lu may be open; --forks %u needs %lu and will be lowered: raise the hard limit (ulimit "
			   "-Hn, LimitNOFILE=)"),
		(unsigned long)files.rlim_max, o->forks, needed);
	return enough ? HEALTH_OK : HEALTH_WARN;
}

enum health check_locked_memory(const struct options *o, struct str *what)
{
	struct rlimit locked;
	(void)o;

	if (getrlimit(RLIMIT_MEMLOCK, &locked) < 0) {
		str_addf(what, _("unknown: %s"), errno_text(errno));
		return HEALTH_WARN;
	}
	if (geteuid() == 0 || locked.rlim_cur == RLIM_INFINITY || locked.rlim_cur >= LOCKED_BYTES_LEAST) {
		str_add(what, _("enough to keep passwords out of swap"));
		return HEALTH_OK;
	}
	str_addf(what,
		_("%lu bytes: passwords could be swapped out; raise the limit (ulimit -l, LimitMEMLOCK=) or encrypt "
		  "swap"),
		(unsigned long)locked.rlim_cur);
	return HEALTH_WARN;
}

enum health check_certificates(const struct options *o, struct str *what)
{
	struct error e = { 0 };
	OWN(trust_free) struct trust *trust = trust_new(o->ca_file, &e);

	if (!trust) {
		str_add(what, e.cause);
		return HEALTH_FAIL;
	}
	if (o->ca_file) {
		str_addf(what, _("%s, %d certificates"), o->ca_file,
			sk_X509_OBJECT_num(X509_STORE_get0_objects(trust_store(trust))));
		return HEALTH_OK;
	}
	const char *file = X509_get_default_cert_file(), *directory = X509_get_default_cert_dir();
	if (access(file, R_OK) == 0 || access(directory, R_OK | X_OK) == 0) {
		str_addf(what, _("the system's, %s"), access(file, R_OK) == 0 ? file : directory);
		return HEALTH_OK;
	}
	str_addf(what, _("none in %s: HTTPS needs --ca-file, or the package ca-certificates"), directory);
	return HEALTH_WARN;
}

enum health check_password(const struct options *o, struct str *what)
{
	const char *warning = NULL;
	struct error e = { 0 };
	struct secret *read = NULL;

	if (!o->password_file)
		return HEALTH_NONE;
	int rc = credentials_password(o->password_file, &read, &warning, &e);
	secret_free(read);
	str_add(what, rc < 0 ? e.cause : o->password_file);
	return rc < 0 ? HEALTH_FAIL : HEALTH_OK;
}

/* Cuts path down to what exists of it. */
static void cut_to_existing(struct str *path)
{
	char *slash;

	while (path->data && access(path->data, F_OK) < 0 && (slash = strrchr(path->data, '/'))) {
		path->len = slash == path->data ? 1 : (size_t)(slash - path->data);
		path->data[path->len] = '\0';
	}
	if (access(str_text(path), F_OK) < 0) { /* a name in this directory */
		str_clear(path);
		str_addc(path, '.');
	}
}

/* Can path be written, or made? errno says why not. */
static bool may_write(const char *path, struct str *found)
{
	struct stat st;

	str_add(found, path);
	cut_to_existing(found);
	if (access(str_text(found), W_OK) < 0 || stat(str_text(found), &st) < 0)
		return false;
	errno = ENOTDIR;
	return S_ISDIR(st.st_mode) || !strcmp(str_text(found), path);
}

/* Makes nothing: a run will. */
enum health check_store(const struct options *o, struct str *what)
{
	OWN_VALUE(str_done) struct str path = { 0 };
	OWN_VALUE(str_done) struct str found = { 0 };
	struct error e = { 0 };

	if (!store_is_kept(o))
		return HEALTH_NONE;
	if (o->store)
		str_add(&path, o->store);
	else if (state_directory(&path, &e) < 0) {
		str_add(what, e.cause);
		return HEALTH_FAIL;
	}
	if (may_write(str_text(&path), &found)) {
		str_add(what, str_text(&path));
		return HEALTH_OK;
	}
	str_addf(what, _("%s cannot be written: %s: %s; give another place by --store"), str_text(&path),
		str_text(&found), errno_text(errno));
	return HEALTH_FAIL;
}

enum health check_versions(const struct options *o, struct str *what)
{
	(void)o;
	str_addf(what, "vssfleet " VSSFLEET_VERSION ", libcurl %s, krb5 " KRB5_VERSION ", %s",
		curl_version_info(CURLVERSION_NOW)->version, OpenSSL_version(OPENSSL_VERSION));
	return HEALTH_OK;
}
