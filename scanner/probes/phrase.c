/* phrase: see the header. */
#include "phrase.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "text.h"

enum { NAME_SHOWN = 60, WRITERS_SHOWN = 3, ARGUMENTS = 4 }; /* bytes of a name; writers of a list */

void say(struct sentence *s, const char *english, const char *japanese, ...)
{
	const char *at = s->tongue == JAPANESE ? japanese : english, *argument[ARGUMENTS] = { NULL };
	va_list args;

	va_start(args, japanese);
	for (size_t i = 0; i < ARGUMENTS && (argument[i] = va_arg(args, const char *)); i++)
		;
	va_end(args);
	for (;; at += 2) {
		size_t plain = strcspn(at, "%");
		str_addn(&s->text, at, plain);
		at += plain;
		if (!*at)
			return;
		str_add(&s->text, argument[at[1] - '1']);
	}
}

const char *phrase_digits(char room[24], long long number)
{
	snprintf(room, 24, "%lld", number);
	return room;
}

void phrase_name(struct str *out, const char *name)
{
	size_t len = strlen(name), shown = len < NAME_SHOWN ? len : NAME_SHOWN;

	while (!utf8_valid(name, shown) && shown)
		shown--;
	str_addn(out, name, shown);
	str_add(out, shown < len ? "..." : "");
}

void phrase_names(struct sentence *s, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count && i < PHRASE_NAMES; i++) {
		if (i)
			SAY(s, ", ", "、");
		phrase_name(&s->text, names[i]);
	}
	if (count > PHRASE_NAMES)
		SAY(s, " and %1 more", " ほか %1 件", DIGITS((long long)(count - PHRASE_NAMES)));
}

void phrase_time(struct str *out, int64_t seconds)
{
	time_t at = seconds;
	struct tm tm;
	char text[40];

	gmtime_r(&at, &tm);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm);
	str_add(out, text);
}

void phrase_sharing(struct sentence *s, const struct eventsystem_facts *es)
{
	const char *names[PHRASE_NAMES + 1];
	size_t count = es->shared_count;

	for (size_t i = 0; i < count && i < COUNT(names); i++)
		names[i] = es->shared_with[i]->name;
	SAY(s, "process %1 with ", "プロセス %1 の同居サービス: ", DIGITS(es->service->pid));
	phrase_names(s, names, count < PHRASE_NAMES ? count : PHRASE_NAMES);
	if (count > PHRASE_NAMES)
		SAY(s, " and %1 more", " ほか %1 件", DIGITS((long long)(count - PHRASE_NAMES)));
}

static void add_failed_backup(struct sentence *s, uint32_t hr)
{
	SAY(s, ", a backup failed at that time", "、同じ時刻にバックアップも失敗");
	if (hr)
		str_addf(&s->text, " (0x%08x)", hr);
}

static void add_matches(struct sentence *s, const struct facts *facts, const struct evidence *ev)
{
	const char *hours = DIGITS(facts->events.window_h);

	if (ev->n8193 && ev->n13)
		SAY(s, "%1 x 8193 and %2 x 13 with 0x800401fb in the last %3 h",
			"直近 %3 時間に 0x800401fb の 8193 が %1 件、13 が %2 件", DIGITS(ev->n8193), DIGITS(ev->n13),
			hours);
	else if (ev->n8193 || ev->n13)
		SAY(s, "%1 x %2 only with 0x800401fb in the last %3 h", "直近 %3 時間に 0x800401fb の %2 のみ %1 件",
			DIGITS(ev->n8193 + ev->n13), ev->n13 ? "13" : "8193", hours);
	bool more = ev->n8193 || ev->n13;
	if (ev->live && more)
		SAY(s, ", %1 provoked by this look", "、この調査自体による %1 件", DIGITS(ev->live));
	else if (ev->live)
		SAY(s, "0x800401fb: %1 provoked by this look", "この調査自体による 0x800401fb が %1 件",
			DIGITS(ev->live));
	if (ev->earlier && (more || ev->live))
		SAY(s, ", %1 by earlier looks", "、以前の調査による %1 件", DIGITS(ev->earlier));
	else if (ev->earlier)
		SAY(s, "0x800401fb: %1 provoked by earlier looks", "以前の調査による 0x800401fb が %1 件",
			DIGITS(ev->earlier));
	if (ev->backup_failed)
		add_failed_backup(s, facts->backup.failure_hr);
}

static void add_no_matches(struct sentence *s, const struct facts *facts, const struct evidence *ev)
{
	OWN_VALUE(str_done) struct str back_to = { 0 };

	if (!facts->events.seen)
		SAY(s, "the events could not be read", "イベントを読めませんでした");
	else if (facts->events.truncated)
		SAY(s, "no matching event among the newest records", "新しい記録の中に該当イベントなし");
	else if (!ev->covered && facts->events.covered_from != UNSEEN) {
		phrase_time(&back_to, facts->events.covered_from);
		SAY(s, "no event evidence: the Application log only reaches back to %1",
			"イベントの証拠なし: Application ログは %1 以降しか残っていません", str_text(&back_to));
	} else if (!ev->covered)
		SAY(s, "no event evidence: nobody knows how far the Application log reaches back",
			"イベントの証拠なし: Application ログがいつから残っているか不明");
	else
		SAY(s, "no matching event in the last %1 h", "直近 %1 時間に該当イベントなし",
			DIGITS(facts->events.window_h));
}

void phrase_events(struct sentence *s, const struct facts *facts, const struct evidence *ev)
{
	SAY(s, "; ", "。");
	if (evidence_matches(ev)) {
		add_matches(s, facts, ev);
		if (!ev->since_boot && facts->environment.last_boot != UNSEEN)
			SAY(s, ", all older than the last start: the current state is unproved by events",
				"、すべて前回の起動より前: 現在の状態はイベントでは証明できません");
	} else
		add_no_matches(s, facts, ev);
	if (ev->noise)
		SAY(s, " (%1 of ordinary shutdowns not counted)", "(通常のシャットダウンによる %1 件は除外)",
			DIGITS(ev->noise));
}

static void add_writer(struct sentence *s, const struct writer *w)
{
	phrase_name(&s->text, w->name);
	str_addf(&s->text, " [%d]", w->state);
	if (w->last_error) {
		str_add(&s->text, " ");
		phrase_name(&s->text, w->last_error);
	}
	if (w->service)
		SAY(s, " (service %1)", "(サービス %1)", w->service);
}

void phrase_writers(struct sentence *s, const struct vss_facts *vss, bool (*wanted)(const struct writer *))
{
	size_t count = 0;

	for (size_t i = 0; i < vss->count; i++) {
		if (!wanted(&vss->writer[i]) || ++count > WRITERS_SHOWN)
			continue;
		if (count > 1)
			SAY(s, ", ", "、");
		add_writer(s, &vss->writer[i]);
	}
	if (count > WRITERS_SHOWN)
		SAY(s, " and %1 more", " ほか %1 件", DIGITS((long long)(count - WRITERS_SHOWN)));
}
