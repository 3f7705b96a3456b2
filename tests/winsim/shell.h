#pragma once
/* shell: WinRS shells: Create, Command, Receive, Send, Signal, Delete. MS-WSMV 3.1.4.5.2, 3.1.4.11-14, 3.1.4.4.1. */

#include "wsman.h"

operation_fn shell_create, shell_command, shell_receive, shell_send, shell_signal, shell_delete;

/* Shells that were idle for their IdleTimeOut end, and are a leak for the journal. The host's lock is held. */
void shells_expire(struct host *host);
void shells_drop(struct host *host);
unsigned shells_open(const struct host *host);
