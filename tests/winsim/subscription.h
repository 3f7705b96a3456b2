#pragma once
/* subscription: pull subscriptions to event logs: Subscribe, Pull, Unsubscribe. MS-WSMV 3.1.4.6, 3.1.4.9, 3.1.4.7. */

#include "wsman.h"

bool subscription_matches(const struct request *r); /* it is about event logs */
/* Its operation; NULL: there is none of that action. */
operation_fn *subscription_operation(const struct request *r);

/* Those whose Expires is over end, and are a leak for the journal. The host's lock is held. */
void subscriptions_expire(struct host *host);
void subscriptions_drop(struct host *host);
