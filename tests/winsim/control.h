#pragma once
/* control: the side door for tests: GET /journal, GET /hosts, POST /quiet, POST /host/NAME?scenario=X on 127.0.0.1. */

#include "fleet.h"

struct control;

/* port 0: a free one. NULL after a message. */
struct control *control_start(struct fleet *fleet, uint16_t port);
uint16_t control_port(const struct control *control);
void control_stop(struct control *control); /* accepts NULL */
