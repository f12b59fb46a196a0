/* SPDX-License-Identifier: Apache-2.0 */
/* i18n: marks what a person reads. _() translates now, N_() marks a text in a static table. */
#pragma once

#include <libintl.h>

#define _(text)	 gettext(text)
#define N_(text) text
