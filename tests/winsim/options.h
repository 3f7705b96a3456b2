#pragma once
/* options: the command line of winsim. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { NAMED_HOSTS_MAX = 512, FLEET_MAX = 60000 };

struct named_host {
	char *name, *scenario;
};

struct options {
	const char *dir; /* state directory: inventory.ini, ca.pem, password ... */
	unsigned fleet;  /* hosts to make up; 0: only the named ones */
	const char *mix; /* "audit" or "all" (hostile hosts too) */
	struct named_host named[NAMED_HOSTS_MAX];
	size_t named_count;
	uint16_t https_port, http_port, control_port; /* 0: any free one */
	unsigned latency_ms, jitter_ms;               /* added to each answer, in real time */
	double time_scale; /* simulated seconds a real second: 60 makes a timeout of a minute last one second */
	const char *user, *password; /* password NULL: made up at start */
	bool allow_unencrypted;      /* as WSMan:\localhost\Service\AllowUnencrypted */
	unsigned envelope_kb;        /* MaxEnvelopeSizekb */
	unsigned max_shells;         /* MaxShellsPerUser */
};

/* 0; -1 after a message on stderr. options_done() in any case. */
int options_read(struct options *options, int argc, char **argv);
void options_done(struct options *options);

/* Real milliseconds that a simulated duration lasts. */
unsigned options_real_ms(const struct options *options, double simulated_ms);
