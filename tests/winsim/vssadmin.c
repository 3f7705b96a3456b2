/* vssadmin: see vssadmin.h. */

#include "vssadmin.h"

#include <stdio.h>
#include <string.h>

#include "codec.h"
#include "history.h"
#include "host.h"
#include "own.h"

enum { MANY_WRITERS = 180 };

struct texts {
	const char *title;
	const char *name, *class_id, *instance_id, *state, *last_error; /* labels with their colon */
	const char *quote;
	const char *stable, *waiting, *failed;
	const char *no_error, *timed_out, *retryable;
	const char *preamble, *denied, *unexpected;
};

// clang-format off
static const struct texts texts_of[] = {
	[LANGUAGE_EN] = {
		"Volume Shadow Copy Service administrative command-line tool",
		"Writer name:", "Writer Id:", "Writer Instance Id:", "State:", "Last error:", "'",
		"Stable", "Waiting for completion", "Failed", "No error", "Timed out", "Retryable error",
		"Waiting for responses.\r\nThese may be delayed if a shadow copy is being prepared.\r\n",
		"Error: You don't have the correct permissions to run this command.  Please run this utility from a\r\n"
		"command window that has elevated administrator privileges.\r\n",
		"Error: A Volume Shadow Copy Service component encountered an unexpected\r\n"
		"error.  Check the Application event log for more information.\r\n" },
	[LANGUAGE_JA] = {
		"ボリューム シャドウ コピー サービス管理コマンド ライン ツール",
		"ライター名:", "ライター Id:", "ライター インスタンス Id:", "状態:", "最後のエラー:", "'",
		"安定", "完了を待機しています", "失敗", "エラーなし", "タイムアウト", "再試行可能なエラー",
		"応答を待っています。\r\nシャドウ コピーの準備中は応答が遅れる場合があります。\r\n",
		"エラー: このコマンドを実行するための適切なアクセス許可がありません。管理者特権のある\r\n"
		"コマンド ウィンドウからこのユーティリティを実行してください。\r\n",
		"エラー: ボリューム シャドウ コピー サービス コンポーネントで予期しないエラーが発生しました。\r\n"
		"詳細については、アプリケーション イベント ログを確認してください。\r\n" },
	[LANGUAGE_DE] = {
		"Verwaltungsbefehlszeilenprogramm des Volumeschattenkopie-Dienstes",
		"Verfassername:", "Verfasserkennung:", "Verfasserinstanzkennung:", "Status:", "Letzter Fehler:", "\"",
		"Stabil", "Auf Abschluss wird gewartet", "Fehler", "Kein Fehler", "Zeitüberschreitung",
		"Wiederholbarer Fehler",
		"Es wird auf Antworten gewartet.\r\n"
		"Diese können sich verzögern, wenn eine Schattenkopie vorbereitet wird.\r\n",
		"Fehler: Sie haben nicht die erforderlichen Berechtigungen, um diesen Befehl auszuführen.\r\n",
		"Fehler: In einer Komponente des Volumeschattenkopie-Dienstes ist ein unerwarteter Fehler aufgetreten.\r\n" },
	[LANGUAGE_FR] = {
		"Outil ligne de commande d’administration du service de cliché instantané de volume",
		"Nom du rédacteur :", "ID du rédacteur :", "ID de l’instance du rédacteur\u00a0:", "État :",
		"Dernière erreur :", "'",
		"Stable", "En attente d’achèvement", "Échec", "Aucune erreur", "Délai expiré",
		"Erreur renouvelable",
		"En attente de réponses.\r\nElles peuvent être retardées si un cliché instantané est en préparation.\r\n",
		"Erreur : Vous ne disposez pas des autorisations nécessaires pour exécuter cette commande.\r\n",
		"Erreur : Un composant du service de cliché instantané de volume a rencontré une erreur inattendue.\r\n" },
	[LANGUAGE_PL] = {
		"Narzędzie administracyjne wiersza polecenia usługi kopiowania woluminów w tle",
		"Nazwa modułu zapisującego:", "Identyfikator modułu zapisującego:",
		"Identyfikator wystąpienia modułu zapisującego:", "Stan:", "Ostatni błąd:", "'",
		"Stabilny", "Oczekiwanie na ukończenie", "Niepowodzenie", "Nie ma błędów.", "Przekroczono limit czasu",
		"Błąd z możliwością ponowienia",
		"Oczekiwanie na odpowiedzi.\r\n", "Błąd: Brak odpowiednich uprawnień do uruchomienia tego polecenia.\r\n",
		"Błąd: Składnik usługi kopiowania woluminów w tle napotkał nieoczekiwany błąd.\r\n" },
};

struct writer {
	const char *name, *id;
	const char *instance; /* the same on every host (express writers); NULL: its own */
};

static const struct writer inbox[] = {
	{ "Task Scheduler Writer", "d61d61c8-d73a-4eee-8cdd-f6f9786b7124", "1bddd48e-5052-49db-9b07-b96f96727e6b" },
	{ "VSS Metadata Store Writer", "75dfb225-e2e4-4d39-9ac9-ffaff65ddf06", "088e7a7d-09a8-4cc6-a609-ad90e75ddc93" },
	{ "Performance Counters Writer", "0bada1de-01a9-4625-8278-69e735f39dd2", "f0086dda-9efc-47c5-8eb6-a944c3d09381" },
	{ "System Writer", "e8132975-6f93-4464-a53e-1050253ae220", NULL },
	{ "ASR Writer", "be000cbe-11fe-4426-9c58-531aa6355fc4", NULL },
	{ "Registry Writer", "afbab4a2-367d-4d15-a586-71dbb18f8485", NULL },
	{ "WMI Writer", "a6ad56c2-b509-4e6c-bb19-49d8f43532f0", NULL },
	{ "COM+ REGDB Writer", "542da469-d3e1-473c-9f4f-7847f01fc64f", NULL },
	{ "Shadow Copy Optimization Writer", "4dc3bdd4-ab48-4d07-adb0-3bee2926fd7f", NULL },
};

static const struct writer sql_writer = { "SqlServerWriter", "a65faa63-5ea8-4ebc-9dbd-a0c4db26912a", NULL };

/* Of one class, as all instances of AD LDS. */
static const struct writer adam[] = {
	{ "ADAM (instance1) Writer", "dd846aaa-a1b6-42a8-aaf8-03dcb6114bfd", NULL },
	{ "ADAM (instance2) Writer", "dd846aaa-a1b6-42a8-aaf8-03dcb6114bfd", NULL },
};

static const struct writer strangers[] = {
	{ "O'Brien: \"X\" Writer", "5f3b1c2a-77d4-4c0e-9a51-0c1de9a4f001", NULL },
	{ "Contoso [7] VSS Writer", "5f3b1c2a-77d4-4c0e-9a51-0c1de9a4f002", NULL },
};

static const struct writer hostile[] = {
	{ "<script>alert('w')</script>", "66666666-0000-4000-8000-000000000001", NULL },
	{ "=HYPERLINK(\"http://evil.example\",\"x\")", "66666666-0000-4000-8000-000000000002", NULL },
	{ "]]>&amp;\x1b[2J\x1b]0;owned\x07", "66666666-0000-4000-8000-000000000003", NULL },
	{ "\xe2\x80\xaetxt.exe\xe2\x80\xac", "66666666-0000-4000-8000-000000000004", NULL },
	{ "'; DROP TABLE hosts; --", "66666666-0000-4000-8000-000000000005", NULL },
	{ "@SUM(1+9)*cmd|' /C calc'!A0", "66666666-0000-4000-8000-000000000006", NULL },
};
// clang-format on

struct listing {
	const struct host *host;
	const struct texts *texts;
	struct str text; /* UTF-8 */
};

static void add_writer(struct listing *l, const struct writer *w, unsigned state, const char *word, const char *error)
{
	const struct texts *t = l->texts;
	char instance[UUID_SIZE];

	if (w->instance) {
		snprintf(instance, sizeof(instance), "%s", w->instance);
	} else {
		uuid_of(instance, l->host->seed, hash_text(w->name) + l->host->generation);
		for (char *c = instance; *c; c++)
			*c = (char)(*c >= 'A' && *c <= 'F' ? *c + 32 : *c);
	}
	str_addf(&l->text, "%s %s%s%s\r\n", t->name, t->quote, w->name, t->quote);
	str_addf(&l->text, "   %s {%s}\r\n   %s {%s}\r\n", t->class_id, w->id, t->instance_id, instance);
	str_addf(&l->text, "   %s [%u] %s\r\n   %s %s\r\n\r\n", t->state, state, word, t->last_error, error);
}

static enum writers writers_now(const struct host *host)
{
	enum writers writers = host->scenario->writers;

	if (host->repair.backup_runs)
		return WRITERS_IN_BACKUP;
	if ((writers == WRITERS_GONE || writers == WRITERS_EXPRESS_ONLY) && host_is_repaired(host))
		return WRITERS_STABLE;
	return writers;
}

static void add_good(struct listing *l, const struct writer *writer)
{
	const struct texts *t = l->texts;

	switch (writers_now(l->host)) {
	case WRITERS_IN_BACKUP:
	case WRITERS_LEFT_WAITING:
		add_writer(l, writer, 5, t->waiting, t->no_error);
		return;
	case WRITERS_ALL_FAILED:
		add_writer(l, writer, 9, t->failed, t->no_error);
		return;
	default:
		add_writer(l, writer, 1, t->stable, t->no_error);
	}
}

/* A service that hosts a writer and subscribed before EventSystem was restarted. */
static bool is_old(const struct host *host, const char *name)
{
	const struct service *service = services_find(&host->services, name);

	return !host->generation && service && !service->stops;
}

static bool listed(const struct host *host, enum writers writers, const struct writer *writer)
{
	switch (writers) {
	case WRITERS_GONE:
	case WRITERS_GONE_FOR_GOOD:
		return false;
	case WRITERS_EXPRESS_ONLY:
		return writer->instance != NULL;
	case WRITERS_COME_BACK_PARTLY:
		return host_is_repaired(host) &&
		       !(strcmp(writer->name, "System Writer") == 0 && is_old(host, "CryptSvc")) &&
		       !(strcmp(writer->name, "WMI Writer") == 0 && is_old(host, "Winmgmt"));
	case WRITERS_NONE_OF_VSS:
		return writer->instance || strcmp(writer->name, "System Writer") == 0 ||
		       strcmp(writer->name, "WMI Writer") == 0;
	case WRITERS_ALL_FAILED:
		return !writer->instance; /* Server 2003 had no express writers */
	case WRITERS_NO_SYSTEM:
		return strcmp(writer->name, "System Writer") != 0;
	default:
		return true;
	}
}

static void add_sql_writer(struct listing *l, enum writers writers)
{
	const struct texts *t = l->texts;

	if (writers == WRITERS_ONE_FAILED || writers == WRITERS_ONE_STALE)
		add_writer(l, &sql_writer, 10, t->failed, t->timed_out);
	else if (writers == WRITERS_ONE_RETRYABLE)
		add_writer(l, &sql_writer, 1, t->stable, t->retryable);
	else
		add_good(l, &sql_writer);
}

static void add_many(struct listing *l)
{
	for (unsigned i = 0; i < MANY_WRITERS; i++) {
		char name[64], id[UUID_SIZE];
		snprintf(name, sizeof(name), "OSearch16 VSS Writer for content source %u of the farm", i + 1);
		uuid_of(id, 16, i);
		add_good(l, &(struct writer){ name, id, NULL });
	}
}

static void add_writers(struct listing *l)
{
	enum writers writers = writers_now(l->host);

	FOR_EACH(writer, inbox)
		if (listed(l->host, writers, writer))
			add_good(l, writer);
	if (l->host->scenario->sql_server && listed(l->host, writers, &sql_writer))
		add_sql_writer(l, writers);
	FOR_EACH(writer, adam)
		if (writers == WRITERS_TWO_ADAM)
			add_good(l, writer);
	FOR_EACH(writer, strangers)
		if (writers == WRITERS_THIRD_PARTY)
			add_good(l, writer);
	FOR_EACH(writer, hostile)
		if (writers == WRITERS_HOSTILE_NAMES)
			add_good(l, writer);
	if (writers == WRITERS_MANY)
		add_many(l);
}

/* Asking for the writers starts VSS, and its own writers fail to subscribe while EventSystem is disturbed. */
static void leave_traces(struct host *host)
{
	enum writers writers = writers_now(host);
	bool gone = writers == WRITERS_GONE || writers == WRITERS_GONE_FOR_GOOD || writers == WRITERS_EXPRESS_ONLY ||
		    writers == WRITERS_COME_BACK_PARTLY;

	if (gone && host->scenario->events == EVENTS_PUBLISHED && !host_is_repaired(host))
		history_add_failed_subscriptions(host);
}

/* A console that cannot show the language of a Far Eastern Windows gets English. */
static enum language console_language(const struct host *host, unsigned codepage)
{
	enum language language = host->scenario->language;

	if (language == LANGUAGE_JA && codepage != CODEPAGE_UTF8 && codepage != CODEPAGE_JAPANESE)
		return LANGUAGE_EN;
	return language;
}

static void add_body(struct host *host, struct listing *l, struct vssadmin_answer *answer)
{
	switch (host->scenario->vssadmin) {
	case VSSADMIN_DENIED:
		str_add(&l->text, l->texts->denied);
		answer->exit_code = 2;
		return;
	case VSSADMIN_UNEXPECTED_ERROR:
		str_add(&l->text, l->texts->unexpected);
		answer->exit_code = 2;
		return;
	case VSSADMIN_CATASTROPHIC:
		str_add(&l->text, "Error: 0x8000FFFF\r\n");
		answer->exit_code = 2;
		return;
	case VSSADMIN_PREAMBLE_ONLY:
		str_addf(&l->text, "%s\r\n", l->texts->preamble);
		return;
	case VSSADMIN_HANGS:
		answer->hangs = true;
		return;
	default:
		if (host->scenario->writers == WRITERS_MANY)
			str_addf(&l->text, "%s\r\n", l->texts->preamble);
		add_writers(l);
		leave_traces(host);
		return;
	}
}

void vssadmin_list_writers(struct host *host, unsigned codepage, struct vssadmin_answer *answer)
{
	unsigned console =
		host->scenario->ignores_codepage ? language_oem_codepage(host->scenario->language) : codepage;
	struct listing l = { .host = host, .texts = &texts_of[console_language(host, console)] };

	*answer = (struct vssadmin_answer){ 0 };
	if (host->scenario->vssadmin == VSSADMIN_SILENT)
		return;
	str_addf(&l.text, "vssadmin 1.1 - %s\r\n(C) Copyright 2001-2013 Microsoft Corp.\r\n\r\n", l.texts->title);
	add_body(host, &l, answer);
	encode_add(&answer->out, str_text(&l.text), console);
	str_done(&l.text);
}

size_t vssadmin_cut(const struct str *out)
{
	const char *end = str_text(out);

	for (int braces = 0; *end && braces < 5; end++)
		braces += *end == '{';
	return (size_t)(end - str_text(out)) + (*end ? 9 : 0);
}
