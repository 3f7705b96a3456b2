/* waived: see the header. */
#include "waived.h"
#include "command.h"
#include "config_files.h"
#include "language.h"

#include <errno.h>
#include <time.h>
#include <unistd.h>

static const char name[] = "waivers.conf";
static const char of_system[] = CONFIG_SYSTEM "/waivers.conf";

static bool is_there(const char *path)
{
	return *path && (access(path, F_OK) == 0 || errno != ENOENT); /* what cannot be seen must not be passed over */
}

int waived_path(struct str *path, const struct options *o, bool to_write, struct error *e)
{
	OWN_VALUE(str_done) struct str own = { 0 };
	bool of_root = geteuid() == 0;

	config_path(&own, name);
	if (o->waivers)
		str_add(path, o->waivers);
	else if (is_there(str_text(&own)))
		str_add(path, str_text(&own));
	else if (is_there(of_system) || (to_write && of_root))
		str_add(path, of_system);
	else if (to_write)
		str_add(path, str_text(&own));
	if (to_write && !path->len)
		return error_set(e, ERROR_LOCAL, _("no place for %s: HOME is not set; give --waivers FILE"), name);
	return str_failed(path) ? error_set(e, ERROR_LOCAL, _("the path of %s is too long"), name) : 0;
}

int waived_read(struct waivers *waivers, const struct options *o, struct hosts *hosts, struct error *e)
{
	OWN_VALUE(str_done) struct str path = { 0 };

	*waivers = (struct waivers){ 0 };
	if (waived_path(&path, o, false, e) < 0)
		return -1;
	if (!path.len)
		return 0;
	return waivers_read(waivers, str_text(&path), waivers_day(time(NULL)), e) < 0
		       ? -1
		       : waivers_cover(waivers, hosts, e);
}

void waived_tell_lapsed(const struct waivers *waivers)
{
	for (size_t i = 0; i < waivers->count; i++) {
		const struct waiver *waiver = &waivers->waiver[i];
		if (waiver->lapsed)
			complain_text(0,
				P_("WAIVER EXPIRED: \"%s\" of %s ended on %s: %zu server is a finding again",
					"WAIVER EXPIRED: \"%s\" of %s ended on %s: %zu servers are findings again",
					waiver->lapsed),
				waiver->id, waiver->owner, waiver->expires, waiver->lapsed);
	}
}
