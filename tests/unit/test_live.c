/* SPDX-License-Identifier: Apache-2.0 */
/* test_live: what a terminal gets while something long runs, looked at through a pty. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <locale.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <time.h>

#include "runner/base/cleanup.h"
#include "runner/base/utf8.h"

#include "tests/unit/screen_fixture.h"

#define ERASE "\r\033[K"

/* As if it had begun so much earlier. */
static void pass_ms(struct screen *s, int64_t ms)
{
	s->ui->live.began_ms -= ms;
}

static void print(struct screen *s, const char *text)
{
	ui_live_output(s->ui, text, strlen(text));
}

static void test_live__line_comes_after_two_seconds(void **state)
{
	struct screen s;

	(void)state;
	screen_open(&s, false);
	ui_live_begin(s.ui, "step a");
	ui_live_tick(s.ui, "ping: 7 sent");
	assert_string_equal(screen_look(&s), "");
	pass_ms(&s, 2000);
	ui_live_tick(s.ui, "ping: 8 sent");
	assert_string_equal(screen_look(&s), "step a (2 s; ping: 8 sent)");
	ui_live_tick(s.ui, "ping: 8 sent");
	assert_string_equal(screen_look(&s), "");
	pass_ms(&s, 600000);
	ui_live_tick(s.ui, NULL);
	assert_string_equal(screen_look(&s), ERASE "step a (10 min 02 s)");
	ui_live_end(s.ui);
	assert_string_equal(screen_look(&s), ERASE);
	screen_close(&s);
}

static void test_live__output_goes_above_the_line(void **state)
{
	struct screen s;

	(void)state;
	screen_open(&s, false);
	ui_live_begin(s.ui, "a");
	print(&s, "one\ntw");
	assert_string_equal(screen_look(&s), "    one\n");
	pass_ms(&s, 2000);
	ui_live_tick(s.ui, NULL);
	assert_string_equal(screen_look(&s), "    tw (2 s)");
	print(&s, "o\n");
	assert_string_equal(screen_look(&s), ERASE "    two\na (2 s)");
	print(&s, "three");
	ui_live_end(s.ui);
	assert_string_equal(screen_look(&s), ERASE "    three (2 s)" ERASE "    three\n");
	screen_close(&s);
}

/* The columns of the longest line, as the terminal would show it. */
static size_t widest(const char *text)
{
	size_t most = 0;

	while (*text) {
		size_t len = strcspn(text, "\n\033\r"), n = utf8_columns(text, len);

		most = n > most ? n : most;
		text += len;
		if (!strncmp(text, "\033[", 2))
			text += strcspn(text, "mKJA");
		text += *text != '\0';
	}
	return most;
}

static void test_live__fits_every_width(void **state)
{
	static const char beside[] = "ping: silent for 1234 ms, 123456 sent";
	struct screen s;

	(void)state;
	screen_open(&s, false);
	ui_live_begin(s.ui, "step with-a-very-long-name-that-somebody-gave-it");
	pass_ms(&s, 12000);
	for (unsigned short columns = 20; columns <= 220; columns++) {
		size_t width = columns < 40 ? 40 : columns > 200 ? 200 : columns, found;

		screen_set_width(&s, columns);
		ui_live_tick(s.ui, columns % 2 ? beside : "ping: 1 sent");
		found = widest(screen_look(&s));
		assert_true(found > 0 && found <= width - 2);
	}
	screen_set_width(&s, 40);
	ui_live_tick(s.ui, "ping: silent for 180 ms, 1234 sent");
	screen_look(&s);
	ui_live_tick(s.ui, "ping: longest silence 1801 ms, 1234 sent; source: suspended");
	assert_string_equal(screen_look(&s), ERASE "12 s; ping: longest silence 1801 ms");
	ui_live_tick(s.ui, "one fact that is longer than forty columns");
	assert_string_equal(screen_look(&s), ERASE "12 s; one fact that is longer than ..");
	print(&s, "\xe4\xb8\x96\xe4\xb8\x96\xe4\xb8\x96\t\033[2J world, and more of it than fits");
	ui_live_tick(s.ui, NULL);
	assert_true(widest(screen_look(&s)) <= 38);
	screen_close(&s);
}

/* A terminal that became narrower has broken the line into rows: all of them go. */
static void test_live__goes_when_the_terminal_became_narrow(void **state)
{
	struct screen s;

	(void)state;
	screen_open(&s, false);
	ui_live_begin(s.ui, "step a");
	pass_ms(&s, 2000);
	ui_live_tick(s.ui, "ping: 1234 sent, longest silence 12 ms and then some");
	screen_look(&s);
	screen_set_width(&s, 40);
	ui_live_tick(s.ui, NULL);
	assert_string_equal(screen_look(&s), "\r\033[1A\033[Jstep a (2 s)");
	screen_close(&s);
}

static void test_live__keeps_what_is_shown_short(void **state)
{
	struct screen s;
	const char *text;

	(void)state;
	screen_open(&s, false);
	ui_live_begin(s.ui, "a");
	for (int i = 1; i <= 10000; i++) {
		char line[64];

		snprintf(line, sizeof(line), "line %d\n", i);
		print(&s, line);
	}
	pass_ms(&s, 2000);
	ui_live_tick(s.ui, NULL);
	assert_non_null(strstr(screen_look(&s), "    line 100\na (2 s; +9900 lines)"));
	ui_live_end(s.ui);
	text = screen_look(&s);
	assert_string_equal(text, ERASE "    ... more output (lines: 9895, size: 98.0 kB); the "
					"report keeps its beginning and its end\n"
					"    line 9996\n    line 9997\n    line 9998\n"
					"    line 9999\n    line 10000\n");
	screen_close(&s);
}

/* Where nothing would be left out, nothing is said to be. */
static void test_live__shows_all_of_what_is_little_more(void **state)
{
	struct screen s;
	const char *text;

	(void)state;
	screen_open(&s, false);
	ui_live_begin(s.ui, "a");
	for (int i = 1; i <= 105; i++)
		print(&s, "x\n");
	ui_live_end(s.ui);
	text = screen_look(&s);
	assert_null(strstr(text, "more output"));
	assert_int_equal(strlen(text), 105 * strlen("    x\n"));
	screen_close(&s);
}

/* Without newlines there is a limit, too, and characters stay whole. */
static void test_live__keeps_one_endless_line_short(void **state)
{
	struct screen s;
	const char *text;

	(void)state;
	screen_open(&s, false);
	ui_live_begin(s.ui, "a");
	for (int i = 0; i < 30000; i++) {
		print(&s, "\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac");
		screen_take(&s, 0);
	}
	ui_live_end(s.ui);
	text = screen_look(&s);
	assert_in_range(strlen(text), 64 * 1024, 72 * 1024);
	assert_null(strstr(text, "\xe2\x82\n"));
	assert_non_null(strstr(text, "(lines: 0, size: 198."));
	screen_close(&s);
}

static void test_live__shows_what_a_terminal_would(void **state)
{
	struct screen s;

	(void)state;
	screen_open(&s, false);
	ui_live_begin(s.ui, "a");
	print(&s, "\r[ 1 %]\r[ 2 %]\r[100 %]\n\033[2Jx\ryes\r\nplain\r\n");
	ui_live_end(s.ui);
	assert_string_equal(screen_look(&s),
			    "    [100 %] (overwritten: 2)\n    yes (overwritten: 1)\n"
			    "    plain\n");
	ui_live_begin(s.ui, "a");
	print(&s, "\033[2J\xc2\x9b\n");
	ui_live_end(s.ui);
	assert_string_equal(screen_look(&s), "    \\x1b[2J\\x9b\n");
	screen_close(&s);
}

static void test_live__plain_moves_no_cursor(void **state)
{
	struct screen s;

	(void)state;
	screen_open(&s, true);
	ui_live_begin(s.ui, "step a");
	pass_ms(&s, 9000);
	ui_live_tick(s.ui, "ping: 7 sent");
	assert_string_equal(screen_look(&s), "");
	pass_ms(&s, 1000);
	ui_live_tick(s.ui, "ping: 8 sent");
	ui_live_tick(s.ui, "ping: 9 sent");
	assert_string_equal(screen_look(&s), "step a (10 s; ping: 8 sent)\n");
	pass_ms(&s, 20000);
	ui_live_tick(s.ui, NULL);
	pass_ms(&s, 29000);
	ui_live_tick(s.ui, NULL);
	pass_ms(&s, 1000);
	ui_live_tick(s.ui, NULL);
	assert_string_equal(screen_look(&s), "step a (30 s)\nstep a (60 s)\n");
	print(&s, "no end");
	ui_live_tick(s.ui, NULL);
	assert_string_equal(screen_look(&s), "");
	ui_live_tick(s.ui, NULL);
	assert_string_equal(screen_look(&s), "    no end\n");
	ui_live_end(s.ui);
	assert_string_equal(screen_look(&s), "");
	screen_close(&s);
}

static void test_live__says_nothing_but_to_a_terminal(void **state)
{
	const struct ui_options options = { .ask = true };
	struct err err = { 0 };
	struct ui *ui;
	FILE *f = tmpfile();

	(void)state;
	assert_non_null(f);
	assert_int_equal(ui_open(f, &options, &ui, &err), 0);
	ui_live_begin(ui, "a");
	ui->live.began_ms -= 5000;
	ui_live_output(ui, "x\n", 2);
	ui_live_tick(ui, "y");
	ui_live_end(ui);
	ui_close(ui);
	assert_int_equal(ftell(f), 0);
	fclose(f);
}

static void *look_away(void *data)
{
	struct screen *s = data;

	screen_take(s, 1000);
	return NULL;
}

/* Nobody reads what the terminal shows (Ctrl-S, a stalled connection): the step is not held up. */
static void test_live__never_waits_for_the_terminal(void **state)
{
	char lines[60 * 1024];
	struct timespec a, b;
	pthread_t reader;
	struct screen s;

	(void)state;
	memset(lines, 'x', sizeof(lines));
	for (size_t i = 799; i < sizeof(lines); i += 800)
		lines[i] = '\n';
	screen_open(&s, false);
	fcntl(s.master, F_SETFL, O_RDWR);
	ui_live_begin(s.ui, "a");
	clock_gettime(CLOCK_MONOTONIC, &a);
	ui_live_output(s.ui, lines, sizeof(lines));
	for (int i = 0; i < 1000; i++) {
		pass_ms(&s, 1000);
		ui_live_output(s.ui, "more\n", 5);
		ui_live_tick(s.ui, NULL);
	}
	clock_gettime(CLOCK_MONOTONIC, &b);
	assert_true(b.tv_sec - a.tv_sec < 5);
	assert_true(s.ui->live.queue.len > s.ui->live.sent);
	assert_true(s.ui->live.queue.len < 80 * 1024);
	assert_int_equal(pthread_create(&reader, NULL, look_away, &s), 0);
	ui_live_end(s.ui);
	pthread_join(reader, NULL);
	assert_non_null(strstr(screen_look(&s), "    more\n"));
	screen_close(&s);
}

/* A terminal that went away holds nothing up and breaks nothing. */
static void test_live__survives_its_terminal(void **state)
{
	struct screen s;

	(void)state;
	screen_open(&s, false);
	ui_live_begin(s.ui, "a");
	close(s.master);
	s.master = open("/dev/null", O_RDWR | O_CLOEXEC);
	pass_ms(&s, 2000);
	print(&s, "x\n");
	ui_live_tick(s.ui, "y");
	ui_live_end(s.ui);
	screen_close(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_live__line_comes_after_two_seconds),
		cmocka_unit_test(test_live__output_goes_above_the_line),
		cmocka_unit_test(test_live__fits_every_width),
		cmocka_unit_test(test_live__goes_when_the_terminal_became_narrow),
		cmocka_unit_test(test_live__keeps_what_is_shown_short),
		cmocka_unit_test(test_live__shows_all_of_what_is_little_more),
		cmocka_unit_test(test_live__keeps_one_endless_line_short),
		cmocka_unit_test(test_live__shows_what_a_terminal_would),
		cmocka_unit_test(test_live__plain_moves_no_cursor),
		cmocka_unit_test(test_live__says_nothing_but_to_a_terminal),
		cmocka_unit_test(test_live__never_waits_for_the_terminal),
		cmocka_unit_test(test_live__survives_its_terminal),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	setenv("TERM", "xterm", 1);
	setenv("NO_COLOR", "1", 1);
	unsetenv("COLUMNS");
	unsetenv("XTERM_VERSION");
	unsetenv("STY");
	signal(SIGHUP, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
