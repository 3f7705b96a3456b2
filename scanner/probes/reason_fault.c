/* reason_fault: see reason.h. Each cause of DOMAIN section 10, each fault of a writer, and where to look. */
#include <string.h>

#include "reason.h"

void reason_add_cause(struct sentence *s, const char *cause)
{
	// clang-format off
	static const struct {
		const char *cause, *english, *japanese;
	} table[] = {
		{ "D2 event_class_lost", "the event class of VSS is not registered (KB 2009533), which type= own does not cure",
			"VSS のイベント クラスが登録されていません (KB 2009533)。type= own では直りません" },
		{ "D3 event_database", "the COM+ event database looks damaged (KB 940184)",
			"COM+ イベント データベースが破損しているようです (KB 940184)" },
		{ "D4 eventsystem_stopped", "EventSystem is stopped", "EventSystem が停止しています" },
		{ "D4 eventsystem_disabled", "EventSystem is disabled: set its start type (sc config EventSystem start= auto), not its type",
			"EventSystem が無効です。type ではなくスタートアップの種類を直してください (sc config EventSystem start= auto)" },
		{ "D4 comsysapp_disabled", "COMSysApp is disabled", "COMSysApp が無効です" },
		{ "D5 vss_disabled", "the service VSS is disabled", "サービス VSS が無効です" },
		{ "D6 safe_mode", "Windows runs in safe mode or setup", "Windows がセーフ モードまたはセットアップ中です" },
		{ "D7 ntds_stopped", "this domain controller runs without NTDS", "このドメイン コントローラーでは NTDS が動いていません" },
		{ "D8 not_visible", "nothing failed: zero writers visible to this account",
			"失敗の記録はなく、このアカウントから見えるライターがありません" },
		{ "D9 eventsystem_restarted",
			"EventSystem is younger than the services that host writers: restart CryptSvc and Winmgmt, or the server",
			"EventSystem がライターを持つサービスより後に起動しています: CryptSvc と Winmgmt、またはサーバーの再起動が必要です" },
		{ "D10 writer_registration", "the registration of writers in memory is inconsistent (12347): restart",
			"メモリ上のライター登録が不整合です (12347): 再起動が必要です" },
	};
	// clang-format on
	FOR_EACH(row, table)
		if (!strcmp(row->cause, cause)) {
			SAY(s, row->english, row->japanese);
			return;
		}
	str_add(&s->text, cause);
}

void reason_add_hint(struct sentence *s, const struct evidence *evidence)
{
	if (!evidence->hint)
		return;
	SAY(s, "; by an event that may be older than the last start, ",
		"。前回の起動より前かもしれないイベントによる手がかり: ");
	reason_add_cause(s, evidence->hint);
}

/* What is left where nothing is proved: D2, D3, D8, D10. That this account sees none is all that is known then. */
static void add_what_is_left(struct sentence *s)
{
	SAY(s,
		" although EventSystem is alone in its process; look at the VSS event class, the COM+ event database, "
		"COM access rights and the writers' registration",
		"。EventSystem は単独のプロセスで動いています。VSS イベント クラス、COM+ イベント データベース、COM "
		"のアクセス権、ライターの登録を確認してください");
}

void reason_of_missing(
	struct sentence *s, const struct facts *facts, const struct evidence *evidence, const struct judgement *j)
{
	if (j->cause) {
		SAY(s, ", and ", "。");
		reason_add_cause(s, j->cause);
	} else
		SAY(s, " to this account", "");
	if (!j->cause || !strcmp(j->cause, "D8 not_visible"))
		add_what_is_left(s);
	if (!j->cause)
		reason_add_hint(s, evidence);
	phrase_events(s, facts, evidence);
}

/* --- writers are listed --- */

static bool is_failed(const struct writer *w)
{
	return w->state != UNSEEN && (w->state < 1 || w->state > 5);
}

bool reason_is_waiting(const struct writer *w)
{
	return w->state >= 2 && w->state <= 5;
}

static bool has_error(const struct writer *w)
{
	return w->state == 1 && w->last_error && !w->error_free;
}

/* By design all writers of a Server 2003 guest look so after a backup by its host. */
static bool is_2003_guest(const struct facts *facts)
{
	const char *version = facts->environment.version;

	for (size_t i = 0; i < facts->vss.count; i++)
		if (facts->vss.writer[i].state != 9)
			return false;
	return version && !strncmp(version, "5.2.", 4);
}

/* VMware's socket driver whose ImagePath begins with \SystemRoot\ breaks the System Writer of domain controllers. */
static void add_vsock(struct sentence *s, const struct facts *facts)
{
	static const uint32_t nothing_backed_up = 0x80780049;
	const struct environment_facts *env = &facts->environment;
	const struct backup_facts *backup = &facts->backup;

	if (backup->failure_hr == nothing_backed_up && backup->last_failure > backup->last_success &&
		env->product_type == 2 && env->hypervisor && !strcmp(env->hypervisor, "vmware"))
		SAY(s, "; the last backup failed with 0x80780049: look at the ImagePath of the driver vsock",
			"。最後のバックアップは 0x80780049 で失敗: ドライバー vsock の ImagePath を確認してください");
}

static void on_failed(struct sentence *s, const struct facts *facts, const struct evidence *ev)
{
	SAY(s, "A writer has failed: ", "ライターが失敗状態です: ");
	phrase_writers(s, &facts->vss, is_failed);
	if (is_2003_guest(facts))
		SAY(s,
			"; for information only: expected on Server 2003 after a backup by the virtualization host (KB "
			"2952783)",
			"。情報のみ: Server 2003 のゲストでは、ホストからのバックアップ後に想定される状態です (KB "
			"2952783)");
	else if (!ev->writer_errors)
		SAY(s, "; may be left from the last backup: no matching error event since the last start",
			"。前回のバックアップの名残かもしれません: 前回の起動以降に該当するエラー "
			"イベントはありません");
	add_vsock(s, facts);
}

static void on_stuck(struct sentence *s, const struct facts *facts)
{
	OWN_VALUE(str_done) struct str since = { 0 };

	if (verdict_is_stuck(facts)) {
		phrase_time(&since, facts->last_good->waiting_since);
		SAY(s, "Writers have been waiting since %1 or longer, stuck after an aborted backup: ",
			"ライターが少なくとも %1 から待機したままです (中断されたバックアップの名残): ",
			str_text(&since));
	} else
		SAY(s, "Writers wait although no backup runs, perhaps since an aborted one: ",
			"バックアップは動いていないのにライターが待機しています "
			"(中断されたバックアップの名残かもしれません): ");
	phrase_writers(s, &facts->vss, reason_is_waiting);
}

static void on_missing_minimum(struct sentence *s, const struct facts *facts, const struct judgement *j)
{
	SAY(s, "Writers that every server has are not listed: ", "どのサーバーにもあるはずのライターがありません: ");
	phrase_names(s, j->missing, j->missing_minimum);
	if (!strcmp(j->cause, "vss_hosted_missing"))
		SAY(s, "; all of them run inside VSS, which did not start as it should",
			"。いずれも VSS の中で動くもので、VSS が正しく起動していません");
	else if (j->missing_minimum == 1 && !strcmp(j->missing[0], "System Writer"))
		SAY(s, "; look at CAPI2 513, CryptSvc and the folders under Microsoft.NET\\Framework",
			"。CAPI2 513、CryptSvc、Microsoft.NET\\Framework 以下のフォルダーを確認してください");
	add_vsock(s, facts);
}

static void on_missing_others(struct sentence *s, const struct facts *facts, const struct judgement *j)
{
	OWN_VALUE(str_done) struct str when = { 0 };
	const char *const *rest = j->missing + j->missing_minimum;

	if (j->missing_policy) {
		SAY(s, "Writers that the policy expects here are not listed: ",
			"ポリシーで必須のライターがありません: ");
		phrase_names(s, rest, j->missing_policy);
		return;
	}
	phrase_time(&when, facts->last_good->time);
	SAY(s, "Writers that were listed on %1, when all was well, are not any more: ",
		"正常だった %1 にはあったライターがなくなっています: ", str_text(&when));
	phrase_names(s, rest, j->missing_count - j->missing_minimum);
}

static void on_last_error(struct sentence *s, const struct facts *facts)
{
	SAY(s, "A writer is stable but its last backup ended with an error: ",
		"ライターは安定していますが、前回のバックアップはエラーで終わりました: ");
	phrase_writers(s, &facts->vss, has_error);
	add_vsock(s, facts);
}

/* 12292 names the class of the provider, 12293 the provider itself. */
static void on_provider(struct sentence *s, const struct event *event)
{
	SAY(s, "A shadow copy provider failed since the last start (",
		"前回の起動以降にシャドウ コピー プロバイダーが失敗しました (");
	str_addf(&s->text, "%u", event->id);
	if (*event->clsid)
		str_addf(&s->text, ", {%s}", event->clsid);
	if (event->hr)
		str_addf(&s->text, ", 0x%08x", event->hr);
	SAY(s, "); the writers are fine", ")。ライターは正常です");
}

void reason_of_fault(
	struct sentence *s, const struct facts *facts, const struct evidence *evidence, const struct judgement *j)
{
	if (!strcmp(j->cause, "writer_failed"))
		on_failed(s, facts, evidence);
	else if (!strcmp(j->cause, "writer_stuck"))
		on_stuck(s, facts);
	else if (j->missing_minimum)
		on_missing_minimum(s, facts, j);
	else if (j->missing_count)
		on_missing_others(s, facts, j);
	else if (!strcmp(j->cause, "last_error"))
		on_last_error(s, facts);
	else if (!strcmp(j->cause, "duplicate_instance"))
		SAY(s, "Two writers have the same instance id (event 8206)",
			"二つのライターのインスタンス ID が同じです (イベント 8206)");
	else if (!strcmp(j->cause, "provider"))
		on_provider(s, evidence->provider_fault);
	else
		SAY(s, "Writers are listed, but EventSystem is stopped: they will vanish",
			"ライターはありますが EventSystem が停止しています: やがて消えます");
}
