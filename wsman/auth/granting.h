#pragma once
/* granting: what tickets lends to the making of a host's ticket: copies of its ticket-granting tickets. */

#include "ticket_source.h"

krb5_principal granting_client(const struct tickets *t);
struct realm_pause *granting_pause(struct tickets *t);

/* Fills an empty cache of the caller's, after tickets_prove(). context learns how far the KDC's clock is off. */
krb5_error_code granting_copy(struct tickets *t, krb5_context context, krb5_ccache to);

/* Takes over cross-realm tickets that are not known yet: they serve all hosts of that realm. */
void granting_learn(struct tickets *t, krb5_context context, krb5_ccache from);
