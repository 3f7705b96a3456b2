/* threshold: see the header. Ranges as the Monitoring Plugins Development Guidelines have them. */
#include "threshold.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "own.h"

const char *metric_name(enum metric metric)
{
	static const char *const others[] = { "hosts", "not_checked", "coverage" };

	return metric < (enum metric)VERDICTS ? verdict_name((enum verdict)metric) : others[metric - VERDICTS];
}

/* Digits with at most one point: strtod() would also take "nan", "0x1p3" and blanks. */
static bool read_number(const char **text, double *number)
{
	size_t len = strspn(*text, "0123456789.");
	char *end;

	if (!len)
		return false;
	*number = strtod(*text, &end);
	if (end != *text + len)
		return false;
	*text = end;
	return true;
}

static bool read_range(struct range *range, const char *text)
{
	struct range r = { .text = text, .least = 0, .most = INFINITY };

	if (*text == '@') {
		r.inverted = true;
		text++;
	}
	if (*text == '~') {
		r.least = -INFINITY;
		if (*++text != ':')
			return false;
	} else if (*text != ':' && !read_number(&text, strchr(text, ':') ? &r.least : &r.most)) {
		return false;
	}
	if (*text == ':' && text[1]) {
		text++;
		if (!read_number(&text, &r.most))
			return false;
	} else if (*text == ':') {
		text++;
	}
	*range = r;
	return !*text && r.least <= r.most;
}

static int read_one(struct thresholds *thresholds, char *word, struct error *e)
{
	char *range = strchr(word, '=');

	if (!range)
		return error_set(e, ERROR_LOCAL, "\"%s\" is not NAME=RANGE", word);
	*range++ = '\0';
	for (int m = 0; m < METRICS; m++) {
		if (strcmp(metric_name((enum metric)m), word))
			continue;
		if (read_range(&thresholds->of[m], range))
			return 0;
		return error_set(e, ERROR_LOCAL, "\"%s\" is not a range such as 0, 95: or 10:20", range);
	}
	return error_set(
		e, ERROR_LOCAL, "there is nothing named \"%s\": it is a verdict, hosts, not_checked or coverage", word);
}

int thresholds_read(struct thresholds *thresholds, char *list, struct error *e)
{
	for (char *save = NULL, *word = strtok_r(list, ",", &save); word; word = strtok_r(NULL, ",", &save))
		if (read_one(thresholds, word, e) < 0)
			return -1;
	return 0;
}

bool range_alarms(const struct range *range, double value)
{
	bool within = value >= range->least && value <= range->most;

	return range->text && within == range->inverted;
}
