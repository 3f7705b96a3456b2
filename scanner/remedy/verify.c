/* verify: see the header. The checks of the services, and what all checks come to. */
#include "verify.h"

#include <string.h>
#include <strings.h>

#include "proof.h"

static void proof_done(struct proof *p)
{
	sentence_done(&p->good);
	sentence_done(&p->partly);
	sentence_done(&p->unknown);
	sentence_done(&p->wrong);
}

/* --- EventSystem --- */

static void check_running(struct proof *p)
{
	const struct eventsystem_facts *es = &p->facts->eventsystem;
	const char *state = p->after->state.run_state;

	if (es->sharing == SHARING_STOPPED) {
		p->stopped = true;
		WRONG(p, "EventSystem does not run: start it");
	} else if (es->pending)
		UNKNOWN(p, "EventSystem is changing its state");
	else if (es->sharing == SHARING_UNKNOWN)
		UNKNOWN(p, "whether EventSystem runs is not known");
	else if (state && strcasecmp(state, "Running"))
		WRONG(p, "EventSystem is %s", state);
}

static void check_type(struct proof *p, const char *wanted)
{
	const char *type = p->after->state.service_type;

	if (!type || !wanted)
		UNKNOWN(p, "the type of EventSystem is not known");
	else if (strcasecmp(type, wanted))
		WRONG(p, "the type of EventSystem is %s, not %s", type, wanted);
}

static bool check_new_process(struct proof *p)
{
	int64_t pid = p->after->state.pid;

	if (p->before->pid == UNSEEN)
		UNKNOWN(p, "in which process EventSystem was before is not known");
	else if (pid == p->before->pid)
		WRONG(p, "EventSystem is still in process %lld: it has not been restarted", (long long)pid);
	return p->before->pid != UNSEEN && pid != p->before->pid;
}

static void check_own_process(struct proof *p)
{
	const struct eventsystem_facts *es = &p->facts->eventsystem;

	check_type(p, "Own Process");
	if (es->sharing != SHARING_SHARED && es->sharing != SHARING_ALONE)
		return;
	if (es->sharing == SHARING_SHARED) {
		WRONG(p, "EventSystem still shares ");
		phrase_sharing(&p->wrong, es);
	} else if (check_new_process(p))
		GOOD(p, "own process %lld", (long long)es->service->pid);
}

static void check_rebooted(struct proof *p)
{
	const struct state *before = p->before, *after = &p->after->state;

	if (before->last_boot == UNSEEN || after->last_boot == UNSEEN)
		UNKNOWN(p, "when the server was last started is not known");
	else if (state_same_boot(before, after))
		WRONG(p, "the server has not been restarted");
	else if (after->last_boot < before->last_boot)
		UNKNOWN(p, "the clock of the server was set back: whether it was restarted is not known");
	else {
		GOOD(p, "restarted at ");
		phrase_time(&p->good.text, after->last_boot);
	}
}

static void check_eventsystem(struct proof *p)
{
	bool runs = p->facts->eventsystem.sharing == SHARING_ALONE || p->facts->eventsystem.sharing == SHARING_SHARED;

	check_running(p);
	switch (p->action) {
	case ACTION_ISOLATE:
		check_own_process(p);
		break;
	case ACTION_RESTART_GROUP:
		if (runs && check_new_process(p))
			GOOD(p, "new process %lld", (long long)p->after->state.pid);
		break;
	case ACTION_REBOOT:
		check_rebooted(p);
		break;
	default:
		check_type(p, p->wanted_type);
		if (runs)
			GOOD(p, "type %s, process %lld", p->wanted_type ? p->wanted_type : "not known",
				(long long)p->after->state.pid);
	}
}

/* --- the services that ran before --- */

enum running { RUNS, RUNS_NOT, CHANGES, MAY_REST };

/* Windows starts the automatic ones; the others are started when somebody needs them. */
static enum running how_it_runs(const struct proof *p, const char *name)
{
	const struct service *service = service_find(&p->facts->services, name);
	const char *state = service ? service->state : NULL, *mode = service ? service->start_mode : NULL;

	if (state && strstr(state, " Pending"))
		return CHANGES;
	if (service && service->pid)
		return RUNS;
	return p->action == ACTION_REBOOT && mode && strcasecmp(mode, "Auto") ? MAY_REST : RUNS_NOT;
}

struct roll { /* who of a list runs */
	struct names runs, runs_not, changes;
};

static void roll_done(struct roll *roll)
{
	names_done(&roll->runs);
	names_done(&roll->runs_not);
	names_done(&roll->changes);
}

static int call_roll(const struct proof *p, const struct names *expected, struct roll *roll)
{
	struct error ignored = { 0 };

	for (size_t i = 0; i < expected->count; i++) {
		struct names *to[] = { [RUNS] = &roll->runs, [RUNS_NOT] = &roll->runs_not, [CHANGES] = &roll->changes };
		enum running how = how_it_runs(p, expected->name[i]);
		if (how != MAY_REST && strcasecmp(expected->name[i], "EventSystem") &&
			names_add(to[how], expected->name[i], &ignored) < 0)
			return -1;
	}
	return 0;
}

static void list(struct sentence *s, const struct names *names)
{
	phrase_names(s, (const char *const *)names->name, names->count);
}

static void check_list(struct proof *p, const char *what, const struct names *expected)
{
	OWN_VALUE(roll_done) struct roll roll = { 0 };

	if (call_roll(p, expected, &roll) < 0)
		UNKNOWN(p, "out of memory");
	if (roll.changes.count) {
		UNKNOWN(p, "changing their state: ");
		list(&p->unknown, &roll.changes);
	}
	if (roll.runs_not.count) {
		p->stopped = true;
		WRONG(p, "%s that ran before and do not run now: ", what);
		list(&p->wrong, &roll.runs_not);
	}
	if (roll.runs.count) {
		GOOD(p, "%s ", what);
		list(&p->good, &roll.runs);
		str_add(&p->good.text, " run");
	}
}

static void check_services(struct proof *p)
{
	if (!p->facts->services.seen) {
		UNKNOWN(p, "the list of services could not be read");
		return;
	}
	check_list(p, "dependents", &p->before->stops);
	check_list(p, "former neighbours", &p->before->group);
}

static void compose(const struct proof *p, struct verification *v)
{
	OWN_VALUE(sentence_done) struct sentence s = { .tongue = ENGLISH };

	v->verified = p->wrong.text.len     ? VERIFIED_NO
		      : p->unknown.text.len ? VERIFIED_UNKNOWN
		      : p->partly.text.len  ? VERIFIED_PARTLY
					    : VERIFIED_YES;
	v->stopped = p->stopped;
	if (v->verified == VERIFIED_NO)
		str_add(&s.text, str_text(&p->wrong.text));
	else if (v->verified == VERIFIED_UNKNOWN)
		message_add(&s, "", "not proved: %s", str_text(&p->unknown.text));
	else
		message_add(&s, "", "%s%s%s", str_text(&p->good.text), p->partly.text.len ? ", but " : "",
			str_text(&p->partly.text));
	message_put(v->message, sizeof(v->message), &s);
}

struct verification verify(const struct state *before, const struct survey *after, enum action action,
	const char *wanted_type, int64_t since)
{
	OWN_VALUE(proof_done)
	struct proof p = { .before = before,
		.after = after,
		.facts = &after->result->facts,
		.action = action,
		.wanted_type = wanted_type,
		.since = since };
	struct verification v = { .verified = VERIFIED_UNKNOWN };

	if (!after->result->connected)
		UNKNOWN(&p, "the server could not be asked: %s", after->result->judgement.reason);
	else {
		check_eventsystem(&p);
		check_services(&p);
		if (action != ACTION_REVERT) {
			proof_check_writers(&p);
			proof_check_events(&p);
		}
	}
	compose(&p, &v);
	return v;
}
