/* SPDX-License-Identifier: Apache-2.0 */
/* lab_open: from what a command was given to a loaded lab. */
#pragma once

#include "runner/base/json.h"
#include "runner/command.h"
#include "runner/load/load.h"

/*
 * Finds and loads the lab that operand names, with the values of --set and, where hosts (NULL: not
 * asked for) are the sandbox's, with its own. Free with lab_free. A positive exit code: the
 * complaints were shown. -1: err is set.
 */
int lab_open(struct cli *cli, const char *operand, const struct settings *hosts,
	     struct arena *arena, struct lab **ret, struct err *err);
/* What the lab needs, as the object "needs". */
void lab_needs_json(struct json *j, const struct lab *lab);
