/* SPDX-License-Identifier: Apache-2.0 */
/* bad: a checker that asks the student. */
#include "runner/ui/ui.h" /* BAD */
