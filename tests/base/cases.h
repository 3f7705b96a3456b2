#pragma once
/* cases: what every cmocka test includes, in the order that cmocka wants. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "own.h"
