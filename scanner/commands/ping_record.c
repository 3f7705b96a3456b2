/* ping_record: see the header. Unknown is null, never absent, as in all records. */
#include "ping_record.h"
#include "record.h"
#include "value.h"

static json_t *text(const char *text)
{
	return value_text(text && text[0] ? text : NULL, RECORD_TEXT_MAX);
}

static json_t *legs_of(const struct ping *p)
{
	static const char *const states[] = { [LEG_SKIPPED] = "skipped", [LEG_OK] = "ok", [LEG_FAILED] = "failed" };
	json_t *legs = json_object();

	for (enum ping_leg leg = LEG_NAME; leg < LEGS; leg++)
		json_object_set_new(legs, ping_leg_name(leg), json_string(states[p->leg[leg]]));
	return legs;
}

static json_t *error_of(const struct error *e)
{
	if (e->kind == ERROR_NONE)
		return json_null();
	return json_pack("{s:s, s:s?, s:o, s:o}", "kind", error_kind_name(e->kind), "operation", e->operation, "code",
		e->has_code ? json_integer(e->code) : json_null(), "cause", value_text(e->cause, sizeof(e->cause)));
}

static json_t *transport_of(const struct ping *p)
{
	const struct session_stats *t = &p->transport;
	bool in = p->leg[LEG_AUTH] == LEG_OK;

	return json_pack("{s:o, s:s?, s:o, s:o, s:o, s:o}", "scheme",
		p->port ? json_string(p->tls ? "https" : "http") : json_null(), "auth", t->auth, "spn", text(t->spn),
		"sealed", in ? json_boolean(t->sealed) : json_null(), "server_authenticated",
		in ? json_boolean(t->server_authenticated) : json_null(), "clock_skew_s",
		p->greeting.dated ? json_integer(p->greeting.ahead_s) : json_null());
}

json_t *ping_record(const struct ping *p)
{
	const char *address = p->transport.address[0] ? p->transport.address : p->greeting.address;

	return json_pack("{s:s, s:s, s:{s:o, s:o, s:o}, s:b, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:I}", "type",
		"ping", "schema", RECORD_SCHEMA, "host", "name", text(p->host->name), "address", text(address), "port",
		p->port ? json_integer(p->port) : json_null(), "reachable", ping_reachable(p), "legs", legs_of(p),
		"error", error_of(&p->error), "shell_error", error_of(&p->shell), "vendor",
		text(p->greeting.product.vendor), "version", text(p->greeting.product.version), "offers",
		text(p->greeting.offers), "os", text(p->windows), "transport", transport_of(p), "duration_ms",
		(json_int_t)p->duration_ms);
}
