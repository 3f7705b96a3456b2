#pragma once
/* phrase: sentences in two languages from the same facts, and the parts of a reason that several verdicts need. What
 * stands beside each other in the code is said alike; names and texts of the host are the arguments. */

#include "evidence.h"
#include "str.h"

enum tongue { ENGLISH, JAPANESE, TONGUES };

struct sentence {
	struct str text;
	enum tongue tongue;
};

/* Appends the text of the sentence's tongue, in which %1 to %4 are the arguments behind it. */
void say(struct sentence *s, const char *english, const char *japanese, ...) __attribute__((sentinel));
#define SAY(...) say(__VA_ARGS__, NULL)
/* A number as an argument; lives to the end of the block. */
#define DIGITS(number) phrase_digits((char[24]){ 0 }, (number))
const char *phrase_digits(char room[24], long long number);

enum { PHRASE_NAMES = 6 }; /* names that are shown of a list */

void phrase_name(struct str *out, const char *name); /* bounded */
void phrase_names(struct sentence *s, const char *const *names, size_t count);
void phrase_time(struct str *out, int64_t seconds);
/* "process 816 with FontCache, netprofm, nsi" */
void phrase_sharing(struct sentence *s, const struct eventsystem_facts *eventsystem);
/* "; " and what the log says, also when it says nothing. */
void phrase_events(struct sentence *s, const struct facts *facts, const struct evidence *evidence);
/* Those that are wanted, with state, last error and service. */
void phrase_writers(struct sentence *s, const struct vss_facts *vss, bool (*wanted)(const struct writer *));
