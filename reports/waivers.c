/* waivers: which hosts and findings they hold for: see the header. */
#include "waivers.h"

#include <stdlib.h>

#include "hosts.h"
#include "inventory.h"
#include "language.h"

int waivers_cover(struct waivers *waivers, struct hosts *hosts, struct error *e)
{
	waivers->hosts = hosts;
	for (size_t i = 0; i < waivers->count; i++) {
		struct waiver *waiver = &waivers->waiver[i];
		struct error why = { 0 };
		free(waiver->covers);
		if (!(waiver->covers = calloc(hosts->count + 1, sizeof(*waiver->covers))))
			return error_set(e, ERROR_LOCAL, _("out of memory"));
		if (inventory_select(hosts, waiver->hosts, waiver->covers, &why) < 0)
			return error_set(e, ERROR_LOCAL, _("waiver \"%s\": hosts: %.250s"), waiver->id, why.cause);
	}
	return 0;
}

bool waiver_expired(const struct waivers *waivers, const struct waiver *waiver)
{
	return waivers->today > waiver->last_day;
}

static bool concerns(const struct waiver *waiver, size_t host, enum verdict verdict)
{
	return waiver->covers[host] && (waiver->allows >> verdict & 1);
}

const struct waiver *waivers_for(struct waivers *waivers, const char *host, enum verdict verdict)
{
	struct error e = { 0 };
	size_t at;

	if (!waivers->count || hosts_find(waivers->hosts, host, &at, &e) <= 0)
		return NULL;
	for (size_t i = 0; i < waivers->count; i++) {
		struct waiver *waiver = &waivers->waiver[i];
		if (concerns(waiver, at, verdict) && !waiver_expired(waivers, waiver)) {
			waiver->used++;
			return waiver;
		}
	}
	for (size_t i = 0; i < waivers->count; i++) /* none holds: what expired did so to some effect */
		waivers->waiver[i].lapsed += concerns(&waivers->waiver[i], at, verdict);
	return NULL;
}

int waivers_mark(struct waivers *waivers, json_t *record)
{
	const char *host = json_string_value(json_object_get(json_object_get(record, "host"), "name"));
	const char *word = json_string_value(json_object_get(record, "verdict"));
	int verdict = word ? verdict_of_name(word) : -1;
	const struct waiver *waiver = host && verdict >= 0 ? waivers_for(waivers, host, (enum verdict)verdict) : NULL;

	if (!waiver)
		return 0;
	return json_object_set_new(record, "waiver",
		json_pack("{s:s, s:s, s:s?, s:s, s:s}", "id", waiver->id, "reason", waiver->reason, "ticket",
			waiver->ticket, "owner", waiver->owner, "expires", waiver->expires));
}

static json_int_t covered(const struct waivers *waivers, const struct waiver *waiver)
{
	json_int_t count = 0;

	for (size_t i = 0; waiver->covers && i < waivers->hosts->count; i++)
		count += waiver->covers[i];
	return count;
}

json_t *waivers_describe(const struct waivers *waivers)
{
	json_t *list = json_array();

	for (size_t i = 0; list && i < waivers->count; i++) {
		const struct waiver *w = &waivers->waiver[i];
		json_t *one = json_pack("{s:s, s:s, s:I, s:s, s:s, s:s?, s:s, s:s?, s:s?, s:s}", "id", w->id, "hosts",
			w->hosts, "covers", covered(waivers, w), "verdicts", w->verdicts, "reason", w->reason, "ticket",
			w->ticket, "owner", w->owner, "approved_by", w->approved_by, "created", w->created, "expires",
			w->expires);
		if (json_array_append_new(list, one) < 0) {
			json_decref(list);
			return NULL;
		}
	}
	return list;
}
