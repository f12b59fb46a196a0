/* SPDX-License-Identifier: Apache-2.0 */
/* bad: text that meets no escaping function. */
void bad(FILE *f)
{
	fprintf(f, "<p>%s</p>", text); /* BAD */
	fprintf(f, "%-20.*s", 3, text); /* BAD */
	fprintf(f, "%d%%", 3);
}
