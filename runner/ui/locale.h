/* SPDX-License-Identifier: Apache-2.0 */
/* locale: which language the messages are in. */
#pragma once

/*
 * Sets the locale's characters and messages; numbers stay those of C. lang: 'id', 'en' or NULL for
 * what the environment says. Indonesian works without an Indonesian locale on the machine. Call
 * before any thread starts.
 */
void locale_set(const char *lang);
