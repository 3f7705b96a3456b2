#pragma once
/* trust: the certificate store, built once at start: 16 ms of CPU and 875 KB that no connection should pay again. */

#include "error.h"
#include "own.h"

struct trust;
typedef struct x509_store_st X509_STORE;

/* ca_file: PEM, or NULL for the system's. Thread-safe for reading once made. */
struct trust *trust_new(const char *ca_file, struct error *e);
void trust_free(struct trust *t);
CLEANUP_OF(struct trust, trust_free);
X509_STORE *trust_store(const struct trust *t);
