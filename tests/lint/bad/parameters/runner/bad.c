/* SPDX-License-Identifier: Apache-2.0 */
/* bad: a function that takes too much. */
int bad(int a, int b, int c, int d, int e, int f) /* BAD */
{
}

int good(int a, int b, int c, int d, int e, struct x *ret, struct err *err)
{
}

int good_with_function(int a, void (*f)(int, int, int), int c, int d, int e)
{
}
