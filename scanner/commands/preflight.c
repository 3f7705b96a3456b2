/* preflight: see the header. */
#include "preflight.h"
#include "command.h"
#include "errno_text.h"
#include "language.h"
#include "str.h"
#include "verdict.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum {
	HOUR = 3600,
	DEFAULT_WINDOW_S = 7 * 24 * HOUR,
	FRUGAL_FORKS = 256,
	FILES_BESIDE_HOSTS = 64,
	FILES_PER_HOST = 2, /* a socket, and one more while a name is resolved */
};

unsigned long files_for_forks(unsigned forks)
{
	return FILES_BESIDE_HOSTS + (unsigned long)forks * FILES_PER_HOST;
}

unsigned clip_forks(unsigned forks)
{
	struct rlimit files;
	if (getrlimit(RLIMIT_NOFILE, &files) < 0)
		return forks;
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
	rlim_t most = files.rlim_max > FILES_BESIDE_HOSTS + FILES_PER_HOST
			      ? (files.rlim_max - FILES_BESIDE_HOSTS) / FILES_PER_HOST
			      : 1;
	if (files.rlim_max == RLIM_INFINITY || forks <= most)
		return forks;
	complain_text(0, _("--forks %u lowered to %u: this process may open %lu files (ulimit -Hn)"), forks,
		(unsigned)most, (unsigned long)files.rlim_max);
	return (unsigned)most;
}

/* glibc keeps freed blocks for each thread, about 45 KiB, and only the environment of a starting program turns that
 * off. With many threads it is a fifth of all memory: start again without, while nothing was read yet. */
void start_frugally(unsigned forks)
{
	static const char frugal[] = "glibc.malloc.tcache_count=0";

	if (forks < FRUGAL_FORKS || getenv("GLIBC_TUNABLES") || setenv("GLIBC_TUNABLES", frugal, 1) < 0)
		return;
	execv("/proc/self/exe", program_words);
	complain_text(0, _("cannot start again with %s: %s; more memory is used"), frugal, errno_text(errno));
}

void tell_insecure(const struct options *o)
{
	if (o->insecure_tls)
		complain_text(0, _("WARNING: --insecure-tls: certificates are not checked; any machine could answer"));
	if (o->insecure_plaintext)
		complain_text(0, _("WARNING: --insecure-plaintext: passwords and answers may travel in clear"));
}

void tell_nameless(size_t servers)
{
	if (servers)
		complain_text(0,
			P_("%zu server is given by address, which has no Kerberos name: NTLM is used, and nothing "
			   "proves who answers; better use full names",
				"%zu servers are given by address, which has no Kerberos name: NTLM is used, and "
				"nothing proves who answers; better use full names",
				servers),
			servers);
}

void tell_ignored(const struct hosts *hosts)
{
	OWN_VALUE(str_done) struct str names = { 0 };
	for (size_t i = 0; i < hosts->ignored_count; i++)
		str_addf(&names, "%s%s", i ? ", " : "", hosts->ignored[i]);
	if (names.len)
		complain_text(0, _("host variables that mean nothing here are ignored: %s"), str_text(&names));
}

int prepare_policy(struct policy *policy, struct options *o, struct error *e)
{
	*policy = (struct policy){ 0 };
	if (o->policy && policy_read(policy, o->policy, e) < 0)
		return -1;
	if (!o->since_s)
		o->since_s = policy->window_h ? policy->window_h * HOUR : DEFAULT_WINDOW_S;
	policy->window_h = (o->since_s + HOUR - 1) / HOUR;
	o->isolate_required |= policy->isolate_required;
	policy->isolate_required = o->isolate_required;
	if (o->isolate_required)
		o->fail_on |= 1u << VERDICT_SHARED;
	return 0;
}
