#pragma once
/* change_folder: what is kept of a change beside the journal: changes/CHANGE/ with the plan, hosts/NAME.json for each
 * host (its result, and what was seen of it before and after) and the report. */

#include "remedy.h"
#include "str.h"

/* Makes the folder (0700) and puts the plan into it. directory: of the store. *path: the folder's. A fresh change that
 * finds one already is ERROR_LOCAL with code EEXIST: it is of a change that another journal knows. */
int change_folder_make(struct str *path, const char *directory, const char *change, bool fresh, const struct plan *plan,
	struct error *e);
/* When the journal knows the change: from now on the folder is taken. */
int change_folder_take(const char *path, struct error *e);
/* The plan's file in it. */
void change_folder_plan(struct str *path, const char *directory, const char *change);
/* What an earlier part of the change saw before the repair stays. */
int change_folder_keep(
	const char *path, const struct repair *repair, const struct remedy_options *options, struct error *e);
/* HTML, CSV and NDJSON of what the journal says of the change. */
int change_folder_report(
	const char *path, const char *journal, const char *change, const struct plan *plan, struct error *e);
