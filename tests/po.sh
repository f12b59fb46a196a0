#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Prints the template of all messages, the same for the same sources. 'make po' keeps it.
set -eu
cd "$(dirname "$0")/.."
cat <<'HEADER'
# Messages of kvmlab. Written by 'make po'.
# SPDX-License-Identifier: Apache-2.0
msgid ""
msgstr ""
"Project-Id-Version: kvmlab\n"
"Language: \n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=UTF-8\n"
"Content-Transfer-Encoding: 8bit\n"

HEADER
find runner checks reports -name '*.[ch]' | LC_ALL=C sort |
	xgettext -L C --from-code=UTF-8 -k_ -kN_ --omit-header --sort-output --no-location -f - -o -
