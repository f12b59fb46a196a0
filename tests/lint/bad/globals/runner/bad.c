/* SPDX-License-Identifier: Apache-2.0 */
/* bad: state that hides. */
static int counter; /* BAD */
static const int table[] = { 1 };
static volatile sig_atomic_t came;
static int good(void)
{
	static char buffer[10]; /* BAD */
	static const char *const names[] = { 0 };
}
