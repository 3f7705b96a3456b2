/* errno_text: see the header. The English is that of glibc, whose own translations need an installed locale. */
#include "errno_text.h"
#include "language.h"
#include "own.h"

#include <errno.h>
#include <string.h>

static const struct {
	int number;
	const char *text;
} known[] = {
	{ EPERM, N_("Operation not permitted") },
	{ ENOENT, N_("No such file or directory") },
	{ EIO, N_("Input/output error") },
	{ ENOMEM, N_("Cannot allocate memory") },
	{ EACCES, N_("Permission denied") },
	{ EBUSY, N_("Device or resource busy") },
	{ EEXIST, N_("File exists") },
	{ ENOTDIR, N_("Not a directory") },
	{ EISDIR, N_("Is a directory") },
	{ EINVAL, N_("Invalid argument") },
	{ EMFILE, N_("Too many open files") },
	{ EFBIG, N_("File too large") },
	{ ENOSPC, N_("No space left on device") },
	{ EROFS, N_("Read-only file system") },
	{ EPIPE, N_("Broken pipe") },
	{ ENAMETOOLONG, N_("File name too long") },
	{ ENOTEMPTY, N_("Directory not empty") },
	{ ELOOP, N_("Too many levels of symbolic links") },
	{ EDQUOT, N_("Disk quota exceeded") },
};

const char *errno_text(int number)
{
	FOR_EACH(error, known)
		if (error->number == number)
			return _(error->text);
	return strerror(number);
}
