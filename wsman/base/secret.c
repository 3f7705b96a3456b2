/* secret: see the header. One locked mapping per secret; there are as many as credentials, not as hosts. */
#include "secret.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

struct secret {
	size_t len;
	char bytes[SECRET_MAX + 1];
};

struct secret *secret_new(char *bytes, size_t len)
{
	struct secret *s = NULL;

	if (len <= SECRET_MAX) {
		s = mmap(NULL, sizeof(*s), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (s == MAP_FAILED)
			s = NULL;
	}
	if (s) {
		mlock(s, sizeof(*s)); /* best effort: RLIMIT_MEMLOCK may be small */
		madvise(s, sizeof(*s), MADV_DONTDUMP);
		memcpy(s->bytes, bytes, len);
		s->len = len;
	}
	explicit_bzero(bytes, len);
	return s;
}

void secret_free(struct secret *s)
{
	if (!s)
		return;
	explicit_bzero(s, sizeof(*s));
	munmap(s, sizeof(*s));
}

const char *secret_bytes(const struct secret *s)
{
	return s->bytes;
}

size_t secret_len(const struct secret *s)
{
	return s->len;
}

void secrets_protect_process(void)
{
	prctl(PR_SET_DUMPABLE, 0);
	setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
}
