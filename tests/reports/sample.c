/* sample: see the header. Memory that cannot be had ends the test. */
#include "sample.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char sample_run[27] = "01JD8QX5T0ABCDEFGHJKMNPQRS";

enum { PID_SHARED = 816, PID_ALONE = 1025, PID_SCM = 620 };

static char *copy(const char *text)
{
	char *made = text ? strdup(text) : NULL;
	assert(made || !text);
	return made;
}

static void *zeroed(size_t count, size_t size)
{
	void *made = calloc(count, size);
	assert(made);
	return made;
}

static void add_environment(struct environment_facts *env)
{
	env->caption = copy("Microsoft Windows Server 2012 R2 Standard");
	env->version = copy("6.3.9600");
	env->build = copy("9600");
	env->locale = copy("0411");
	env->product_type = 3;
	env->oem_codepage = 932;
	env->last_boot = SAMPLE_TIME - 86400 * 30;
	env->server_time = SAMPLE_TIME + 2;
	env->clock_skew_s = 2;
	env->skew_seen = true;
	env->manufacturer = copy("VMware, Inc.");
	env->model = copy("VMware Virtual Platform");
	env->uuid = copy("4c4c4544-0031-4a10-8052-b4c04f4a3132");
	env->hypervisor = "vmware";
	env->memory = (int64_t)4 << 30;
}

static void add_services(struct facts *facts, enum verdict verdict)
{
	static const struct {
		const char *name, *display, *group;
	} known[] = {
		{ "EventSystem", "COM+ Event System", "LocalService" },
		{ "FontCache", "Windows Font Cache Service", "LocalService" },
		{ "netprofm", "Network List Service", "LocalService" },
		{ "nsi", "Network Store Interface Service", "LocalService" },
		{ "VSS", "ボリューム シャドウ コピー", NULL },
		{ "CryptSvc", "Cryptographic Services", "NetworkService" },
		{ "Themes", "@%SystemRoot%\\system32\\themeservice.dll,-8192", "netsvcs" },
	};
	bool alone = verdict == VERDICT_HEALTHY || verdict == VERDICT_WRITERS_MISSING || verdict == VERDICT_VSS_FAULT;
	struct service_facts *services = &facts->services;
	struct eventsystem_facts *es = &facts->eventsystem;

	services->seen = true;
	services->count = COUNT(known);
	services->service = zeroed(COUNT(known), sizeof(*services->service));
	for (size_t i = 0; i < COUNT(known); i++) {
		char path[80] = "C:\\Windows\\system32\\vssvc.exe";
		if (known[i].group)
			snprintf(path, sizeof(path), "C:\\Windows\\system32\\svchost.exe -k %s", known[i].group);
		services->service[i] = (struct service){
			.name = copy(known[i].name),
			.display_name = copy(known[i].display),
			.state = copy(i == 4 ? "Stopped" : "Running"),
			.start_mode = copy(i == 4 ? "Manual" : "Auto"),
			.service_type =
				copy(i == 4 || (i == 0 && (alone || verdict == VERDICT_FIX_PENDING)) ? "Own Process"
												     : "Share Process"),
			.path = copy(path),
			.pid = i == 4            ? 0
			       : i == 0 && alone ? PID_ALONE
			       : i < 4           ? PID_SHARED
						 : PID_SCM,
		};
	}
	es->service = services->service;
	es->own_type = alone || verdict == VERDICT_FIX_PENDING;
	es->sharing = alone ? SHARING_ALONE : SHARING_SHARED;
	es->shared_count = alone ? 0 : 3;
	es->shared_with = zeroed(3, sizeof(*es->shared_with));
	for (size_t i = 0; i < es->shared_count; i++)
		es->shared_with[i] = &services->service[1 + i];
}

static void add_writers(struct vss_facts *vss, bool failed)
{
	static const struct {
		const char *name, *id, *service;
	} known[] = {
		{ "System Writer", "e8132975-6f93-4464-a53e-1050253ae220", "CryptSvc" },
		{ "ASR Writer", "be000cbe-11fe-4426-9c58-531aa6355fc4", "VSS" },
		{ "SqlServerWriter", "a65faa63-5ea8-4ebc-9dbd-a0c4db26912a", "SQLWriter" },
	};
	vss->outcome = VSS_WRITERS;
	vss->count = COUNT(known);
	vss->writer = zeroed(COUNT(known), sizeof(*vss->writer));
	for (size_t i = 0; i < COUNT(known); i++) {
		bool bad = failed && i == 2;
		struct writer *w = &vss->writer[i];
		*w = (struct writer){
			.name = copy(known[i].name),
			.state = bad ? 10 : 1,
			.state_text = copy(bad ? "失敗" : "安定"),
			.last_error = copy(bad ? "タイムアウト" : "エラーなし"),
			.complete = true,
			.error_free = !bad,
			.service = known[i].service,
		};
		snprintf(w->id, sizeof(w->id), "%s", known[i].id);
		snprintf(w->instance_id, sizeof(w->instance_id), "5f2a1c7e-0000-4000-8000-00000000000%zu", i);
	}
	vss->error_free_known = true;
}

static void add_vss(struct vss_facts *vss, enum verdict verdict)
{
	static const char head[] = "vssadmin 1.1 - ボリューム シャドウ コピー サービス管理コマンド ライン ツール\r\n"
				   "(C) Copyright 2001-2013 Microsoft Corp.\r\n\r\n";

	vss->exit_code = 0;
	vss->codepage = 932;
	vss->outcome = VSS_EMPTY;
	vss->raw = copy(head);
	if (verdict == VERDICT_UNKNOWN) {
		vss->outcome = VSS_TIMEOUT;
		vss->exit_code = UNSEEN;
		snprintf(vss->note, sizeof(vss->note), "vssadmin did not end within 120 s");
	} else if (verdict != VERDICT_AFFECTED && verdict != VERDICT_WRITERS_MISSING)
		add_writers(vss, verdict == VERDICT_VSS_FAULT);
}

static void add_events(struct event_facts *events, enum verdict verdict)
{
	static const struct {
		unsigned id;
		uint32_t hr;
		bool live;
		int age_s;
	} known[] = {
		{ 8193, 0x800401fb, true, 1 },
		{ 8193, 0x800401fb, false, 322 },
		{ 13, 0x800401fb, false, 323 },
		{ 13, 0x8007045b, false, 90000 },
	};
	bool quiet = verdict != VERDICT_AFFECTED && verdict != VERDICT_AT_RISK && verdict != VERDICT_FIX_PENDING;

	events->seen = true;
	events->window_h = 168;
	events->covered_from = SAMPLE_TIME - 168 * 3600;
	events->event = zeroed(COUNT(known), sizeof(*events->event));
	for (size_t i = quiet ? COUNT(known) - 1 : 0; i < COUNT(known); i++) {
		struct event *event = &events->event[events->count++];
		*event = (struct event){
			.time = SAMPLE_TIME - known[i].age_s,
			.record_id = 4711 - (int64_t)i,
			.id = known[i].id,
			.hr = known[i].hr,
			.text = copy("CoCreateInstance; 0x800401fb, オブジェクトは登録されていません。"),
			.live = known[i].live,
		};
		if (event->id == 8193)
			snprintf(event->clsid, sizeof(event->clsid), "e8132975-6f93-4464-a53e-1050253ae220");
	}
}

static void add_transport(struct result *r)
{
	r->connected = true;
	r->port = 5985;
	r->transport = (struct session_stats){
		.requests = 9,
		.bytes_in = 61234,
		.bytes_out = 14210,
		.scheme = "http",
		.auth = "kerberos",
		.sealed = true,
		.server_authenticated = true,
	};
	snprintf(r->transport.address, sizeof(r->transport.address), "10.1.2.12");
}

static void judge(struct judgement *j, enum verdict verdict)
{
	bool gone = verdict == VERDICT_AFFECTED || verdict == VERDICT_WRITERS_MISSING;
	bool shared = verdict == VERDICT_AFFECTED || verdict == VERDICT_FIX_PENDING || verdict == VERDICT_AT_RISK ||
		      verdict == VERDICT_SHARED || verdict == VERDICT_BUSY;
	bool events = verdict == VERDICT_AFFECTED || verdict == VERDICT_AT_RISK || verdict == VERDICT_FIX_PENDING;

	*j = (struct judgement){
		.verdict = verdict,
		.confidence = verdict == VERDICT_AFFECTED ? CONFIDENCE_CONFIRMED : CONFIDENCE_NONE,
		.cause = verdict == VERDICT_WRITERS_MISSING ? "eventsystem_stopped"
			 : verdict == VERDICT_VSS_FAULT     ? "writer_failed"
							    : NULL,
		.writers = gone ? CHECKPOINT_MATCH : CHECKPOINT_NO_MATCH,
		.environment = CHECKPOINT_MATCH,
		.events = events ? CHECKPOINT_MATCH : CHECKPOINT_NO_MATCH,
		.eventsystem = shared ? CHECKPOINT_MATCH : CHECKPOINT_NO_MATCH,
		.missing_known = true,
	};
	if (gone) {
		j->missing[0] = "System Writer";
		j->missing[1] = "ASR Writer";
		j->missing_count = 2;
	}
	if (verdict == VERDICT_UNKNOWN) {
		j->writers = CHECKPOINT_UNKNOWN;
		j->missing_known = false;
	}
	snprintf(j->reason, sizeof(j->reason), "a sample of the verdict %s", verdict_name(verdict));
	snprintf(j->reason_ja, sizeof(j->reason_ja), "%s の見本", verdict_name(verdict));
}

static void add_unreachable(struct result *r)
{
	struct error e = { 0 };

	error_code(&e, ERROR_AUTH, -1765328347, "KRB_AP_ERR_SKEW: clock skew 412 s");
	error_during(&e, "authenticate");
	result_add_error(r, "connect", &e);
	r->judgement = (struct judgement){ .verdict = VERDICT_UNREACHABLE };
	snprintf(r->judgement.reason, sizeof(r->judgement.reason), "the clocks differ by 412 s");
}

struct sample *sample_new(const char *name, enum verdict verdict)
{
	struct sample *s = zeroed(1, sizeof(*s));
	struct result *r = s->result = zeroed(1, sizeof(*r));

	s->host = (struct host){ .name = copy(name), .source = copy("hosts.ini"), .group_count = 1 };
	s->host.groups = zeroed(1, sizeof(*s->host.groups));
	s->host.groups[0] = copy("tyo");
	facts_init(&r->facts);
	r->host = &s->host;
	r->checked_at = SAMPLE_TIME;
	r->duration_ms = 4120;
	if (verdict == VERDICT_UNREACHABLE) {
		add_unreachable(r);
		return s;
	}
	judge(&r->judgement, verdict);
	add_environment(&r->facts.environment);
	add_services(&r->facts, verdict);
	add_vss(&r->facts.vss, verdict);
	add_events(&r->facts.events, verdict);
	add_transport(r);
	r->facts.backup = (struct backup_facts){ .seen = true,
		.product = "wsb",
		.schedule = "daily",
		.last_success = SAMPLE_TIME - 3 * 86400,
		.last_failure = SAMPLE_TIME - 320,
		.running = verdict == VERDICT_BUSY ? BACKUP_RUNNING_YES : BACKUP_RUNNING_NO };
	if (verdict == VERDICT_UNKNOWN) {
		struct error e = { 0 };
		error_set(&e, ERROR_TIMEOUT, "vssadmin did not end within 120 s");
		result_add_error(r, "vss", &e);
	}
	return s;
}

static void say(char **what, const char *text)
{
	if (!*what)
		return;
	free(*what);
	*what = copy(text);
}

struct sample *sample_hostile(const char *name, enum verdict verdict, const char *text)
{
	struct sample *s = sample_new(name, verdict);
	struct facts *f = &s->result->facts;
	struct environment_facts *env = &f->environment;
	char **everything[] = { &s->host.source, &s->host.groups[0], &env->caption, &env->version, &env->build,
		&env->locale, &env->manufacturer, &env->model, &env->uuid, &f->vss.raw };

	FOR_EACH(what, everything)
		say(*what, text);
	for (size_t i = 0; i < f->vss.count; i++) {
		say(&f->vss.writer[i].name, text);
		say(&f->vss.writer[i].state_text, text);
		say(&f->vss.writer[i].last_error, text);
	}
	for (size_t i = 0; i < f->services.count; i++) {
		say(&f->services.service[i].display_name, text);
		say(&f->services.service[i].state, text);
		say(&f->services.service[i].start_mode, text);
		say(&f->services.service[i].service_type, text);
		if (i && i < 4)
			say(&f->services.service[i].name, text);
	}
	for (size_t i = 0; i < f->events.count; i++)
		say(&f->events.event[i].text, text);
	for (size_t i = 0; i < s->result->error_count; i++)
		snprintf(s->result->errors[i].error.cause, sizeof(s->result->errors[i].error.cause), "%s", text);
	snprintf(f->vss.note, sizeof(f->vss.note), "%s", text);
	return s;
}

void sample_free(struct sample *s)
{
	if (!s)
		return;
	free(s->host.name);
	free(s->host.source);
	free(s->host.address);
	free(s->host.groups[0]);
	free(s->host.groups);
	result_free(s->result);
	free(s);
}
