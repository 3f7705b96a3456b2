/* wsman: see the header. */
#include "wsman.h"
#include "auth.h"
#include "xml.h"

#include <curl/curl.h>

int wsman_global_init(struct error *e)
{
	xml_global_init();
	auth_global_init();
	CURLcode rc = curl_global_init(CURL_GLOBAL_DEFAULT);
	if (rc != CURLE_OK)
		return error_code(e, ERROR_LOCAL, rc, "libcurl does not start: %s", curl_easy_strerror(rc));
	return 0;
}
