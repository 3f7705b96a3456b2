/* ticket: what it costs to have a service ticket from the KDC for each host, with nothing around it: one libkrb5
 * context, one cache in memory with nothing but the ticket-granting ticket. The KDC's own work is not counted.
 * Usage: ticket INVENTORY, with the realm in KRB5_CONFIG and KRB5CCNAME. Prints one line of JSON. */
#include <krb5/krb5.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct realm {
	krb5_context krb5;
	krb5_ccache cache;
	krb5_principal client;
};

/* The default cache is a file, which would be read for each ticket. */
static krb5_error_code open_realm(struct realm *r)
{
	krb5_ccache file = NULL;
	krb5_error_code code = krb5_init_context(&r->krb5);

	if (code == 0)
		code = krb5_cc_default(r->krb5, &file);
	if (code == 0)
		code = krb5_cc_get_principal(r->krb5, file, &r->client);
	if (code == 0)
		code = krb5_cc_new_unique(r->krb5, "MEMORY", NULL, &r->cache);
	if (code == 0)
		code = krb5_cc_initialize(r->krb5, r->cache, r->client);
	if (code == 0)
		code = krb5_cc_copy_creds(r->krb5, file, r->cache);
	if (file)
		krb5_cc_close(r->krb5, file);
	return code;
}

static void close_realm(struct realm *r)
{
	if (!r->krb5)
		return;
	if (r->cache)
		krb5_cc_destroy(r->krb5, r->cache);
	krb5_free_principal(r->krb5, r->client);
	krb5_free_context(r->krb5);
}

static krb5_error_code ask(struct realm *r, const char *host)
{
	const krb5_data *realm = &r->client->realm;
	krb5_creds wanted = { .client = r->client }, *got = NULL;
	krb5_error_code code =
		krb5_build_principal(r->krb5, &wanted.server, realm->length, realm->data, "host", host, (char *)NULL);

	if (code == 0)
		code = krb5_get_credentials(r->krb5, KRB5_GC_NO_STORE, r->cache, &wanted, &got);
	krb5_free_creds(r->krb5, got);
	krb5_free_principal(r->krb5, wanted.server);
	return code;
}

static double processor_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* A line of the inventory begins with the host's name. */
static krb5_error_code ask_for_all(struct realm *r, FILE *inventory)
{
	char line[1024];
	krb5_error_code code = 0;
	unsigned count = 0;
	double begin_ms = processor_ms();

	while (code == 0 && fgets(line, sizeof(line), inventory)) {
		line[strcspn(line, " \r\n")] = '\0';
		if (line[0])
			code = ask(r, line);
		count += line[0] != '\0';
	}
	if (code == 0 && count)
		printf("{\"tickets\": %u, \"ticket_ms\": %.4f}\n", count, (processor_ms() - begin_ms) / count);
	return code;
}

int main(int argc, char **argv)
{
	struct realm r = { 0 };
	FILE *inventory = argc == 2 ? fopen(argv[1], "r") : NULL;

	if (!inventory) {
		fprintf(stderr, "usage: ticket INVENTORY\n");
		return 2;
	}
	krb5_error_code code = open_realm(&r);
	if (code == 0)
		code = ask_for_all(&r, inventory);
	if (code)
		fprintf(stderr, "ticket: %s\n", r.krb5 ? krb5_get_error_message(r.krb5, code) : "no krb5.conf");
	fclose(inventory);
	close_realm(&r);
	return code ? 1 : 0;
}
