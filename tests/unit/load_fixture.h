/* SPDX-License-Identifier: Apache-2.0 */
/* load_fixture: loading of labs that stand in the test itself. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "runner/base/cleanup.h"
#include "runner/load/load.h"

#define HEAD "kvmlab: 1\nid: t\ntitle: T\n"
#define ONE  HEAD "experiments:\n  - id: one\n    title: One\n"

/* NULL: out says why. Asserts that it is one or the other. */
struct lab *load_with(const char *text, const struct settings *settings, enum load_mode mode,
		      struct complaints *out);
/* Fails the test when it does not load. */
struct lab *load_ok(const char *text);
/* Fails the test unless it is refused with exactly one complaint, at that place. */
void load_refuse(const char *text, int line, int col, const char *msg);
