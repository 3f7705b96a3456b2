/* html_survey: see the header. */
#include "html_survey.h"

#include <stdlib.h>
#include <string.h>

#include "own.h"

static bool add_name(struct html_names *names, const char *name)
{
	if ((names->count & (names->count - 1)) == 0) { /* full at 0 and at each power of two */
		char **grown = realloc(names->name, (names->count ? 2 * names->count : 1) * sizeof(*grown));
		if (!grown)
			return false;
		names->name = grown;
	}
	names->name[names->count] = strdup(name);
	return names->name[names->count++] != NULL;
}

/* The group's counters, made if it is new; NULL if memory ran out. */
static struct survey_group *group_named(struct html_survey *survey, const char *name)
{
	const char *key = name ? name : ""; /* no group has an empty name */
	json_t *at = json_object_get(survey->group_index, key);
	size_t n = survey->group_count;

	if (at)
		return &survey->group[json_integer_value(at)];
	if ((n & (n - 1)) == 0) {
		struct survey_group *grown = realloc(survey->group, (n ? 2 * n : 1) * sizeof(*grown));
		if (!grown)
			return NULL;
		survey->group = grown;
	}
	survey->group[n] = (struct survey_group){ .name = name ? strdup(name) : NULL };
	survey->group_count++;
	if ((name && !survey->group[n].name) ||
		json_object_set_new(survey->group_index, key, json_integer((json_int_t)n)) < 0)
		return NULL;
	return &survey->group[n];
}

static bool count_in_group(struct html_survey *survey, const char *name, enum verdict verdict)
{
	struct survey_group *group = group_named(survey, name);

	if (!group)
		return false;
	group->total++;
	group->verdict[verdict]++;
	return true;
}

static bool count_in_groups(struct html_survey *survey, const struct shown_host *host)
{
	size_t count = json_array_size(host->groups);

	survey->twice = survey->twice || count > 1;
	for (size_t i = 0; i < count; i++)
		if (!count_in_group(survey, json_string_value(json_array_get(host->groups, i)), host->verdict))
			return false;
	return count || count_in_group(survey, NULL, host->verdict);
}

bool survey_add(struct html_survey *survey, const struct shown_host *host)
{
	if (!survey->not_checked) {
		survey->not_checked = calloc(html_cause_count, sizeof(*survey->not_checked));
		survey->group_index = json_object();
	}
	if (!survey->not_checked || !survey->group_index)
		return false;
	survey->total++;
	survey->verdict[host->verdict]++;
	survey->gone += host->gone;
	survey->unsealed += host->unsealed;
	survey->unproved += host->unproved;
	if (host->regressed && !add_name(&survey->regressed, host->name))
		return false;
	if (host->change && html_is_plain(host->verdict) && !add_name(&survey->remedied, host->name))
		return false;
	if (!survey->worst && !html_is_plain(host->verdict) && !(survey->worst = strdup(host->name)))
		return false;
	if (host->cause && !add_name(&survey->not_checked[host->cause - html_causes], host->name))
		return false;
	return host->checked == UNSEEN || count_in_groups(survey, host); /* of one never begun no group is known */
}

/* What is written on the card. */
static const char *cause_of(const struct shown_host *host)
{
	if (host->verdict == VERDICT_VSS_FAULT && host->service)
		return host->service;
	bool told_apart = host->verdict == VERDICT_WRITERS_MISSING || host->verdict == VERDICT_VSS_FAULT;
	return told_apart && host->fault ? host->fault : "";
}

static bool copy(char **to, const char *text)
{
	*to = text ? strdup(text) : NULL;
	return *to || !text;
}

static struct survey_remedy *remedy_like(struct html_survey *survey, enum verdict verdict, const char *cause)
{
	size_t n = survey->remedy_count;

	for (size_t i = 0; i < n; i++)
		if (survey->remedy[i].verdict == verdict && !strcmp(survey->remedy[i].cause, cause))
			return &survey->remedy[i];
	struct survey_remedy *grown = realloc(survey->remedy, (n + 1) * sizeof(*grown));
	if (!grown)
		return NULL;
	survey->remedy = grown;
	survey->remedy[n] = (struct survey_remedy){ .verdict = verdict, .cause = strdup(cause) };
	if (!survey->remedy[n].cause)
		return NULL;
	survey->remedy_count++;
	return &survey->remedy[n];
}

bool survey_add_remedy(struct html_survey *survey, const struct shown_host *host)
{
	bool isolates = host->verdict == VERDICT_AT_RISK, first;

	if (html_is_plain(host->verdict) || html_is_unchecked(host->verdict))
		return true;
	struct survey_remedy *r = remedy_like(survey, isolates ? VERDICT_AFFECTED : host->verdict, cause_of(host));
	if (!r)
		return false;
	first = !r->hosts.count;
	r->differ = r->differ || (!first && strcmp(r->reason ? r->reason : "", host->reason ? host->reason : "") != 0);
	if (first && (!copy(&r->reason, host->reason) || !copy(&r->reason_ja, host->reason_ja)))
		return false;
	return add_name(&r->hosts, host->name);
}

/* The waiver's hosts, made if it is not known yet; NULL if memory ran out. */
static struct survey_waiver *waiver_like(struct html_survey *survey, const json_t *waiver)
{
	OWN(own_free) char *text = json_dumps(waiver, JSON_COMPACT | JSON_SORT_KEYS);
	json_t *at = text ? json_object_get(survey->waiver_index, text) : NULL;
	size_t n = survey->waiver_count;

	if (at)
		return &survey->waiver[json_integer_value(at)];
	if ((n & (n - 1)) == 0) {
		struct survey_waiver *grown = realloc(survey->waiver, (n ? 2 * n : 1) * sizeof(*grown));
		if (!grown)
			return NULL;
		survey->waiver = grown;
	}
	if (!text || json_object_set_new(survey->waiver_index, text, json_integer((json_int_t)n)) < 0)
		return NULL;
	survey->waiver[n] = (struct survey_waiver){ .waiver = json_deep_copy(waiver) };
	survey->waiver_count++;
	return survey->waiver[n].waiver ? &survey->waiver[n] : NULL;
}

bool survey_add_waived(struct html_survey *survey, const struct shown_host *host)
{
	if (!survey->waiver_index && !(survey->waiver_index = json_object()))
		return false;
	struct survey_waiver *waiver = waiver_like(survey, host->waiver);
	survey->waived[host->verdict]++;
	return waiver && add_name(&waiver->hosts, host->name);
}

static int by_problems(const void *x, const void *y)
{
	const struct survey_group *a = x, *b = y;
	unsigned of_a = survey_problems(a->verdict), of_b = survey_problems(b->verdict);

	if (of_a != of_b)
		return of_a < of_b ? 1 : -1;
	return strcmp(a->name ? a->name : "", b->name ? b->name : "");
}

void survey_sort(struct html_survey *survey)
{
	if (survey->group_count)
		qsort(survey->group, survey->group_count, sizeof(*survey->group), by_problems);
}

static void names_done(struct html_names *names)
{
	for (size_t i = 0; i < names->count; i++)
		free(names->name[i]);
	free(names->name);
}

void html_survey_done(struct html_survey *survey)
{
	for (size_t i = 0; survey->not_checked && i < html_cause_count; i++)
		names_done(&survey->not_checked[i]);
	for (size_t i = 0; i < survey->waiver_count; i++) {
		names_done(&survey->waiver[i].hosts);
		json_decref(survey->waiver[i].waiver);
	}
	for (size_t i = 0; i < survey->remedy_count; i++) {
		names_done(&survey->remedy[i].hosts);
		free(survey->remedy[i].cause);
		free(survey->remedy[i].reason);
		free(survey->remedy[i].reason_ja);
	}
	names_done(&survey->regressed);
	names_done(&survey->remedied);
	free(survey->remedy);
	free(survey->waiver);
	json_decref(survey->waiver_index);
	for (size_t i = 0; i < survey->group_count; i++)
		free(survey->group[i].name);
	free(survey->not_checked);
	free(survey->group);
	free(survey->worst);
	json_decref(survey->group_index);
	*survey = (struct html_survey){ 0 };
}

unsigned survey_unchecked(const struct html_survey *survey)
{
	return survey->verdict[VERDICT_UNKNOWN] + survey->verdict[VERDICT_UNREACHABLE];
}

unsigned survey_checked(const struct html_survey *survey)
{
	return survey->total - survey_unchecked(survey);
}

unsigned survey_problems(const unsigned verdict[VERDICTS])
{
	unsigned problems = 0;

	for (int v = 0; v < VERDICTS; v++)
		problems += html_is_plain((enum verdict)v) ? 0 : verdict[v];
	return problems;
}
