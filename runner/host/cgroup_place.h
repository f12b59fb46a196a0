/* SPDX-License-Identifier: Apache-2.0 */
/* cgroup_place: where in the cgroup v2 tree a group may be, and where one was left. */
#pragma once

#include <stddef.h>

/* The path of name below our own cgroup, malloc'ed; NULL without a cgroup v2 that we may use. */
char *cgroup_place_own(const char *name);

/* The paths of all cgroups of that name in the whole tree (a run that was killed may have been
 * started from another login session), malloc'ed, at most max. */
size_t cgroup_place_find(const char *name, char **ret, size_t max);
