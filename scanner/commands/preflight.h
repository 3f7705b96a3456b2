#pragma once
/* preflight: what is made ready, and what is said, before many hosts are asked. */

#include "host.h"
#include "options.h"

/* Hosts at once that the limit of open files allows, after it was raised as far as it goes; says so if it is fewer. */
unsigned clip_forks(unsigned forks);
unsigned long files_for_forks(unsigned forks); /* that so many hosts at once may need */

/* Starts the program again where that saves memory; call it before anything was read. */
void start_frugally(unsigned forks);

/* Loud: what makes answers less trustworthy, or readable for others. */
void tell_insecure(const struct options *o);
void tell_ignored(const struct hosts *hosts); /* host variables that mean nothing here */
