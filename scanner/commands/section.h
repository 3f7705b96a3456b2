#pragma once
/* section: what the sections of a configuration spell. Every setting has one name, the long one of its option; [mail],
 * [report], [store] and [policy] are shorter words for those that belong together:
 *     [mail]
 *     to = backup@corp.example          is mail-to = backup@corp.example
 *     user = vss                        is smtp-user = vss
 *     [store]
 *     file = /srv/vssfleet/store.db     is store = /srv/vssfleet/store.db */

#include "ini_file.h"

/* The setting's name, a constant. NULL with *e set: the section or the key is none. general: it holds for all profiles.
 */
const char *section_setting(const struct ini_line *line, bool *general, struct error *e);

/* A setting that key was probably meant to be; NULL: none. */
const char *setting_near(const char *key);
