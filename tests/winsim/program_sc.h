#pragma once
/* program_sc: how sc.exe and net.exe tell what became of a control. */

#include "program.h"

unsigned sc_code(enum service_result result); /* the Win32 error */
