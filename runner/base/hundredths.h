/* SPDX-License-Identifier: Apache-2.0 */
/* hundredths: a number with two decimals, the same in every locale: points. */
#pragma once

#include <stdint.h>

/* Returned by value: use '.s' at once, or copy the struct. */
struct hundredths {
	char s[24];
};

/* 1234 is '12.34', -5 is '-0.05'. */
struct hundredths hundredths_print(int64_t v);
