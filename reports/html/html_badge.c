/* html_badge: what stands beside a verdict without changing it: a waiver, a repair that did not last. A badge is the
 * key of its text and the texts that this takes, so that the script can say it too, in either language. */
#include "html_page.h"

#include <string.h>

#include "counted.h"
#include "own.h"
#include "waivers.h"

bool html_is_waived(const struct page *page, const struct shown_host *host)
{
	return host->waiver && waiver_allows(host->verdict) &&
	       waiver_status(host->waiver, page->run->started) != WAIVER_EXPIRED;
}

static const char *or_dash(const char *text)
{
	return text ? text : "\xe2\x80\x93";
}

static json_t *day(const struct page *page, int64_t seconds)
{
	char text[11];

	page_day(text, page, seconds);
	return json_string(text);
}

static const char *text_at(const json_t *object, const char *key)
{
	return or_dash(json_string_value(json_object_get(object, key)));
}

json_t *html_badges(const struct page *page, const struct shown_host *host)
{
	json_t *badges = json_array();

	if (html_is_waived(page, host))
		json_array_append_new(
			badges, json_pack("[s s s s]", "waived", text_at(host->waiver, "id"),
					text_at(host->waiver, "owner"), text_at(host->waiver, "expires")));
	if (host->regressed)
		json_array_append_new(badges, json_pack("[s o o s]", "regressed", day(page, host->repaired),
						      day(page, host->back), or_dash(host->change)));
	return badges;
}

/* A template's {0} is the badge's first text. */
static void say(const struct page *page, const char *template, const json_t *badge)
{
	while (*template) {
		int plain = (int)strcspn(template, "{");
		fprintf(page->out, "%.*s", plain, template);
		template += plain;
		if (!*template)
			break;
		page_shown(page, json_string_value(json_array_get(badge, (size_t)(template[1] - '0') + 1)));
		template += strlen("{0}");
	}
}

void page_badges(const struct page *page, const struct shown_host *host)
{
	json_t *badges = html_badges(page, host), *badge;
	size_t i;
	char key[40];

	json_array_foreach(badges, i, badge)
	{
		const char *name = json_string_value(json_array_get(badge, 0));
		snprintf(key, sizeof(key), "b.%s", name);
		fprintf(page->out, "<div class=\"badge %s\">", name);
		page_icon(page, name);
		say(page, page_phrase(page, key), badge);
		page_put(page, "</div>");
	}
	json_decref(badges);
}
