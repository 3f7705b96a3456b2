#pragma once
/* kerberos_error: Kerberos' numbers in words for an administrator: what is wrong, and what to do. */

#include <krb5/krb5.h>

#include "error.h"

/* -1, ERROR_AUTH with the code. context may be NULL (then unknown codes have a general text). principal, spn: whom it
 * was about; NULL if unknown. The cause ends with the code's name: "... (w32tm /resync). [KRB_AP_ERR_SKEW]". */
int kerberos_refused(
	struct error *e, krb5_context context, krb5_error_code code, const char *principal, const char *spn);
