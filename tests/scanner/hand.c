/* hand: see the header. */
#include "hand.h"

#include <assert.h>
#include <fcntl.h>
#include <iconv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collected.h"
#include "collector.h"
#include "digest.h"
#include "listing.h"
#include "own.h"

enum { UTF16 = 1200 };

#define NS "xmlns='http://schemas.microsoft.com/win/2004/08/events/event'"
#define RECORD(provider, channel, id, record, time, data)                                                              \
	"<Event " NS "><System><Provider Name='" provider "'/><EventID>" id "</EventID><TimeCreated SystemTime='" time \
	"'/><EventRecordID>" record "</EventRecordID><Channel>" channel                                                \
	"</Channel><Computer>srv</Computer></System><EventData>" data "</EventData></Event>"
#define VSS(id, record, time, data) RECORD("VSS", "Application", id, record, time, data)
#define LIST(events) "<Events>" events "</Events>\r\n"
#define E13 "<Data>{4e14fba2-2e22-11d1-9964-00c04fbbb345}</Data><Data>CEventSystem</Data><Data>0x800401fb, x</Data>"
#define E8193 "<Data>CoCreateInstance</Data><Data>0x800401fb, x</Data>"
#define VALUE(name, type, value) "\r\nHKEY_LOCAL_MACHINE\\KEY\r\n    " name "    " type "    " value "\r\n\r\n"
#define TASKLIST(groups) "\"System Idle Process\",\"0\",\"N/A\"\r\n\"System\",\"4\",\"N/A\"\r\n" groups
#define TYPE(number) VALUE("Type", "REG_DWORD", number)
#define GROUPED TASKLIST("\"svchost.exe\",\"816\",\"EventSystem,FontCache,netprofm,nsi\"\r\n")
#define ALONE                                                                                                          \
	TASKLIST("\"svchost.exe\",\"816\",\"FontCache,netprofm,nsi\"\r\n\"svchost.exe\",\"1025\",\"EventSystem\"\r\n")
#define FAULTS                                                                                                         \
	LIST(VSS("13", "98", "2026-11-22T11:00:21.000Z", E13) VSS("8193", "97", "2026-11-22T11:00:21.000Z", E8193))

// clang-format off
const struct hand affected = { "ja", 0, GROUPED, TYPE("0x20"), FAULTS, LIST(VSS("8193", "101", "2026-11-22T12:00:30.000Z", E8193)) };
const struct hand isolated = { "en", MINIMUM, ALONE, TYPE("0x10"), "", "" };
const struct hand shared = { "fr", MINIMUM, GROUPED, TYPE("0x20"), "", "" };
const struct hand lost = { "de", 0, ALONE, TYPE("0x10"), "", "" };
const struct hand repaired = { "pl", MINIMUM, GROUPED, TYPE("0x20"), FAULTS, "" };

/* What differs in no folder: a 2012 R2 on VMware, collected half an hour after noon, with a daily backup. */
static const struct {
	const char *file, *text;
	int exit_code;
} common[] = {
	{ "system.txt", VALUE("ProductName", "REG_SZ", "Windows Server 2012 R2 Standard") VALUE("CurrentVersion", "REG_SZ", "6.3")
		VALUE("CurrentBuildNumber", "REG_SZ", "9600") VALUE("ProductType", "REG_SZ", "ServerNT") VALUE("Default", "REG_SZ", "0411")
		VALUE("SystemManufacturer", "REG_SZ", "VMware, Inc.") VALUE("SystemProductName", "REG_SZ", "VMware Virtual Platform")
		VALUE("ComputerName", "REG_SZ", "FS-TYO-0012"), 0 },
	{ "clock.txt", "creationTime: 2026-11-22T12:30:00.530Z\r\nlastAccessTime: 2026-11-22T12:30:00.530Z\r\n"
		"lastWriteTime: 2026-11-22T12:30:00.655Z\r\nfileSize: 69632\r\nattributes: 32\r\nnumberOfLogRecords: 0\r\noldestRecordNumber: 0\r\n", 0 },
	{ "boot.xml", LIST(RECORD("Microsoft-Windows-Kernel-General", "System", "12", "7", "2026-11-20T01:02:03.000Z", "")), 0 },
	{ "backup-task.xml", "<?xml version=\"1.0\" encoding=\"UTF-16\"?>\r\n<Task xmlns=\"http://schemas.microsoft.com/windows/2004/02/mit/task\">"
		"<Triggers><CalendarTrigger><ScheduleByDay><DaysInterval>1</DaysInterval></ScheduleByDay></CalendarTrigger></Triggers></Task>\r\n", 0 },
	{ "backup-success.xml", LIST(RECORD("Microsoft-Windows-Backup", "Microsoft-Windows-Backup", "4", "3", "2026-11-19T12:40:00.000Z", "")), 0 },
	{ "backup-failure.xml", "", 15007 },
	{ "oldest.xml", LIST(RECORD("ESENT", "Application", "1", "1", "2020-01-01T00:00:00.000Z", "")), 0 },
	{ "newest.xml", LIST(RECORD("ESENT", "Application", "1", "100", "2026-11-22T12:00:00.000Z", "")), 0 },
};
// clang-format on

static void encode(struct str *out, const char *text, unsigned codepage)
{
	char page[16], room[1024], *in = (char *)text;
	size_t left = strlen(text);

	snprintf(page, sizeof(page), "CP%u", codepage);
	iconv_t cd = iconv_open(codepage == UTF16 ? "UTF-16LE" : codepage ? page : "UTF-8", "UTF-8");
	if (codepage == UTF16)
		str_add(out, "\xff\xfe");
	while (left) {
		char *at = room;
		size_t free_room = sizeof(room);
		size_t rc = iconv(cd, &in, &left, &at, &free_room);
		assert(rc != (size_t)-1 || free_room < sizeof(room));
		str_addn(out, room, sizeof(room) - free_room);
	}
	iconv_close(cd);
}

void hand_put(const char *folder, const char *file, const void *bytes, size_t len)
{
	OWN_VALUE(str_done) struct str path = { 0 };

	str_addf(&path, "%s/%s", folder, file);
	FILE *out = fopen(str_text(&path), "wb");
	size_t written = fwrite(bytes, 1, len, out);
	assert(written == len);
	(void)written;
	fclose(out);
}

void hand_get(const char *folder, const char *file, struct str *bytes)
{
	OWN_VALUE(str_done) struct str path = { 0 };
	char room[4096];

	str_addf(&path, "%s/%s", folder, file);
	FILE *in = fopen(str_text(&path), "rb");
	for (size_t n; (n = fread(room, 1, sizeof(room), in)) > 0;)
		str_addn(bytes, room, n);
	fclose(in);
}

/* As certutil prints it: in Japanese, with blanks between the bytes as before Windows Server 2016. Of nothing it tells
 * nothing, and the script writes what is known. */
static void add_hash(struct str *hashes, const char *file, const void *bytes, size_t len)
{
	char hex[DIGEST_DIGITS + 1];

	digest_of(hex, bytes, len);
	str_addf(hashes, "[%s]\r\n", file);
	if (!len) {
		str_addf(hashes, "%s\r\n", hex);
		return;
	}
	str_addf(hashes, "SHA256 ハッシュ (ファイル C:\\採取\\%s):\r\n", file);
	for (size_t i = 0; i < DIGEST_DIGITS; i += 2)
		str_addf(hashes, i ? " %.2s" : "%.2s", hex + i);
	str_add(hashes, "\r\nCertUtil: 完了しました。\r\n");
}

void hand_hash(const char *folder)
{
	OWN_VALUE(str_done) struct str hashes = { 0 }, bytes = { 0 };
	const char *last = NULL;

	for (size_t i = 0; i <= collected_file_count; i++) {
		const char *file = i < collected_file_count ? collected_files[i].file : COLLECTED_FACTS;
		if (!file || (last && !strcmp(file, last)))
			continue;
		str_clear(&bytes);
		hand_get(folder, last = file, &bytes);
		add_hash(&hashes, file, str_text(&bytes), bytes.len);
	}
	hand_put(folder, COLLECTED_HASHES, str_text(&hashes), hashes.len);
}

/* The file, and the line about it in facts. */
static void put_output(
	struct str *facts, const char *folder, const char *file, const char *text, unsigned codepage, int exit_code)
{
	OWN_VALUE(str_done) struct str bytes = { 0 };

	encode(&bytes, text, *text ? codepage : 0);
	hand_put(folder, file, str_text(&bytes), bytes.len);
	str_addf(facts, "%s=%d\r\n", file, exit_code);
}

void hand_write(const char *folder, const struct hand *hand, unsigned codepage)
{
	OWN_VALUE(str_done) struct str facts = { 0 }, writers = { 0 }, system = { 0 }, bytes = { 0 };
	bool oem = codepage && codepage != UTF16;

	str_add(&facts, COLLECTED_FORMAT "\r\nwindow_hours=168\r\n");
	FOR_EACH(c, common) {
		str_clear(&system);
		str_add(&system, c->text);
		if (!strcmp(c->file, "system.txt"))
			str_addf(&system, VALUE("OEMCP", "REG_SZ", "%u"), oem ? codepage : 932);
		put_output(&facts, folder, c->file, str_text(&system), codepage, c->exit_code);
	}
	listing(&writers, language(hand->language), NULL, minimum, hand->writers);
	put_output(&facts, folder, "vssadmin.txt", str_text(&writers), codepage, 0);
	put_output(&facts, folder, "tasklist.csv", hand->tasklist, codepage, 0);
	put_output(&facts, folder, "eventsystem.txt", hand->type, codepage, 0);
	put_output(&facts, folder, "events.xml", hand->events, UTF16, 0);
	put_output(&facts, folder, "live.xml", hand->live, UTF16, 0);
	encode(&bytes, str_text(&facts), codepage == UTF16 ? UTF16 : 0);
	hand_put(folder, COLLECTED_FACTS, str_text(&bytes), bytes.len);
	hand_hash(folder);
}

/* --- places --- */

const struct host place_host = { .name = (char *)"FS-TYO-0012" };

void place_open(struct place *place)
{
	strcpy(place->path, "/tmp/vssfleet-collected-XXXXXX");
	const char *made = mkdtemp(place->path);
	snprintf(place->host, sizeof(place->host), "%s/h", place->path);
	int rc = mkdir(place->host, 0700);
	assert(made && rc == 0);
	(void)made, (void)rc;
	place->fd = open(place->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

void place_remove(const struct place *place, const char *file)
{
	char path[160];
	snprintf(path, sizeof(path), "%s/%s", place->host, file);
	if (unlink(path) < 0)
		rmdir(path);
}

void place_done(struct place *place)
{
	for (size_t i = 0; i < collected_file_count; i++)
		if (collected_files[i].file)
			place_remove(place, collected_files[i].file);
	place_remove(place, COLLECTED_FACTS);
	place_remove(place, COLLECTED_HASHES);
	rmdir(place->host);
	rmdir(place->path);
	close(place->fd);
}

void place_judge(const struct place *place, struct result *result)
{
	const struct policy policy = { .window_h = 168 };

	*result = (struct result){ .host = &place_host };
	collected_judge(place->fd, "h", &policy, result);
}

void result_done(struct result *result)
{
	facts_done(&result->facts);
}
