#pragma once
/* html_survey: the first pass over a run: counters, and the names that are folded. */

#include <stddef.h>

#include "html_host.h"

struct html_names {
	char **name;
	size_t count;
};

struct survey_group {
	char *name; /* NULL: hosts without a group */
	unsigned total, verdict[VERDICTS];
};

/* Hosts that need the same remedy. */
struct survey_remedy {
	enum verdict verdict;     /* the graver of those that share one */
	char *cause;              /* as the record has it; of a failed writer its service; "" */
	char *reason, *reason_ja; /* of the first; NULL */
	bool differ;              /* the others have another */
	struct html_names hosts;
};

struct survey_waiver {
	json_t *waiver;
	struct html_names hosts;
};

struct html_survey {
	unsigned total, verdict[VERDICTS];
	unsigned gone;                /* hosts that list no writer, whatever their verdict */
	unsigned unsealed, unproved;  /* answers over such connections */
	unsigned waived[VERDICTS];    /* of verdict[] */
	struct survey_remedy *remedy; /* of hosts that are not waived; in order of verdicts */
	size_t remedy_count;
	struct html_names remedied;     /* repaired before, and without a problem now */
	struct html_names regressed;    /* repaired before, and found as they were again */
	char *worst;                    /* the first host that needs a look; NULL if none does */
	struct html_names *not_checked; /* one list for each of html_causes */
	struct survey_group *group;     /* most problems first; those without any come last */
	size_t group_count;
	json_t *group_index;          /* name: position, while counting */
	bool twice;                   /* some host is in several groups */
	struct survey_waiver *waiver; /* each that holds for a host, in any order */
	size_t waiver_count;
	json_t *waiver_index; /* its text: position */
};

bool survey_add(struct html_survey *survey, const struct shown_host *host); /* false: out of memory */
/* The host was just added, and its waiver holds. false: out of memory */
bool survey_add_waived(struct html_survey *survey, const struct shown_host *host);
/* The host was just added, and is not waived. false: out of memory */
bool survey_add_remedy(struct html_survey *survey, const struct shown_host *host);
void survey_sort(struct html_survey *survey);
void html_survey_done(struct html_survey *survey);

unsigned survey_unchecked(const struct html_survey *survey);
unsigned survey_checked(const struct html_survey *survey);
unsigned survey_problems(const unsigned verdict[VERDICTS]); /* all but the plain ones */
