/* SPDX-License-Identifier: Apache-2.0 */
/* bad: a loader that looks at the host. */
#include "checks/checker.h"
#include "runner/host/host.h" /* BAD */
