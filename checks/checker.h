/* SPDX-License-Identifier: Apache-2.0 */
/*
 * checker: the recipe.
 *
 * To add one: write checks/NAME.c after the model of checks/kernel_module.c, ending in
 * 'const struct checker checker_NAME', and add one line to the list in checks/registry.c.
 * Add cases under tests/cases/NAME/; a test asks for pass, fail, na and broken.
 * New texts need 'make po' and a translation in runner/ui/po/id.po.
 *
 * collect looks and decides nothing; measure decides and looks at nothing. Neither prints.
 */
#pragma once

#include "runner/base/err.h"
#include "runner/base/field.h"
#include "runner/model/evidence.h"
#include "runner/model/measure.h"

struct collector;

/* A use of the checker as it would stand in a lab; every example is loaded by a test. */
struct checker_example {
	const char *text; /* what it shows; marked for translation */
	const char *yaml; /* the lines under 'use: NAME' */
};

/* What must be there for it to look, or to find anything: 'kvmlab doctor' says who lacks it. */
enum checker_asks {
	ASKS_LIBVIRT = 1 << 0,
	ASKS_GUESTFS = 1 << 1, /* libguestfs, to look into a guest's disk */
	ASKS_X86 = 1 << 2,     /* it measures what only x86 processors have */
};

struct checker {
	const char *name;    /* as 'use:' names it */
	const char *summary; /* one line; marked for translation */
	const char
		*why; /* why this matters to virtualization, for explain; marked for translation */
	const char *source; /* where the facts come from: man page, kernel document, standard */
	unsigned asks;	    /* enum checker_asks; 0: nothing special */
	size_t params_size;
	const struct field *fields;		/* ended by a NULL name */
	const struct measure_spec *measures;	/* ended by a NULL name */
	const struct checker_example *examples; /* ended by a NULL text */

	/*
	 * Measures that depend on the parameters (named groups of a pattern); NULL: none. *ret is
	 * arena-owned and ended by a NULL name. Called once, when the lab is loaded.
	 */
	int (*more_measures)(const void *params, struct arena *arena,
			     const struct measure_spec **ret, struct err *err);

	/* Appends evidence. -1: could not look; err says why; the verdict is BROKEN. */
	int (*collect)(struct collector *c, const void *params, struct err *err);

	/*
	 * Fills ret, whose specs are measures followed by more_measures. Pure. -1: the evidence
	 * makes no sense; the verdict is BROKEN.
	 */
	int (*measure)(const struct evidence *ev, const void *params, struct measures *ret,
		       struct err *err);
};

/* All checkers, sorted by name, ended by NULL. */
extern const struct checker *const checkers[];

/* NULL when there is none of that name. */
const struct checker *checker_find(const char *name);
