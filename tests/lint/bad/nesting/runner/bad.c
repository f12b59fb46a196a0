/* SPDX-License-Identifier: Apache-2.0 */
/* bad: nested too deep. */
int bad(void)
{
	for (;;) {
		if (a) {
			while (b) {
				if (c) { /* BAD */
				}
			}
		}
	}
}
