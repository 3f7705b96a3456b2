/* run_meta: see the header. */
#include "run_meta.h"

static bool is_narrowed(const struct options *o)
{
	return o->argument_count || options_said("limit") || (o->profile && o->source_count && !o->sources_configured);
}

int run_meta_settings(json_t *meta, const struct options *o, const struct waivers *waivers)
{
	json_t *profile = o->profile ? json_string(o->profile) : json_null();

	return json_object_set_new(meta, "profile", profile) < 0 ||
			       json_object_set_new(meta, "narrowed", json_boolean(is_narrowed(o))) < 0 ||
			       json_object_set_new(meta, "waivers", waivers_describe(waivers)) < 0
		       ? -1
		       : 0;
}
