/* SPDX-License-Identifier: Apache-2.0 */
/* kernel: a kernel of this distribution for the guest, and the modules that it needs, in order. */
#pragma once

#include "runner/sandbox/up.h"

struct kernel {
	const char *vmlinuz; /* path */
	const char *modules; /* folder with modules.dep */
};

/*
 * Finds one that is installed, or gets the distribution's smallest kernel package (installing
 * nothing) and unpacks it below work. Texts from arena.
 */
int kernel_find(struct sandbox *s, const char *work, struct arena *arena, struct kernel *ret,
		struct err *err);

#define KERNEL_MODULES_MAX 32

/* Paths below kernel->modules in the order in which they must be loaded; what is built in is left
 * out. */
struct kernel_modules {
	const char *path[KERNEL_MODULES_MAX];
	size_t n;
};

/* wanted: names with '_', ended by NULL. One that the kernel does not have is an error. */
int kernel_resolve(const struct kernel *kernel, const char *const *wanted, struct arena *arena,
		   struct kernel_modules *ret, struct err *err);
