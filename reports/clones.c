/* clones: see the header. */
#include "clones.h"

#include <stdlib.h>
#include <string.h>

#include "escape.h"
#include "fold.h"
#include "history.h"
#include "language.h"
#include "own.h"

enum { GROUPS_SHOWN = 6 };

struct machine {
	char *id;    /* NULL: none yet */
	char **name; /* the servers that say it; there is room for all of the run */
	size_t count;
};

struct telling {
	struct str *out;
	struct machine machine; /* that in hand */
	size_t room, told;      /* names that there is room for; machines before it */
	bool no_memory;
};

static void forget(struct machine *machine)
{
	for (size_t i = 0; i < machine->count; i++)
		free(machine->name[i]);
	free(machine->id);
	*machine = (struct machine){ .name = machine->name };
}

/* Names are the inventory's, ids may be of a store that somebody else wrote. */
static void tell(struct telling *t)
{
	OWN_VALUE(str_done) struct str names = { 0 };
	OWN_VALUE(str_done) struct str safe = { 0 };
	OWN_VALUE(str_done) struct str id = { 0 };

	if (!t->machine.id)
		return;
	if (t->told++ < CLONES_SHOWN) {
		fold_hosts(&names, (const char *const *)t->machine.name, t->machine.count, GROUPS_SHOWN);
		escape_terminal(&safe, str_text(&names));
		escape_terminal(&id, t->machine.id);
		str_addf(t->out,
			_("NOTE  %zu servers are one machine, or clones (UUID %s): %s; keep one name, or give each "
			  "clone its own UUID\n"),
			t->machine.count, str_text(&id), str_text(&safe));
	}
	forget(&t->machine);
}

static int note(void *context, const char *id, const char *host)
{
	struct telling *t = context;

	if (t->machine.count == t->room) /* a store that is damaged has more of them than the run */
		return 1;
	if (t->machine.id && strcmp(t->machine.id, id) != 0)
		tell(t);
	if (!t->machine.id)
		t->machine.id = strdup(id);
	char *name = strdup(host);
	t->no_memory = !t->machine.id || !name;
	if (name)
		t->machine.name[t->machine.count++] = name;
	return t->no_memory;
}

int clone_lines(struct str *out, struct store *store, const struct run_info *run, struct error *e)
{
	OWN(own_free) char **names = calloc((size_t)run->total + 1, sizeof(*names));
	struct telling t = { .out = out, .machine = { .name = names }, .room = run->total, .no_memory = !names };
	int rc = names ? history_clones(store, run->id, note, &t, e) : -1;

	if (t.no_memory)
		rc = error_set(e, ERROR_LOCAL, _("out of memory for %u hosts"), run->total);
	if (rc == 0)
		tell(&t);
	forget(&t.machine);
	if (rc == 0 && t.told > CLONES_SHOWN)
		str_addf(out,
			P_("NOTE  and %zu more machine under several names\n",
				"NOTE  and %zu more machines under several names\n", t.told - CLONES_SHOWN),
			t.told - CLONES_SHOWN);
	return rc;
}
