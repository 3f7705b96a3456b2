/* language: see the header. */
#include "language.h"
#include "own.h"

#include <langinfo.h>
#include <locale.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* A .mo file (GNU gettext manual, "The Format of GNU MO Files"): magic, revision, number of texts, and where two
 * tables of length and place begin: the originals, in order, and their translations. */
static const uint32_t MO_MAGIC = 0x950412de;
enum { MO_COUNT = 8, MO_ORIGINALS = 12, MO_TRANSLATIONS = 16, MO_HEADER = 28, MO_ROW = 8 };

static const unsigned char *catalogue;
static size_t texts;
static enum language chosen;

static uint32_t number_at(size_t at)
{
	uint32_t number;

	memcpy(&number, catalogue + at, sizeof(number));
	return number;
}

static const char *text_of(uint32_t table, size_t row)
{
	return (const char *)catalogue + number_at(table + row * MO_ROW + 4);
}

void language_bring(const unsigned char *mo, size_t len)
{
	catalogue = mo;
	texts = len >= MO_HEADER && number_at(0) == MO_MAGIC ? number_at(MO_COUNT) : 0;
}

/* The original of a text with a plural is "one", NUL, "many"; Japanese has one form for both. */
static const char *japanese(const char *english)
{
	size_t low = 0, high = texts;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(english, text_of(number_at(MO_ORIGINALS), middle));
		if (!order)
			return text_of(number_at(MO_TRANSLATIONS), middle);
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

const char *said_in(enum language language, const char *english)
{
	const char *said = language == JAPANESE && *english ? japanese(english) : NULL;

	return said ? said : english;
}

const char *in_language(const char *english)
{
	return said_in(chosen, english);
}

const char *counted_in_language(const char *one, const char *many, size_t count)
{
	const char *said = chosen == JAPANESE ? japanese(one) : NULL;

	return said ? said : count == 1 ? one : many;
}

const char *in_context(const char *context_and_english)
{
	const char *said = chosen == JAPANESE ? japanese(context_and_english) : NULL;

	return said ? said : strchr(context_and_english, '\004') + 1;
}

enum language language_chosen(void)
{
	return chosen;
}

/* ---- Which language ---- */

/* "ja", "ja_JP.UTF-8", but not "jam" */
static bool names(const char *locale, const char *tongue)
{
	return !strncmp(locale, tongue, 2) && strchr("_.@:", locale[2]);
}

/* Another charset than UTF-8: what reads there would take Japanese for garbage. */
static bool is_foreign(const char *locale)
{
	const char *charset = strchr(locale, '.');
	size_t len = charset ? strcspn(++charset, "@") : 0;

	return charset && !(len == 5 && !strncasecmp(charset, "UTF-8", 5)) &&
	       !(len == 4 && !strncasecmp(charset, "UTF8", 4));
}

/* The C library takes LANGUAGE, a list, only where the locale is none of C's. */
static enum language asked_by_environment(void)
{
	static const char *const variables[] = { "LC_ALL", "LC_MESSAGES", "LANG" };
	const char *locale = NULL, *list = getenv("LANGUAGE");

	FOR_EACH(variable, variables) {
		locale = getenv(*variable);
		if (locale && *locale)
			break;
	}
	if (!locale || !*locale || !strcmp(locale, "POSIX") || (*locale == 'C' && strchr(".", locale[1])) ||
		is_foreign(locale))
		return ENGLISH;
	if (!list || !*list)
		return names(locale, "ja") ? JAPANESE : ENGLISH;
	for (; *list; list += strcspn(list, ":"), list += *list == ':')
		if (names(list, "ja") || names(list, "en") || *list == 'C')
			return names(list, "ja") ? JAPANESE : ENGLISH;
	return names(locale, "ja") ? JAPANESE : ENGLISH;
}

void language_choose(const char *lang)
{
	chosen = !lang ? asked_by_environment() : !strcmp(lang, "ja") ? JAPANESE : ENGLISH;
	if (!setlocale(LC_CTYPE, "") || strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
		setlocale(LC_CTYPE, "C.UTF-8");
}
