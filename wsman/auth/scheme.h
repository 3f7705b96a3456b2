#pragma once
/* scheme: what auth.c needs to know of each scheme, and what schemes share. For this folder only. */

#include "auth.h"

struct auth *basic_new(const struct credential *c, struct error *e);
struct auth *certificate_new(const struct credential *c, const struct auth_target *target, struct error *e);
struct auth *anonymous_new(struct error *e);
/* AUTH_KERBEROS, AUTH_NEGOTIATE, AUTH_NTLM. */
struct auth *gss_new(
	enum auth_method method, const struct credential *c, const struct auth_target *target, struct error *e);

/* Messages that the scheme leaves as they are, because TLS protects them or the administrator wants it so. */
int clear_seal(struct auth *a, const char *plain, size_t len, struct str *sealed, struct error *e);
int clear_unseal(struct auth *a, const char *content_type, struct str *body, struct error *e);
