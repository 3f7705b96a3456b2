/* auth: see auth.h. */

#include "auth.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "codec.h"
#include "own.h"

static bool basic_allowed(bool tls, const struct options *options)
{
	return tls || options->allow_unencrypted;
}

const char *auth_scheme(size_t i, bool tls, const struct options *options)
{
	static const char *const schemes[] = { "Negotiate", "Kerberos", "Basic realm=\"WSMAN\"" };

	return i < COUNT(schemes) - !basic_allowed(tls, options) ? schemes[i] : NULL;
}

/* "user", ".\user" and "HOST\user" are the same local account. */
static bool same_user(const char *given, const char *user)
{
	const char *slash = strchr(given, '\\');

	return strcasecmp(slash ? slash + 1 : given, user) == 0;
}

static enum auth_result check_basic(struct auth *auth, const char *token, const struct options *options)
{
	OWN_VALUE(str_done) struct str pair = { 0 };
	char *colon;

	if (base64_decode(&pair, token) < 0 || !(colon = strchr(str_text(&pair), ':')))
		return AUTH_REJECTED;
	*colon = '\0';
	if (!same_user(pair.data, options->user) || strcmp(colon + 1, options->password) != 0)
		return AUTH_REJECTED;
	auth->authenticated = true;
	snprintf(auth->user, sizeof(auth->user), "%s", options->user);
	return AUTH_OK;
}

enum auth_result auth_check(struct auth *auth, const char *header, bool tls, const struct options *options)
{
	auth->authenticated = false; /* Basic proves one request */
	if (!header)
		return AUTH_CHALLENGE;
	if (strncasecmp(header, "Basic ", 6) == 0 && basic_allowed(tls, options))
		return check_basic(auth, header + 6, options);
	return AUTH_REJECTED;
}
