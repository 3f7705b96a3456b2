#pragma once
/* delay: suspended connections that go on after a time: one thread and a heap, whatever the number of waiting requests.
 */

#include <stdbool.h>

#include <microhttpd.h>

int delay_start(void); /* 0 or -1 */
/* Suspends the connection and resumes it after that many milliseconds. From the connection's own thread. */
void delay_connection(struct MHD_Connection *connection, unsigned ms);
/* Resumes all that wait; later calls of delay_connection() resume at once. */
void delay_stop(void);
bool delay_is_stopped(void);
