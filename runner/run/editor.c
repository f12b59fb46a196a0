/* SPDX-License-Identifier: Apache-2.0 */
/* editor: an answer written in the student's own editor, $VISUAL or $EDITOR. */
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <wordexp.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/base/utf8.h"
#include "runner/host/visible.h"
#include "runner/run/steps.h"
#include "runner/store/scratch.h"

#define ANSWER_MAX 65536
#define COLUMNS	   72

static const char *chosen(void)
{
	const char *visual = getenv("VISUAL"), *editor = getenv("EDITOR");

	if (visual && *visual)
		return visual;
	return editor && *editor ? editor : NULL;
}

/* Text in lines that begin with '# '. */
static void put_comment(struct buf *b, const char *text)
{
	while (*text) {
		size_t len = strcspn(text, "\n"), fits = utf8_fit(text, len, COLUMNS), end = fits;

		while (fits < len && end && text[end] != ' ')
			end--;
		fits = end ? end : fits;
		buf_puts(b, "# ");
		buf_add(b, text, fits);
		buf_putc(b, '\n');
		text += fits;
		text += *text == ' ' || *text == '\n';
	}
}

static void put_file(struct buf *b, const char *ask, const struct buf *text)
{
	buf_puts(b, buf_str(text));
	buf_puts(b, "\n\n");
	put_comment(b, ask);
	buf_puts(b, "#\n");
	put_comment(b, _("Your answer goes above. Lines that begin with '#' are left out; an empty "
			 "answer counts as not given."));
}

static bool is_blank(const char *s, size_t len)
{
	return strspn(s, " \t\r") >= len;
}

/* The lines that are no comments, without blank ones at the beginning and the end. */
static void take_lines(const char *s, struct buf *ret)
{
	size_t blank = 0;

	while (*s) {
		size_t len = strcspn(s, "\n"), end = len;

		while (end && strchr(" \t\r", s[end - 1]))
			end--;
		if (is_blank(s, len)) {
			blank++;
		} else if (*s != '#') {
			for (; ret->len && blank; blank--)
				buf_putc(ret, '\n');
			blank = 0;
			if (ret->len)
				buf_putc(ret, '\n');
			buf_add(ret, s, end);
		}
		s += len + (s[len] == '\n');
	}
}

static bool is_text(const struct buf *b)
{
	uint32_t cp;

	for (size_t i = 0, n; i < b->len; i += n) {
		n = utf8_next(b->data + i, b->len - i, &cp);
		if (!n || !cp)
			return false;
	}
	return true;
}

/* 0; -1 after saying in err what was wrong with the editor or with what it left. */
static int come_back(struct run *run, int status, struct buf *ret, struct err *err)
{
	_cleanup_buf_ struct buf bytes = { 0 };

	if (WIFSIGNALED(status))
		return err_set(err, ERR_IO, NULL, _("the editor was ended by signal %d"),
			       WTERMSIG(status));
	if (WEXITSTATUS(status))
		return err_set(err, ERR_IO, NULL, _("the editor ended with exit status %d"),
			       WEXITSTATUS(status));
	if (scratch_read(run->store, ANSWER_MAX, &bytes, err) < 0)
		return -1;
	if (!is_text(&bytes))
		return err_set(err, ERR_IO, NULL, "%s", _("what the editor left is no UTF-8 text"));
	buf_reset(ret);
	take_lines(buf_str(&bytes), ret);
	return 0;
}

static int edit_file(struct run *run, const char *ask, struct buf *text, struct err *err)
{
	_cleanup_buf_ struct buf file = { 0 };
	_cleanup_buf_ struct buf path = { 0 };
	const char *command = chosen();
	int status = 0, rc = -1;
	wordexp_t words;

	if (!command)
		return err_set(err, ERR_ENV, NULL, "%s",
			       _("neither VISUAL nor EDITOR names an editor, as 'export "
				 "EDITOR=nano' does before kvmlab is started"));
	put_file(&file, ask, text);
	if (scratch_write(run->store, &file, &path, err) < 0)
		return -1;
	words.we_offs = 0;
	if (wordexp(command, &words, WRDE_NOCMD) || !words.we_wordc)
		return err_set(err, ERR_ENV, NULL, _("'%s' is no command of an editor"), command);
	/* The path stays a word whatever stands in it. */
	char **argv = arena_array(&run->arena, char *, words.we_wordc + 2);

	memcpy(argv, words.we_wordv, words.we_wordc * sizeof(*argv));
	argv[words.we_wordc] = path.data;
	rc = program_run_visibly(argv, &ui_signal_count, &status, err);
	ui_take_back(run->ui, rc == 0 && WIFSIGNALED(status));
	wordfree(&words);
	return rc < 0 ? -1 : come_back(run, status, text, err);
}

static int edit(void *data, const char *ask, struct buf *text, struct err *err)
{
	_cleanup_buf_ struct buf note = { 0 };
	struct run *run = data;
	struct err why;
	int rc = edit_file(run, ask, text, &why);

	scratch_remove(run->store);
	if (ui_interrupted(err) < 0)
		return -1;
	if (rc == 0)
		return 0;
	buf_printf(&note, _("%s; what was typed before is kept: go on here"), why.msg);
	ui_note(run->ui, buf_str(&note));
	return 1;
}

void editor_offer(struct run *run)
{
	const struct ui_editor editor = { .name = chosen(), .edit = edit, .data = run };

	/* What a killed kvmlab left. */
	scratch_remove(run->store);
	ui_offer_editor(run->ui, &editor);
}
