/* windows: see the header. */
#include "windows.h"
#include "language.h"

#include <stdlib.h>
#include <string.h>

void windows_done(struct windows *windows)
{
	for (size_t i = 0; i < windows->count; i++)
		free(windows->list[i].group);
	free(windows->list);
	*windows = (struct windows){ 0 };
}

/* "tokyo=22:00-04:00". */
static int add(struct windows *windows, const char *word, struct error *e)
{
	const char *sign = strchr(word, '=');
	struct group_window *grown = reallocarray(windows->list, windows->count + 1, sizeof(*grown));

	if (!grown)
		return error_set(e, ERROR_LOCAL, _("out of memory"));
	windows->list = grown;
	struct group_window *added = &grown[windows->count];
	*added = (struct group_window){ 0 };
	if (sign == word)
		return error_set(e, ERROR_LOCAL, _("change window \"%s\": the group has no name"), word);
	if (window_parse(sign ? sign + 1 : word, &added->window, e) < 0)
		return -1;
	if (sign && !(added->group = strndup(word, (size_t)(sign - word))))
		return error_set(e, ERROR_LOCAL, _("out of memory"));
	windows->count++;
	return 0;
}

int windows_parse(struct windows *windows, const char *text, struct error *e)
{
	OWN(own_free) char *words = strdup(text);

	if (!words)
		return error_set(e, ERROR_LOCAL, _("out of memory"));
	for (char *rest = words, *word; (word = strsep(&rest, ","));)
		if (add(windows, word, e) < 0)
			return -1;
	return 0;
}

static bool is_in(const struct host *host, const char *group)
{
	for (size_t i = 0; i < host->group_count; i++)
		if (!strcmp(host->groups[i], group))
			return true;
	return false;
}

unsigned windows_open_in(const struct windows *windows, const struct host *host, time_t now)
{
	for (size_t i = 0; i < windows->count; i++)
		if (!windows->list[i].group || is_in(host, windows->list[i].group))
			return window_opens_in(&windows->list[i].window, now);
	return windows->count ? WINDOW_NEVER_S : 0;
}
