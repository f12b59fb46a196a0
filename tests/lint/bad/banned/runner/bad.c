/* SPDX-License-Identifier: Apache-2.0 */
/* bad: functions that are not used. 'system(x)' in a comment is no call. */
typedef struct bad { /* BAD */
	int a;
} bad_t;
int bad(void)
{
	const char *s = "system(1)";

	strcpy(a, b); /* BAD */
	system(a); /* BAD */
	sprintf(a, b); /* BAD */
	clock_gettime(1, &t); /* BAD */
	snprintf(a, 1, b);
	clock_us(), p->time(1);
	return atoi(a); /* BAD */
}
