/* SPDX-License-Identifier: Apache-2.0 */
/* json_timeline: a ping and the migrations beside it; JSON.md says what each member is. */
#pragma once

#include "runner/base/json.h"
#include "runner/model/timeline.h"

/* NULL is null. */
void json_timeline(struct json *j, const char *key, const struct timeline *t);
