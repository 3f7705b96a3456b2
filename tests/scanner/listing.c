/* listing: see the header. */
#include "listing.h"

#include <assert.h>
#include <string.h>

#define NBSP "\u00a0"

/* English, Japanese and French labels are those of recordings, German and Polish those of published scripts; the
 * right-to-left one is invented. */
// clang-format off
const struct language languages[] = {
	{ "en", "Volume Shadow Copy Service administrative command-line tool",
		"Writer name:", "Writer Id:", "Writer Instance Id:", "State:", "Last error:",
		"'", "'", "Stable", "No error", "   ", "\r\n" },
	{ "ja", "ボリューム シャドウ コピー サービス管理コマンド ライン ツール",
		"ライター名:", "ライター Id:", "ライター インスタンス Id:", "状態:", "最後のエラー:",
		"'", "'", "安定", "エラーなし", "   ", "\r\n" },
	{ "ja, code page 932", "ボリューム シャドウ コピー サービス管理コマンド ライン ツール",
		"ライター名:", "ライター Id:", "ライター インスタンス Id:", "状態:", "最後のエラー:",
		"'", "'", "安定", "エラーなし", "   ", "\r\n", 932 },
	{ "fr", "Outil en ligne de commande d’administration du service de cliché instantané",
		"Nom du rédacteur" NBSP ":", "ID du rédacteur" NBSP ":", "ID de l’instance du rédacteur :", "État\u202f:\u202f",
		"Dernière erreur :", "'", "'", "Stable", "Aucune erreur", "   ", "\r\n" },
	{ "fr, code page 850", "Outil d'administration du service de cliché instantané",
		"Nom du rédacteur :", "ID du rédacteur :", "ID de l'instance du rédacteur :", "État :",
		"Dernière erreur :", "'", "'", "Stable", "Aucune erreur", "   ", "\r\n", 850 },
	{ "de", "Befehlszeilenprogramm für die Verwaltung des Volumeschattenkopie-Diensts",
		"Verfassername:", "Verfasserkennung:", "Verfasserinstanzkennung:", "Status:", "Letzter Fehler:",
		"\"", "\"", "Stabil", "Kein Fehler", "   ", "\r\n" },
	{ "de, code page 850", "Befehlszeilenprogramm für die Verwaltung des Volumeschattenkopie-Diensts",
		"Verfassername:", "Verfasserkennung:", "Verfasserinstanzkennung:", "Status:", "Letzter Fehler:",
		"\"", "\"", "Stabil", "Kein Fehler", "   ", "\r\n", 850 },
	{ "pl", "narzędzie wiersza polecenia usługi kopiowania woluminów w tle",
		"Nazwa modułu zapisującego:", "Identyfikator modułu zapisującego:", "Identyfikator wystąpienia:",
		"Stan:", "Ostatni błąd:", "'", "'", "Stabilny", "Nie ma błędów.", "   ", "\r\n" },
	{ "pl, code page 852", "narzędzie wiersza polecenia usługi kopiowania woluminów w tle",
		"Nazwa modułu zapisującego:", "Identyfikator modułu zapisującego:", "Identyfikator wystąpienia:",
		"Stan:", "Ostatni błąd:", "'", "'", "Stabilny", "Nie ma błędów.", "   ", "\r\n", 852 },
	{ "right to left", "\u200fכלי שורת פקודה",
		"\u200fשם כותב\u200f:", "\u200fמזהה\u200f:", "\u200fמופע\u200f:", "\u200fמצב\u200f:", "\u200fשגיאה\u200f:",
		"\u201e", "\u201c\u200f", "יציב", "אין שגיאה", "\u200f  ", "\r\n" },
	{ "full-width and curly", "ツール", "名前：", "Id：", "インスタンス：", "状態：", "エラー：",
		"‘", "’", "安定", "なし", "\u3000", "\r\n" },
	{ "tabs, bare line feeds, guillemets", "outil", "nom\t:", "id\t:", "instance\t:", "état\t:", "erreur\t:",
		"« ", " »", "stable", "aucune", "\t\t", "\n" },
	{ "not indented", "tool", "Writer name:", "Writer Id:", "Writer Instance Id:", "State:", "Last error:",
		"“", "”", "Stable", "No error", "", "\n" },
};

const struct listed minimum[] = {
	{ "System Writer", "e8132975-6f93-4464-a53e-1050253ae220", "7f4f6a3a-0001-4c5e-9a0b-eacf897c2bb2", 1, NULL },
	{ "ASR Writer", "be000cbe-11fe-4426-9c58-531aa6355fc4", "7f4f6a3a-0002-4c5e-9a0b-3f05d6e23c18", 1, NULL },
	{ "Registry Writer", "afbab4a2-367d-4d15-a586-71dbb18f8485", "7f4f6a3a-0003-4c5e-9a0b-5a769b979293", 1, NULL },
	{ "WMI Writer", "a6ad56c2-b509-4e6c-bb19-49d8f43532f0", "7f4f6a3a-0004-4c5e-9a0b-d7228e01237e", 1, NULL },
	{ "COM+ REGDB Writer", "542da469-d3e1-473c-9f4f-7847f01fc64f", "7f4f6a3a-0005-4c5e-9a0b-6b3475ddad24", 1, NULL },
	{ "Shadow Copy Optimization Writer", "4dc3bdd4-ab48-4d07-adb0-3bee2926fd7f",
		"7f4f6a3a-0006-4c5e-9a0b-f0ba3a6d115c", 1, NULL },
	{ "O'Brien: \"X\"", "11111111-2222-3333-4444-555555555555", "7f4f6a3a-0007-4c5e-9a0b-000000000007", 1, NULL },
};
// clang-format on
const size_t language_count = sizeof(languages) / sizeof(*languages);

const struct language *language(const char *about)
{
	for (size_t i = 0; i < language_count; i++)
		if (!strcmp(languages[i].about, about))
			return &languages[i];
	assert(!"a language of the table");
	return NULL;
}

void listing(
	struct str *out, const struct language *l, const char *preamble, const struct listed *writers, size_t count)
{
	const char *n = l->newline;

	str_addf(out, "vssadmin 1.1 - %s%s(C) Copyright 2001-2013 Microsoft Corp.%s%s", l->tool, n, n, n);
	if (preamble)
		str_addf(out, "%s%s%s", preamble, n, n);
	for (size_t i = 0; i < count; i++) {
		const struct listed *w = &writers[i];
		str_addf(out, "%s %s%s%s%s", l->name, l->open, w->name, l->close, n);
		str_addf(out, "%s%s {%s}%s", l->indent, l->id, w->id, n);
		str_addf(out, "%s%s {%s}%s", l->indent, l->instance, w->instance, n);
		str_addf(out, "%s%s [%d] %s%s", l->indent, l->state, w->state, w->word ? w->word : l->stable, n);
		str_addf(out, "%s%s %s%s%s", l->indent, l->error, w->error ? w->error : l->no_error, n, n);
	}
}
