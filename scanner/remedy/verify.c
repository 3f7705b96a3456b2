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

/* How a service that ran before stands now. */
enum standing {
	RUNS,
	CHANGES,
	RESTS,      /* on demand, and nothing of ours stopped it: it has ended by itself */
	NOT_YET,    /* Windows starts it after a boot */
	LEFT_ALONE, /* should run, but nothing of ours stopped it */
	IDLE,       /* started again on demand; ends when it has nothing to do, as BITS does */
	DOWN,
	STANDINGS
};

/* A start mode that is not known counts as automatic: what must run is not excused. */
static enum standing standing_of(const struct proof *p, const char *name)
{
	const struct service *service = service_find(&p->facts->services, name);
	const char *state = service ? service->state : NULL, *mode = service ? service->start_mode : NULL;
	bool automatic = !mode || !strcasecmp(mode, "Auto");

	if (state && strstr(state, " Pending"))
		return CHANGES;
	if (service && service->pid)
		return RUNS;
	if (p->action == ACTION_REBOOT)
		return automatic ? NOT_YET : RESTS;
	if (!names_have(&p->before->stops, name))
		return automatic ? LEFT_ALONE : RESTS;
	return mode && !strcasecmp(mode, "Manual") ? IDLE : DOWN;
}

struct roll {
	struct names in[STANDINGS];
};

static void roll_done(struct roll *roll)
{
	for (size_t i = 0; i < STANDINGS; i++)
		names_done(&roll->in[i]);
}

/* EventSystem is judged apart. */
static int call_roll(const struct proof *p, const struct names *expected, const struct names *but, struct roll *roll)
{
	struct error ignored = { 0 };

	for (size_t i = 0; i < expected->count; i++) {
		const char *name = expected->name[i];
		if (strcasecmp(name, "EventSystem") && !(but && names_have(but, name)) &&
			names_add(&roll->in[standing_of(p, name)], name, &ignored) < 0)
			return -1;
	}
	return 0;
}

static void tell(struct sentence *s, const char *what, const char *how, const struct names *who)
{
	if (!who->count)
		return;
	message_add(s, "; ", "%s %s: ", what, how);
	phrase_names(s, (const char *const *)who->name, who->count);
}

/* but: of whom another list tells; NULL: nobody. */
static void check_list(struct proof *p, const char *what, const struct names *expected, const struct names *but)
{
	OWN_VALUE(roll_done) struct roll roll = { 0 };

	if (call_roll(p, expected, but, &roll) < 0)
		UNKNOWN(p, "out of memory");
	tell(&p->wrong, what, "that ran before and do not run now", &roll.in[DOWN]);
	tell(&p->unknown, what, "that are changing their state", &roll.in[CHANGES]);
	tell(&p->unknown, what, "that do not run yet", &roll.in[NOT_YET]);
	tell(&p->partly, what, "that are started on demand and do not run now", &roll.in[IDLE]);
	tell(&p->partly, what, "that do not run now, but were not stopped by the repair", &roll.in[LEFT_ALONE]);
	p->stopped |= roll.in[DOWN].count || roll.in[IDLE].count;
	if (roll.in[RUNS].count) {
		GOOD(p, "%s ", what);
		phrase_names(&p->good, (const char *const *)roll.in[RUNS].name, roll.in[RUNS].count);
		str_add(&p->good.text, " run");
	}
}

static void check_services(struct proof *p)
{
	const struct names *stops = &p->before->stops;

	if (!p->facts->services.seen) {
		UNKNOWN(p, "the list of services could not be read");
		return;
	}
	check_list(p, p->action == ACTION_RESTART_GROUP ? "restarted services" : "dependents", stops, NULL);
	check_list(p, "former neighbours", &p->before->group, stops);
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
