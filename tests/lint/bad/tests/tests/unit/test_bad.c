/* SPDX-License-Identifier: Apache-2.0 */
/* bad: a test whose name says nothing, and one that sleeps. */
static void test_it(void **state)
{
	usleep(10); /* BAD */
}
int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_it), /* BAD */
		cmocka_unit_test(test_bad__is_named_well),
	};
}
