/* Reads recordings of real Windows hosts, where VSSFLEET_RECORDINGS names their directory: conversations as pypsrp
 * records them (*.yml, lines "request:" and "response:"), and faults. They are not ours to copy. */
#include "cases.h"
#include "fault.h"
#include "reply.h"
#include "shell.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *read_file(const char *name)
{
	const char *directory = getenv("VSSFLEET_RECORDINGS");
	char path[4096], piece[4096];
	struct str text = { 0 };

	if (!directory)
		skip();
	snprintf(path, sizeof(path), "%s/%s", directory, name);
	FILE *f = fopen(path, "re");
	if (!f)
		fail_msg("cannot open %s", path);
	for (size_t n; (n = fread(piece, 1, sizeof(piece), f)) > 0;)
		str_addn(&text, piece, n);
	fclose(f);
	char *whole = str_take(&text);
	assert_non_null(whole);
	return whole;
}

/* The answers of a conversation in their order, each put in relation to the request at hand. Our Delete gets the answer
 * to the Signal that was recorded before it: both are empty. */
struct tape {
	char *at;
};

static int play(void *context, const char *request, size_t len, struct str *reply, struct error *e)
{
	static const char mark[] = "  response: ", relates[] = "<a:RelatesTo>", id_mark[] = "<a:MessageID>";
	struct tape *tape = context;
	(void)len, (void)e;

	char *line = strstr(tape->at, mark);
	assert_non_null(line);
	line += strlen(mark);
	char *end = line + strcspn(line, "\n"), *id = strstr(line, relates);
	tape->at = end;
	assert_true(id && id < end);
	const char *ours = strstr(request, id_mark) + strlen(id_mark);
	str_addn(reply, line, (size_t)(id + strlen(relates) - line));
	str_addn(reply, ours, strcspn(ours, "<"));
	id = strstr(id, "</a:RelatesTo>");
	str_addn(reply, id, (size_t)(end - id));
	return 0;
}

static void recorded_shells_run_to_their_end(void **state)
{
	static const struct {
		const char *file;
		uint32_t exit_code;
		const char *out; /* its beginning */
	} cases[] = {
		{ "test_winrs_operation_timeout.yml", 0, "hi\nhi again\n" },
		{ "test_winrs_standard.yml", 0, "hi" },
		{ "test_winrs_stderr_rc.yml", 1, "" },
	};
	(void)state;
	FOR_EACH(c, cases) {
		OWN(own_free) char *text = read_file(c->file);
		struct tape tape = { .at = text };
		OWN(session_free)
		struct session *s = session_scripted("srv", play, &tape, deadline_in(600000, NULL));
		struct shell_output output;
		struct error e = { 0 };
		int rc = shell_run(s, 65001, "anything", &output, NULL, &e);
		if (rc < 0 || !output.has_exit_code || output.exit_code != c->exit_code)
			fail_msg("%s: %d %u %s", c->file, rc, output.exit_code, e.cause);
		if (strncmp(str_text(&output.out), c->out, strlen(c->out)) != 0)
			fail_msg("%s: printed \"%s\"", c->file, str_text(&output.out));
		shell_output_done(&output);
	}
}

static void recorded_faults_are_read(void **state)
{
	static const struct {
		const char *file;
		enum error_kind kind;
		int64_t code;
		const char *cause;
	} cases[] = {
		{ "soap_fault_v2.xml", ERROR_FAULT, FAULT_FILTER, "The specified class does not exist" },
		{ "wmi_error_v2.xml", ERROR_QUOTA, FAULT_SHELLS_PER_USER, "maximum number of 30 concurrent shells" },
	};
	(void)state;
	FOR_EACH(c, cases) {
		OWN(own_free) char *text = read_file(c->file);
		OWN_VALUE(str_done) struct str document = { 0 };
		struct error e = { 0 };
		str_add(&document, text);
		if (reply_read(&document, NULL, NULL, &e) == 0 || e.kind != c->kind || e.code != c->code ||
			!strstr(e.cause, c->cause))
			fail_msg("%s: %s %lld %s", c->file, error_kind_name(e.kind), (long long)e.code, e.cause);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(recorded_shells_run_to_their_end),
		cmocka_unit_test(recorded_faults_are_read),
	};
	xml_global_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
