/* reason: see the header. Names come from the host and are shown as they are: who writes a report escapes them. */
#include "reason.h"

#include <stdlib.h>
#include <string.h>

#include "text.h"

enum {
	UNSPLIT_BUILD = 15063, /* from Windows 10 1703 / Server 2019 on services are split by memory ... */
	SPLIT_KB = 0x380000,   /* ... above this (SvcHostSplitThresholdInKB) */
	MISSING_PROGRAM = 9009,
	PLAUSIBLE_SERVICES = 60, /* a Windows Server has 150 to 260 (DOMAIN section 16) */
};

static void add_missing_writers(struct sentence *s, const struct facts *facts)
{
	if (facts->vss.outcome == VSS_EMPTY)
		SAY(s, "No VSS writer is listed", "VSS ライターが一つもありません");
	else
		SAY(s, "Only express writers are listed", "Express ライターしかありません");
}

static bool is_split_windows(const struct facts *facts)
{
	return facts->environment.build && atoi(facts->environment.build) >= UNSPLIT_BUILD;
}

/* A Windows that gives each service a process of its own, and does not here. */
static void add_grouping(struct sentence *s, const struct facts *facts)
{
	if (!is_split_windows(facts))
		return;
	if (facts->environment.memory != UNSEEN && facts->environment.memory / 1024 <= SPLIT_KB)
		SAY(s, "; service host grouping is active (RAM <= 3.5 GB)",
			"。サービス ホストのグループ化が有効です (RAM 3.5 GB 以下)");
	else
		SAY(s, "; service host grouping is active (SvcHostSplitThresholdInKB or SvcHostSplitDisable)",
			"。サービス ホストのグループ化が有効です (SvcHostSplitThresholdInKB または "
			"SvcHostSplitDisable)");
}

static void add_environment(struct sentence *s, const struct facts *facts, const struct judgement *j)
{
	const struct environment_facts *env = &facts->environment;

	if (j->environment == CHECKPOINT_NO_MATCH)
		SAY(s, "; the environment differs from the published case (%1, %2)",
			"。環境は公開事例と異なります (%1、%2)", env->hypervisor ? env->hypervisor : "?",
			env->version ? env->version : "?");
}

static void on_affected(
	struct sentence *s, const struct facts *facts, const struct evidence *ev, const struct judgement *j)
{
	add_missing_writers(s, facts);
	SAY(s, "; EventSystem shares ", "。EventSystem が共有する");
	phrase_sharing(s, &facts->eventsystem);
	reason_add_hint(s, ev);
	phrase_events(s, facts, ev);
	add_grouping(s, facts);
	add_environment(s, facts, j);
}

static void add_count(struct sentence *s, const struct vss_facts *vss)
{
	SAY(s, "%1 writers, all stable", "ライター %1 件、すべて安定", DIGITS((long long)vss->count));
}

/* Before 2019 a service that is alone without being configured so only waits for its neighbours to start. */
static void add_future(struct sentence *s, const struct facts *facts)
{
	const struct service *self = facts->eventsystem.service;
	const char *names[PHRASE_NAMES];
	size_t stopped = 0;

	if (!self || !self->path || facts->eventsystem.own_type || !facts->environment.build || is_split_windows(facts))
		return;
	for (size_t i = 0; i < facts->services.count; i++) {
		const struct service *other = &facts->services.service[i];
		if (other != self && !other->pid && other->path && !strcasecmp(other->path, self->path) &&
			stopped < PHRASE_NAMES)
			names[stopped++] = other->name;
	}
	if (!stopped)
		return;
	SAY(s, ", but stopped services belong to its group and may share it again: ",
		"。ただし同じグループの停止中のサービスが再び同居する可能性があります: ");
	phrase_names(s, names, stopped);
}

/* --- unknown --- */

/* vssadmin refused. Its text is of any language: the exit code and what else was found say where to look. */
static void add_refusal(
	struct sentence *s, const struct facts *facts, const struct evidence *ev, const struct judgement *j)
{
	int exit_code = facts->vss.exit_code;

	if (exit_code == MISSING_PROGRAM || (exit_code == 1 && !facts->vss.raw))
		SAY(s, "; there is no vssadmin on this Windows", "。この Windows には vssadmin がありません");
	else if (ev->cause) {
		SAY(s, "; the log says: ", "。ログによる手がかり: ");
		reason_add_cause(s, ev->cause);
	} else if (ev->hint)
		reason_add_hint(s, ev);
	else if (j->events == CHECKPOINT_MATCH && j->eventsystem == CHECKPOINT_MATCH)
		SAY(s, "; everything else matches the published case", "。ほかの点はすべて公開事例と一致します");
	else if (exit_code == 2 && !ev->writer_errors)
		SAY(s, "; often an account without an elevated token (LocalAccountTokenFilterPolicy)",
			"。管理者トークンのないアカウントによく見られます (LocalAccountTokenFilterPolicy)");
}

/* What vssadmin said, without its own full stop: the sentence goes on. */
static void add_note(struct sentence *s, const char *note)
{
	static const char *const stops[] = { ".", "。" };
	size_t len = strlen(note);

	FOR_EACH(stop, stops)
		if (len > strlen(*stop) && !memcmp(note + len - strlen(*stop), *stop, strlen(*stop)))
			len -= strlen(*stop);
	if (!len)
		return;
	str_add(&s->text, ": ");
	str_addn(&s->text, note, len);
}

static void on_unjudged(
	struct sentence *s, const struct facts *facts, const struct evidence *ev, const struct judgement *j)
{
	const struct vss_facts *vss = &facts->vss;

	SAY(s, "The writers could not be judged: vssadmin: %1", "ライターを判定できません: vssadmin: %1",
		vss_outcome_name(vss->outcome));
	if (vss->exit_code > 0)
		SAY(s, ", exit code %1", "、終了コード %1", DIGITS(vss->exit_code));
	add_note(s, vss->note);
	if (vss->outcome == VSS_FAILED)
		add_refusal(s, facts, ev, j);
}

/* It has its end, and still lacks what every Windows has: what else could be missing? */
static void add_missing_row(struct sentence *s, size_t count)
{
	SAY(s, "it is missing from the list of %1 services", "%1 件のサービスの一覧にありません",
		DIGITS((long long)count));
	if (count < PLAUSIBLE_SERVICES)
		SAY(s, ", which are too few to be all of them", "。全サービスにしては少なすぎます");
}

static void on_unknown_sharing(struct sentence *s, const struct facts *facts)
{
	SAY(s, "Whether EventSystem shares its process is unknown: ", "EventSystem がプロセスを共有しているか不明: ");
	if (facts->eventsystem.pending)
		SAY(s, "the service is changing state", "サービスの状態が遷移中です");
	else if (!facts->services.seen)
		SAY(s, "the list of services is not known", "サービスの一覧がありません");
	else if (facts->eventsystem.service)
		SAY(s, "its state and its process contradict each other", "状態とプロセスが矛盾しています");
	else
		add_missing_row(s, facts->services.count);
}

static void on_unknown(
	struct sentence *s, const struct facts *facts, const struct evidence *ev, const struct judgement *j)
{
	const struct vss_facts *vss = &facts->vss;

	if (j->writers == CHECKPOINT_UNKNOWN && vss->outcome == VSS_UNSEEN)
		SAY(s, "The writers could not be asked for", "ライターを問い合わせられませんでした");
	else if (j->writers == CHECKPOINT_UNKNOWN || vss->outcome == VSS_PARTIAL)
		on_unjudged(s, facts, ev, j);
	else if (j->eventsystem == CHECKPOINT_UNKNOWN)
		on_unknown_sharing(s, facts);
	else if (!vss->error_free_known)
		SAY(s, "Too few writers are stable to know what their last errors mean",
			"安定したライターが少なく、最後のエラーの意味を判定できません");
	else if (!facts->events.seen)
		SAY(s, "The writers are stable, but the events could not be read",
			"ライターは安定していますが、イベントを読めませんでした");
	else if (j->eventsystem == CHECKPOINT_MATCH)
		SAY(s, "EventSystem shares its process, and its configured type is not known",
			"EventSystem はプロセスを共有していますが、サービスの種類の設定が不明です");
	else
		SAY(s, "Writers wait for a backup, and whether one runs is not known",
			"ライターがバックアップを待っていますが、実行中かどうか不明です");
}

/* --- the process is shared --- */

static void on_shared_process(
	struct sentence *s, const struct facts *facts, const struct evidence *ev, const struct judgement *j)
{
	if (j->verdict == VERDICT_FIX_PENDING) {
		SAY(s, "type= own is configured, but EventSystem has not been restarted: it still shares ",
			"type= own は設定済みですが EventSystem が再起動されていません。まだ共有している");
		phrase_sharing(s, &facts->eventsystem);
		if (j->writers == CHECKPOINT_MATCH)
			SAY(s, "; the VSS writers are still missing", "。VSS ライターはまだありません");
		return;
	}
	add_count(s, &facts->vss);
	SAY(s, "; EventSystem shares ", "。EventSystem が共有する");
	phrase_sharing(s, &facts->eventsystem);
	phrase_events(s, facts, ev);
	if (j->verdict == VERDICT_AT_RISK)
		SAY(s, "; it will recur while the process is shared", "。共有している限り再発します");
}

static void compose(struct sentence *s, const struct facts *facts, const struct evidence *ev, const struct judgement *j)
{
	switch (j->verdict) {
	case VERDICT_AFFECTED:
		on_affected(s, facts, ev, j);
		break;
	case VERDICT_WRITERS_MISSING:
		add_missing_writers(s, facts);
		reason_of_missing(s, facts, ev, j);
		break;
	case VERDICT_VSS_FAULT:
		reason_of_fault(s, facts, ev, j);
		break;
	case VERDICT_FIX_PENDING:
	case VERDICT_AT_RISK:
	case VERDICT_SHARED:
		on_shared_process(s, facts, ev, j);
		break;
	case VERDICT_BUSY:
		SAY(s, "A backup is running: ", "バックアップが実行中です: ");
		phrase_writers(s, &facts->vss, reason_is_waiting);
		break;
	case VERDICT_HEALTHY:
		add_count(s, &facts->vss);
		SAY(s, "; EventSystem is alone in process %1", "。EventSystem は単独のプロセス %1 で動いています",
			DIGITS(facts->eventsystem.service->pid));
		add_future(s, facts);
		break;
	default:
		on_unknown(s, facts, ev, j);
	}
}

/* --- into its place --- */

/* The text with one full stop behind it, also where it is cut, and where the host's own text ended with one. */
static void put(char *to, size_t size, const struct sentence *s)
{
	const char *stop = s->tongue == JAPANESE ? "。" : ".", *text = str_text(&s->text);
	size_t room = size - sizeof("...") - strlen(stop), len = s->text.len < room ? s->text.len : room;

	while (len && !utf8_valid(text, len))
		len--;
	bool cut = len < s->text.len,
	     ended = len >= strlen(stop) && !memcmp(text + len - strlen(stop), stop, strlen(stop));
	memcpy(to, text, len);
	strcpy(to + len, cut ? "..." : ended ? "" : stop);
}

void reason_give(const struct facts *facts, const struct evidence *evidence, struct judgement *j)
{
	for (enum tongue tongue = 0; tongue < TONGUES; tongue++) {
		struct sentence s = { .text = STR(64 * 1024), .tongue = tongue };
		compose(&s, facts, evidence, j);
		if (tongue == JAPANESE)
			put(j->reason_ja, sizeof(j->reason_ja), &s);
		else
			put(j->reason, sizeof(j->reason), &s);
		str_done(&s.text);
	}
}

static const char *kind_in_japanese(enum error_kind kind)
{
	static const char *const names[ERROR_KINDS] = { [ERROR_DNS] = "名前解決",
		[ERROR_CONNECT] = "接続",
		[ERROR_TLS] = "TLS",
		[ERROR_AUTH] = "認証",
		[ERROR_DENIED] = "権限不足",
		[ERROR_TIMEOUT] = "タイムアウト",
		[ERROR_FAULT] = "WSMan 障害応答",
		[ERROR_QUOTA] = "上限超過",
		[ERROR_PARSE] = "解読不能",
		[ERROR_PROTOCOL] = "応答異常",
		[ERROR_ABORTED] = "中断" };

	return kind < ERROR_KINDS && names[kind] ? names[kind] : "中断"; /* our own failures: the check was given up */
}

static void add_failure(struct sentence *s, const struct error *failure)
{
	if (s->tongue == JAPANESE)
		str_addf(&s->text, "%s%s: ", s->text.len ? " / " : "", kind_in_japanese(failure->kind));
	else
		str_add(&s->text, s->text.len ? ": " : "");
	if (failure->operation)
		str_addf(&s->text, "%s: ", failure->operation);
	str_add(&s->text, failure->cause);
}

static void explain(const struct error *failure, enum tongue tongue, char *reason, size_t size)
{
	struct sentence s = { .text = STR(64 * 1024), .tongue = tongue };
	size_t len = strlen(reason), stop = strlen(tongue == JAPANESE ? "。" : ".");

	str_addn(&s.text, reason, len > stop ? len - stop : 0); /* without its full stop */
	add_failure(&s, failure);
	put(reason, size, &s);
	str_done(&s.text);
}

void reason_explain(const struct error *failure, struct judgement *j)
{
	explain(failure, ENGLISH, j->reason, sizeof(j->reason));
	explain(failure, JAPANESE, j->reason_ja, sizeof(j->reason_ja));
}
