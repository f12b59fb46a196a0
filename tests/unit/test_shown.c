/* SPDX-License-Identifier: Apache-2.0 */
/* test_shown: a step's command with values filled in is what a person would type for the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/run/plan.h"

static struct param params[] = {
	{ .name = "w", .value = "db01" },
	{ .name = "two", .value = "a b" },
	{ .name = "odd", .value = "it's \"$HOME\" `x` \\" },
	{ .name = "none" },
};

static const struct {
	const char *run, *shown;
} rows[] = {
	/* bare */
	{ "virsh start $w", "virsh start db01" },
	{ "virsh start $two", "virsh start 'a b'" },
	{ "echo $odd", "echo 'it'\\''s \"$HOME\" `x` \\'" },
	{ "echo ${w}s", "echo db01s" },
	/* inside "..." */
	{ "virsh start \"$w\"", "virsh start \"db01\"" },
	{ "virsh start \"$two\"", "virsh start \"a b\"" },
	{ "echo \"<$odd>\"", "echo \"<it's \\\"\\$HOME\\\" \\`x\\` \\\\>\"" },
	{ "echo \"it's $w\" $two", "echo \"it's db01\" 'a b'" },
	{ "echo \"\\\"$two\"", "echo \"\\\"a b\"" },
	/* inside '...': the shell leaves it alone */
	{ "awk '{ print $w }' \"$w\"", "awk '{ print $w }' \"db01\"" },
	{ "echo '\"'$two'\"'", "echo '\"''a b''\"'" },
	/* quotes begin anew inside $(...) */
	{ "echo \"$(cat $two \"$two\" '$w') $two\"", "echo \"$(cat 'a b' \"a b\" '$w') a b\"" },
	{ "echo $( (echo \"$w\") ) $two", "echo $( (echo \"db01\") ) 'a b'" },
	/* what is no variable of ours, or only looks like one */
	{ "echo $none $other $$ $1 ${w:-x} ${w", "echo $none $other $$ $1 ${w:-x} ${w" },
	{ "echo \\$w \"\\$w\" \\' $two", "echo \\$w \"\\$w\" \\' 'a b'" },
	/* a remark may hold a quote */
	{ "true # don't $w\necho $two#$w", "true # don't $w\necho 'a b'#db01" },
	/* here-documents */
	{ "cat <<E; echo $two\nit's \"$odd\" $(echo $w)\nE\necho $two",
	  "cat <<E; echo 'a b'\nit's \"it's \"\\$HOME\" \\`x\\` \\\\\" $(echo db01)\nE\necho 'a "
	  "b'" },
	{ "cat <<'E'\nit's $w\nE\necho $two", "cat <<'E'\nit's $w\nE\necho 'a b'" },
	{ "cat <<-\\E\n\tit's $w\n\tE\necho $two", "cat <<-\\E\n\tit's $w\n\tE\necho 'a b'" },
	{ "cat <<E\nno end $two", "cat <<E\nno end a b" },
	{ "cat <<<$two", "cat <<<'a b'" },
	/* not closed */
	{ "echo 'open $w", "echo 'open $w" },
	{ "echo \"open $two", "echo \"open a b" },
	{ "echo \\", "echo \\" },
};

static const struct lab lab = { .params = { params, ARRAY_SIZE(params) } };

static void test_shown__as_a_person_would_type_it(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct step step = { .id = "s", .run = rows[i].run };
		struct arena arena = { 0 };
		const char *shown = step_shown(&step, &lab, NULL, &arena);

		if (strcmp(shown, rows[i].shown))
			fail_msg("%s\nis shown as\n%s\nand not as\n%s", rows[i].run, shown,
				 rows[i].shown);
		arena_done(&arena);
	}
}

static void export_params(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(params); i++)
		if (params[i].value)
			setenv(params[i].name, params[i].value, 1);
}

static void run(const char *text, char *ret, size_t size)
{
	const char *argv[] = { "bash", "-c", text, NULL };
	int fds[2];
	ssize_t n, len = 0;

	assert_int_equal(pipe(fds), 0);
	if (fork() == 0) {
		dup2(fds[1], 1);
		if (freopen("/dev/null", "w", stderr))
			execvp(argv[0], (char *const *)argv);
		_exit(127);
	}
	close(fds[1]);
	while ((n = read(fds[0], ret + len, size - 1 - (size_t)len)) > 0)
		len += n;
	ret[len] = '\0';
	close(fds[0]);
}

/* Typed without the variables, it prints what it prints with them. */
static void test_shown__does_the_same(void **state)
{
	static const char *const same[] = {
		"printf '<%s>' \"$w\" \"$two\" \"$odd\" 'it'\"'\"'s $w' \"a$odd\"b ${w}s",
		"printf '<%s>' \"$(printf '%s' \"$odd\") $two\"",
		"cat <<E\nit's \"$odd\" $two $(echo \"$w\")\nE\nprintf '%s' \"$two\"",
		"cat <<'E'\nit's $w\nE\nprintf '%s' \"$two\" # don't",
	};

	(void)state;
	export_params();
	for (size_t i = 0; i < ARRAY_SIZE(same); i++) {
		const struct step step = { .id = "s", .run = same[i] };
		struct arena arena = { 0 };
		char with[1024], without[1024];
		const char *shown = step_shown(&step, &lab, NULL, &arena);

		assert_string_not_equal(shown, same[i]);
		run(same[i], with, sizeof(with));
		run(shown, without, sizeof(without));
		assert_true(with[0]);
		assert_string_equal(with, without);
		arena_done(&arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shown__as_a_person_would_type_it),
		cmocka_unit_test(test_shown__does_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
