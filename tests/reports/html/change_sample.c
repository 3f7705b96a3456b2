/* change_sample: writes the report of a made-up change, a server for each way it can end, one of them hostile:
 * change_sample FILE LANG */
#include <stdio.h>

#include "change_report.h"

#define HOSTILE                                                                                                        \
	"</style><script>window.hacked=1</script><img src=x onerror=window.hacked=2>\"' \xe2\x80\xae\x1b[31m evil"

static const struct server {
	const char *name, *result, *text; /* result NULL: left in the middle */
} servers[] = {
	{ "fs-tyo-0001.corp.example.jp", "fixed", "writers are back" },
	{ "ap-tyo-0002.corp.example.jp", "fixed_partial", "one writer is still missing" },
	{ "web-tyo-0003.corp.example.jp", "fix_pending", "the service waits for a restart" },
	{ "sql-tyo-0004.corp.example.jp", "fix_failed", "EventSystem did not start: 1053" },
	{ "<img src=x onerror=window.hacked=3>", "rolled_back", HOSTILE },
	{ "dc-osa-0006.corp.example.jp", "deferred", "a backup runs" },
	{ "fs-osa-0007.corp.example.jp", "skipped", "is in a process of its own already" },
	{ "ap-osa-0008.corp.example.jp", NULL, NULL },
};
enum { SERVERS = COUNT(servers) };

static json_t *look(int pid, const char *type, const char *const *group, size_t count, size_t writers)
{
	json_t *services = json_array(), *listed = json_array();

	for (size_t i = 0; i < count; i++)
		json_array_append_new(services, json_string(group[i]));
	for (size_t i = 0; i < writers; i++)
		json_array_append_new(listed, json_string("System Writer"));
	return json_pack(
		"{s:s, s:i, s:o, s:o}", "service_type", type, "pid", pid, "group", services, "writers", listed);
}

static void end_of(struct past *past, const struct server *server)
{
	static const char *const shared[] = { "FontCache", "netprofm", "nsi", HOSTILE };
	json_t *before = look(816, "Share Process", shared, server->text[0] == '<' ? 4 : 3, 0);
	json_t *after = look(1025, "Own Process", NULL, 0, 9);

	past->outcome[ACT_RESTART] = json_pack("{s:b, s:b, s:i, s:s, s:s}", "done", 1, "observed", 1, "code", 0,
		"message", server->text, "output", server->text);
	past->result = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:i, s:s, s:o, s:o, s:s, s:i}", "type",
		"change_result", "ended", "2026-11-23T01:02:03Z", "host", server->name, "action", "isolate", "result",
		server->result, "step", "verify", "code", 0, "reason", server->text, "before", before, "after", after,
		"message", server->text, "duration_ms", 4120);
}

int main(int argc, char **argv)
{
	static struct past host[SERVERS];
	struct change_past past = { .id = "C-20261123-01", .host = host, .count = SERVERS };
	struct change_report report = { .past = &past };
	struct error e = { 0 };

	if (argc != 3)
		return 2;
	struct report_options options = { .lang = argv[2], .csv_delimiter = ',' };
	past.start = json_pack("{s:s, s:s, s:s, s:s, s:{s:i, s:s, s:s, s:s}, s:s, s:[s, s]}", "type", "change_start",
		"at", "2026-11-23T01:00:00.000Z", "change", past.id, "action", "isolate", "who", "uid", 1000, "user",
		"alice", "host", "mgmt.corp.example.jp", "principal", "CORP\\alice", "ticket", "CHG0012345", "argv",
		"vssfleet", HOSTILE);
	past.end = json_pack("{s:s, s:s, s:s, s:s, s:i}", "type", "change_end", "at", "2026-11-23T01:10:00.000Z", "end",
		"complete", "why", "", "failed", 2);
	past.places = json_object();
	for (size_t i = 0; i < SERVERS; i++) {
		host[i].host = (char *)servers[i].name;
		json_object_set_new(past.places, servers[i].name, json_integer((json_int_t)i));
		host[i].intended[ACT_RESTART] = json_pack("{s:s}", "command", "sc config EventSystem type= own");
		if (servers[i].result)
			end_of(&host[i], &servers[i]);
	}
	FILE *out = fopen(argv[1], "w");
	if (!out || change_report_html(out, &report, &options, &e) < 0 || fclose(out) != 0) {
		fprintf(stderr, "change_sample: %s\n", e.cause);
		return 1;
	}
	return 0;
}
