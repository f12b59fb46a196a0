/* SPDX-License-Identifier: Apache-2.0 */
/* bad: a writer that runs things. */
#include "runner/model/report.h"
#include "runner/run/run.h" /* BAD */
#include "runner/cli.h" /* BAD */
