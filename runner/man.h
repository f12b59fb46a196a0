/* SPDX-License-Identifier: Apache-2.0 */
/* man: the manual page kvmlab(1), printed from the tables in the language in force. */
#pragma once

#include <stdio.h>

void man_write(FILE *f);
