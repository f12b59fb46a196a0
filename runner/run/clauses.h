/* SPDX-License-Identifier: Apache-2.0 */
/* clauses: the truth of the parts of a condition; for the words that explain an outcome. */
#pragma once

#include "runner/run/judge.h"

enum truth clause_truth(const struct clause *c, const struct check_result *checks);
enum truth alternative_truth(const struct alternative *a, const struct check_result *checks);
