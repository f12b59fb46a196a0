/* SPDX-License-Identifier: Apache-2.0 */
/* plan: what a walk through a lab would do, in words; nothing is run. */
#pragma once

#include "runner/model/lab.h"
#include "runner/model/settings.h"

/* The check's parameters that are given: 'module: kvm_amd'; "" when there are none. */
const char *check_shown(const struct check *check, struct arena *arena);
/* seed.c: what the image will hold. */
const char *seed_shown(const struct seed *seed, const struct lab *lab, struct arena *arena);
/* A probe with its parameters, in one line. */
const char *probe_shown(const struct step *step, struct arena *arena);
/* What the check expects: 'present is true, nested is true'; "" when nothing. */
const char *check_expectation(const struct check *check, struct arena *arena);
/* What the step may create: 'module kvm_amd, file /tmp/x'; "" when nothing is declared. */
const char *changes_shown(const struct changes *changes, struct arena *arena);
/*
 * The command with parameter values filled in, for the eye only; UUIDs, too, where they are known
 * (by their variables; NULL: none).
 */
const char *step_shown(const struct step *step, const struct lab *lab, const struct settings *uuids,
		       struct arena *arena);
