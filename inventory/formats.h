#pragma once
/* formats: the two kinds of host lists, each read by one function. */

#include "hosts.h"
#include "source.h"

/* "name [address [group[,group]...]]", or as in hosts(5) "address name [alias]...". */
int plain_list_read(struct hosts *hosts, struct source *source, struct error *e);

/* Whether a line can only be Ansible's: a [section], or a host with variables. */
bool ansible_ini_line(const char *line, size_t len);
int ansible_ini_read(struct hosts *hosts, struct source *source, struct error *e);
