#pragma once
/* runs_export: a run as evidence for auditors. */

int runs_export(int argc, char **argv); /* an exit code */
