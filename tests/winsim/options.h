#pragma once
/* options: the command line of winsim. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { NAMED_HOSTS_MAX = 512, FLEET_MAX = 60000 };

struct named_host {
	char *name, *scenario;
	const struct named_host *of; /* the one that it is a clone of; NULL: none */
};

enum auth_word { /* of --auth */
	AUTH_WORD_NEGOTIATE = 1,
	AUTH_WORD_KERBEROS = 2, /* the scheme of that name, and Kerberos inside of Negotiate */
	AUTH_WORD_NTLM = 4,     /* inside of Negotiate; without it NTLM counts as disabled */
	AUTH_WORD_BASIC = 8,
	AUTH_WORD_CERTIFICATE = 16,
	AUTH_WORDS = 31,
};

/* CbtHardeningLevel: what a channel binding over HTTPS is worth. */
enum cbt {
	CBT_NONE,    /* nobody looks */
	CBT_RELAXED, /* a wrong one is refused, none is not */
	CBT_STRICT,
};

struct options {
	const char *dir; /* state directory: inventory.ini, ca.pem, password ... */
	unsigned fleet;  /* hosts to make up; 0: only the named ones */
	const char *mix; /* "audit", "fix" (servers to repair) or "all" (hostile hosts too) */
	struct named_host named[NAMED_HOSTS_MAX];
	size_t named_count;
	uint16_t https_port, http_port, control_port; /* 0: any free one */
	unsigned latency_ms, jitter_ms;               /* added to each answer, in real time */
	double time_scale; /* simulated seconds a real second: 60 makes a timeout of a minute last one second */
	const char *user, *password; /* password NULL: made up at start */
	const char *domain;          /* NetBIOS name of the domain of NTLM accounts */
	const char *keytab;          /* of all hosts; NULL: nobody speaks Kerberos */
	unsigned auth;               /* enum auth_word */
	enum cbt cbt;
	bool inventory_http;    /* inventory.ini names the HTTP port */
	bool allow_unencrypted; /* as WSMan:\localhost\Service\AllowUnencrypted */
	unsigned envelope_kb;   /* MaxEnvelopeSizekb */
	unsigned max_shells;    /* MaxShellsPerUser */
};

/* 0; -1 after a message on stderr. options_done() in any case. */
int options_read(struct options *options, int argc, char **argv);
void options_done(struct options *options);

/* Real milliseconds that a simulated duration lasts. */
unsigned options_real_ms(const struct options *options, double simulated_ms);
