#pragma once
/* sample: results as an audit would bring them home, one for each verdict, and hostile ones. */

#include "result.h"

struct sample {
	struct host host;
	struct result *result;
};

/* A host with what is typical for the verdict: a 2012 R2 on VMware in Japanese. */
struct sample *sample_new(const char *name, enum verdict verdict);
/* The same with text in place of everything that a host or an inventory can say. */
struct sample *sample_hostile(const char *name, enum verdict verdict, const char *text);
void sample_free(struct sample *sample);
CLEANUP_OF(struct sample, sample_free);

extern const char sample_run[27];  /* a run id to make records with */
enum { SAMPLE_TIME = 1795349141 }; /* 2026-11-22T12:05:41Z, when samples were checked */
