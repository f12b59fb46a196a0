/* SPDX-License-Identifier: Apache-2.0 */
/* hundredths: a number with two decimals, the same in every locale: points. */
#include "runner/base/hundredths.h"

#include <inttypes.h>
#include <stdio.h>

struct hundredths hundredths_print(int64_t v)
{
	uint64_t size = v < 0 ? -(uint64_t)v : (uint64_t)v;
	struct hundredths r;

	snprintf(r.s, sizeof(r.s), "%s%" PRIu64 ".%02u", v < 0 ? "-" : "", size / 100,
		 (unsigned)(size % 100));
	return r;
}
