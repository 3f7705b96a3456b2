#pragma once
/* invoke: methods of WMI instances that change a host. MS-WSMV 4.1.4. */

#include "wsman.h"

operation_fn invoke_method;
bool invoke_matches(const struct request *r); /* the action is the class URI and a method */
