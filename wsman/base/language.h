#pragma once
/* language: what vssfleet says to a person, in that person's language. What programs read and what is stored (records,
 * journal, plans, machine formats, the error text of a host) stays English and is never marked.
 *
 * The catalogue is gettext's (po/, msgfmt), its lookup is not: glibc translates only under an installed locale other
 * than C, and counts C.UTF-8, the only one of a small server, as C (BZ #16621). Here the catalogue is inside the
 * program: there is no file to find and no environment variable that says where to look. */

#include <stddef.h>

enum language { ENGLISH, JAPANESE };

/* _("text"): in the language chosen. N_("text"): marked in a table, said later by _(). P_("%u day", "%u days", n): by
 * number. C_("checkpoint", "unknown"): a word that another language has two for; NC_() in a table, said by
 * in_context(). All are known to xgettext: a whole sentence each; where Japanese needs another order, its text numbers
 * the arguments. */
#define _(text) in_language(text)
#define N_(text) text
#define P_(one, many, count) counted_in_language(one, many, count)
#define C_(context, text) in_context(NC_(context, text))
#define NC_(context, text) context "\004" text

/* mo: the Japanese catalogue as msgfmt wrote it, which must last; without one all is English. */
void language_bring(const unsigned char *mo, size_t len);

/* lang: "en", "ja", or NULL: what LC_ALL, LC_MESSAGES, LANG and LANGUAGE ask for, in gettext's order; whether such a
 * locale is installed does not matter; one of another charset than UTF-8 is English. Also makes the C library count
 * columns of UTF-8 (column.h). Before there are threads. */
void language_choose(const char *lang);
enum language language_chosen(void);

const char *in_language(const char *english) __attribute__((format_arg(1)));
const char *counted_in_language(const char *one, const char *many, size_t count)
	__attribute__((format_arg(1), format_arg(2)));
const char *in_context(const char *context_and_english) __attribute__((format_arg(1)));
/* In that language, whichever was chosen. */
const char *said_in(enum language language, const char *english) __attribute__((format_arg(2)));
