/* SPDX-License-Identifier: Apache-2.0 */
/* test_cloud_text: a value that is filled in stays a value. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/load/cloud_text.h"

#define HEAD "#cloud-config\n"

static struct cloud_value values[] = {
	{ "vm", "web-02" }, { "key", "ssh-ed25519 AAAA me@host" }, { "later", NULL }, { "any", "" }
};

/* What text becomes with 'any' standing for value; NULL and *why when it is refused. */
static const char *fill(const char *text, const char *value, struct arena *arena, const char **why)
{
	struct cloud_values all = { .v = values, .n = 4 };
	struct complaints mistakes = { 0 };
	const char *ret = NULL;

	values[3].value = value;
	cloud_text_fill(CLOUD_USER_DATA, text, &all, arena, &ret, &mistakes);
	*why = mistakes.n ? arena_strdup(arena, mistakes.v[0].msg) : NULL;
	complaints_done(&mistakes);
	return ret;
}

static void assert_filled(const char *text, const char *value, const char *expected)
{
	_cleanup_arena_ struct arena arena = { 0 };
	const char *why, *got = fill(text, value, &arena, &why);

	if (!got)
		fail_msg("%s", why);
	assert_string_equal(got, expected);
}

static void assert_refused(const char *text, const char *value, const char *words)
{
	_cleanup_arena_ struct arena arena = { 0 };
	const char *why;

	if (fill(text, value, &arena, &why))
		fail_msg("'%s' was filled into: %s", value, text);
	if (!strstr(why, words))
		fail_msg("no '%s' in: %s", words, why);
}

static void test_cloud_text__values_are_filled_in(void **state)
{
	(void)state;
	assert_filled(HEAD "hostname: ${vm}\nfqdn: \"${vm}.lab\"\n", "",
		      HEAD "hostname: web-02\nfqdn: \"web-02.lab\"\n");
	assert_filled(HEAD "keys: [\"${key}\"]\n# ${vm}\n", "",
		      HEAD "keys: [\"ssh-ed25519 AAAA me@host\"]\n# web-02\n");
	assert_filled(HEAD "k:\n  - ${key}\n${vm}: 1\n", "",
		      HEAD "k:\n  - ssh-ed25519 AAAA me@host\nweb-02: 1\n");
	assert_filled(HEAD "a: |\n  x ${vm} $HOME $$ $${HOME}\n", "",
		      HEAD "a: |\n  x web-02 $HOME $$ ${HOME}\n");
}

static void test_cloud_text__a_value_adds_no_structure(void **state)
{
	static const char *const words = "changes what 'user_data' means";

	(void)state;
	assert_refused(HEAD "hostname: ${any}\n", "a\nruncmd: [reboot]", words);
	assert_refused(HEAD "hostname: ${any}\n", "a: b", words);
	assert_refused(HEAD "hostname: ${any}\n", "a #b", words);
	assert_refused(HEAD "hostname: ${any}\n", "\"a\"", words);
	assert_refused(HEAD "hostname: ${any}\n", "[a]", words);
	assert_refused(HEAD "hostname: ${any}\n", "&a b", words);
	assert_refused(HEAD "hostname: ${any}\n", "", words);
	assert_refused(HEAD "hostname: \"${any}\"\n", "a\"\nb: \"c", words);
	assert_refused(HEAD "hostname: \"${any}\"\n", "a\\", words);
	assert_refused(HEAD "users: [\"${any}\"]\n", "a\", \"b", words);
	assert_refused(HEAD "# ${any}\na: b\n", "x\nc: d", words);
	assert_filled(HEAD "hostname: \"${any}\"\n", "a: b #c", HEAD "hostname: \"a: b #c\"\n");
}

/* What marks a value while it is filled in is nothing special in a text. */
static void test_cloud_text__letters_for_private_use_are_letters(void **state)
{
	(void)state;
	assert_filled(HEAD "a: \xee\x80\x80\nb: ${vm}\n", "", HEAD "a: \xee\x80\x80\nb: web-02\n");
	assert_filled(HEAD "a: \"\\uE000\"\nb: ${vm}\n", "", HEAD "a: \"\\uE000\"\nb: web-02\n");
	assert_filled(HEAD "a: \"\\uE000x\"\nb: ${any}\n", "\xee\x80\x80",
		      HEAD "a: \"\\uE000x\"\nb: \xee\x80\x80\n");
}

static void test_cloud_text__unknown_names_are_mistakes(void **state)
{
	(void)state;
	assert_refused(HEAD "a: ${wm}\n", "", "did you mean 'vm'?");
	assert_refused(HEAD "a: ${vm\n", "", "without a name and '}'");
	assert_refused(HEAD "a: ${}\n", "", "without a name and '}'");
}

static void test_cloud_text__scripts_are_left_alone(void **state)
{
	static const char script[] = "#!/bin/sh\necho ${vm} ${HOME}\n";

	(void)state;
	assert_filled(script, "", script);
}

static void test_cloud_text__header_and_yaml_are_checked(void **state)
{
	(void)state;
	assert_refused("hostname: a\n", "", "the first line");
	assert_refused(" " HEAD, "", "the first line");
	assert_refused(HEAD, "", "empty");
	assert_refused("#cloud-config", "", "empty");
	assert_refused(HEAD "- a\n", "", "must be a mapping");
	assert_refused(HEAD "a: b\na: c\n", "", "given twice");
	assert_refused(HEAD "a: [\n", "", "not valid YAML");
	assert_refused(HEAD "a: \"\x01\"\n", "", "control character");
}

static void test_cloud_text__unknown_values_wait(void **state)
{
	(void)state;
	_cleanup_arena_ struct arena arena = { 0 };
	const char *why;

	assert_non_null(fill(HEAD "a: [\"${later}\"]\n", "", &arena, &why));
	assert_refused(HEAD "a: ${later}\n b\nc", "", "not valid YAML");
}

static void test_cloud_text__files_are_checked_as_they_are(void **state)
{
	struct complaints mistakes = { 0 };

	(void)state;
	assert_int_equal(cloud_text_check(CLOUD_USER_DATA, HEAD "a: ${x}\n", &mistakes), 0);
	assert_int_equal(cloud_text_check(CLOUD_NETWORK_CONFIG, "version: 2\n", &mistakes), 0);
	assert_int_equal(cloud_text_check(CLOUD_NETWORK_CONFIG, "version: 3\n", &mistakes), -1);
	assert_int_equal(cloud_text_check(CLOUD_USER_DATA, HEAD "a: b\na: c\n", &mistakes), -1);
	assert_int_equal(mistakes.n, 2);
	assert_int_equal(mistakes.v[1].loc.line, 3);
	complaints_done(&mistakes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cloud_text__values_are_filled_in),
		cmocka_unit_test(test_cloud_text__a_value_adds_no_structure),
		cmocka_unit_test(test_cloud_text__letters_for_private_use_are_letters),
		cmocka_unit_test(test_cloud_text__unknown_names_are_mistakes),
		cmocka_unit_test(test_cloud_text__scripts_are_left_alone),
		cmocka_unit_test(test_cloud_text__header_and_yaml_are_checked),
		cmocka_unit_test(test_cloud_text__unknown_values_wait),
		cmocka_unit_test(test_cloud_text__files_are_checked_as_they_are),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
