/* change_words: what the page of a change says, in English and Japanese (UX section 1). */
#include "change_page.h"

#include <string.h>

static const struct {
	const char *key, *english, *japanese;
} words[] = {
	{ "title", "vssfleet change {0}", "vssfleet 変更 {0}" },
	{ "isolate.done", "{0} of {1} servers repaired", "{1} 台中 {0} 台を修復" },
	{ "restart-group.done", "{0} of {1} servers repaired", "{1} 台中 {0} 台を修復" },
	{ "reboot.done", "{0} of {1} servers repaired", "{1} 台中 {0} 台を修復" },
	{ "revert.done", "{0} of {1} servers put back", "{1} 台中 {0} 台を元に戻しました" },
	{ "fixed_partial.part", ", {0} repaired in part", "、一部修復 {0} 台" },
	{ "fix_pending.part", ", {0} waiting for a restart", "、再起動待ち {0} 台" },
	{ "fix_failed.part", ", {0} failed", "、失敗 {0} 台" },
	{ "rolled_back.part", ", {0} rolled back", "、切り戻し {0} 台" },
	{ "deferred.part", ", {0} deferred", "、見送り {0} 台" },
	{ "skipped.part", ", {0} without need", "、対象外 {0} 台" },
	{ "unfinished.part", ", {0} left in the middle", "、途中で中断 {0} 台" },
	{ "not_begun.part", ", {0} not begun", "、未着手 {0} 台" },
	{ "full_stop", ".", "。" },
	{ "fixed", "Fixed", "修復済み" },
	{ "fixed_partial", "Fixed in part", "一部修復" },
	{ "fix_pending", "Restart pending", "再起動待ち" },
	{ "fix_failed", "Failed", "修復失敗" },
	{ "rolled_back", "Rolled back", "切り戻し済み" },
	{ "deferred", "Deferred", "見送り" },
	{ "skipped", "Skipped", "対象外" },
	{ "unfinished", "Unfinished", "途中で中断" },
	{ "not_begun", "Not begun", "未着手" },
	{ "end.threshold", "Stopped by --max-fail {0}: {1} failed, rolled back or out of reach.",
		"--max-fail {0} により停止:失敗・切り戻し・接続不可 {1} 台。" },
	{ "end.stopped", "Stopped: {0}.", "停止:{0}。" },
	{ "end.interrupted", "Interrupted by an operator.", "操作者により中断。" },
	{ "end.none", "The journal holds no end of this change: it is still at work, or its process has died.",
		"この変更の終了は記録されていません:実行中か、プロセスが異常終了しました。" },
	{ "next", "Next:", "次の操作:" },
	{ "undo", "To undo it:", "元に戻すには:" },
	{ "about", "The change", "変更の内容" },
	{ "action", "Action", "操作" },
	{ "who", "Who", "実行者" },
	{ "host", "From", "実行元" },
	{ "principal", "Account on the servers", "サーバー側アカウント" },
	{ "ticket", "Ticket", "チケット" },
	{ "undoes", "Rolls back", "切り戻す変更" },
	{ "started", "Started", "開始" },
	{ "continued", "Continued", "再開" },
	{ "ended", "Ended", "終了" },
	{ "plan", "Plan (SHA-256)", "作業計画 (SHA-256)" },
	{ "command", "Command", "コマンド" },
	{ "results", "Results", "結果" },
	{ "servers", "Servers", "サーバー" },
	{ "caption", "Before and after. Times are UTC; those that need attention come first.",
		"変更前と変更後。時刻は UTC、対処が必要なものが先頭。" },
	{ "c.result", "Result", "結果" },
	{ "c.server", "Server", "サーバー" },
	{ "c.ring", "Ring", "リング" },
	{ "c.type", "Service type", "サービスの種類" },
	{ "c.pid", "Process", "プロセス" },
	{ "c.shared", "Shared with", "同居" },
	{ "c.writers", "Writers", "ライター" },
	{ "c.message", "What happened", "経過" },
	{ "c.ended", "Ended", "終了" },
	{ "steps", "Steps and processes", "手順とプロセス" },
	{ "before", "Before", "変更前" },
	{ "after", "After", "変更後" },
	{ "stopped", "not running", "停止中" },
	{ "step.done", "done", "完了" },
	{ "step.failed", "failed", "失敗" },
	{ "step.unknown", "outcome not known", "結果不明" },
	{ "step.observed", "seen on the server, not sent again", "サーバー上で確認、再送なし" },
	{ "code", "code {0}", "コード {0}" },
	{ "left_out", "Steps of servers that went well are left out above {0} servers: vssfleet journal shows them.",
		"{0} 台を超えるため、正常に終わったサーバーの手順は省略:vssfleet journal で表示。" },
};

const char *change_words(const char *key, bool japanese)
{
	FOR_EACH(word, words)
		if (!strcmp(word->key, key))
			return japanese ? word->japanese : word->english;
	return key;
}
