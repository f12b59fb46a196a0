/* SPDX-License-Identifier: Apache-2.0 */
/* locale: which language the messages are in. */
#pragma once

#include <stdbool.h>

/*
 * Sets the locale's characters and messages; numbers stay those of C. lang: 'id', 'en' or NULL for
 * what the environment says. Indonesian works without an Indonesian locale on the machine. Call
 * before any thread starts.
 */
void locale_set(const char *lang);
/* Whether the environment asks for characters other than UTF-8, as LC_ALL=C does; where it says
 * nothing, the terminal is taken to speak UTF-8. */
bool locale_is_ascii(void);
