/* admin: see the header. */
#include "admin.h"
#include "command.h"
#include "errno_text.h"
#include "language.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "own.h"

/* What getgrnam(3) and getpwuid(3) may say of what is not there. */
static bool is_absent(int error)
{
	return error == 0 || error == ENOENT || error == ESRCH || error == EBADF || error == EPERM;
}

static int unknown(struct error *e)
{
	return error_code(e, ERROR_LOCAL, errno, _("nothing was changed: users and groups cannot be looked up: %s"),
		errno_text(errno));
}

/* As the next login of the user gets it: a member that was added just now need not log in again. */
static int is_member(const struct passwd *user, gid_t wanted, bool *member, struct error *e)
{
	int count = 0;

	getgrouplist(user->pw_name, user->pw_gid, &(gid_t){ 0 }, &count);
	OWN(own_free) gid_t *groups = calloc((size_t)count + 1, sizeof(*groups));
	if (!groups || getgrouplist(user->pw_name, user->pw_gid, groups, &count) < 0)
		return unknown(e);
	for (int i = 0; i < count; i++)
		*member |= groups[i] == wanted;
	return 0;
}

int admin_permits(const char *group, uid_t user, struct error *e)
{
	bool member = false;

	if (user == 0)
		return 0;
	errno = 0;
	const struct group *admins = getgrnam(group);
	if (!admins)
		return is_absent(errno) ? 0 : unknown(e);
	gid_t wanted = admins->gr_gid;
	errno = 0;
	const struct passwd *known = getpwuid(user);
	if (!known && !is_absent(errno))
		return unknown(e);
	if (known && is_member(known, wanted, &member, e) < 0)
		return -1;
	if (member)
		return 0;
	return error_set(e, ERROR_LOCAL,
		_("nothing was changed: from this machine only root and the group %s may change servers: usermod -aG "
		  "%s %s"),
		group, group, known ? known->pw_name : "USER");
}

int admin_check(void)
{
	struct error e = { 0 };

	return admin_permits(ADMIN_GROUP, geteuid(), &e) < 0 ? complain(EXIT_REFUSED, &e) : EXIT_OK;
}
