/* replay: runs a target on every file of a folder, and on every beginning of each: a seed that is cut. */
#include "fuzz.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SEED_MAX = 64 * 1024 };

/* In memory of exactly its size, so that a sanitizer sees a read behind the end. */
static void run(const uint8_t *bytes, size_t len)
{
	uint8_t *exact = malloc(len ? len : 1);

	if (!exact)
		abort();
	if (len)
		memcpy(exact, bytes, len);
	LLVMFuzzerTestOneInput(exact, len);
	free(exact);
}

static int replay(const char *folder, const char *name)
{
	static uint8_t seed[SEED_MAX];
	char path[4096];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	FILE *file = fopen(path, "rb");
	if (!file) {
		perror(path);
		return -1;
	}
	size_t len = fread(seed, 1, sizeof(seed), file);
	fclose(file);
	for (size_t cut = 0; cut <= len; cut++)
		run(seed, cut);
	return 0;
}

int main(int argc, char **argv)
{
	unsigned seeds = 0;

	for (int i = 1; i < argc; i++) {
		DIR *folder = opendir(argv[i]);
		if (!folder) {
			perror(argv[i]);
			return 1;
		}
		for (struct dirent *entry; (entry = readdir(folder));)
			if (entry->d_name[0] != '.' && ++seeds && replay(argv[i], entry->d_name) < 0)
				return 1;
		closedir(folder);
	}
	printf("%u seeds\n", seeds);
	return seeds == 0;
}
