/* SPDX-License-Identifier: Apache-2.0 */
/* ssh_script: the shell script that a remote host gets on the standard input of its 'sh'. */
#include "runner/host/ssh_script.h"

#include <stdio.h>
#include <string.h>

/*
 * A process carries the mark in its environment, where /proc shows it to its owner and to root; and
 * it lives in a cgroup named after the mark where we may make one, so that neither 'env -i' nor
 * forking faster than we look helps it.
 * All is inside one pair of braces, so that the shell has read it before it runs any of it: what
 * comes after it on standard input is nothing, until the connection ends.
 */
static const char common[] =
	"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n"
	"LC_ALL=C.UTF-8\n"
	"export PATH LC_ALL\n"
	"umask 077\n"
	"exec 3>&2 4<&0 2>/dev/null </dev/null\n"
	"began=0 ended=0 left=0 stuck=0 sudo= pids= place=\n"
	"report() {\n"
	"	[ -z \"$group\" ] || rmdir \"$group\"\n"
	"	printf '\\nKVMLAB %s %-7s %03d %04d %04d %12s %12s\\n' \"$token\" \"$1\" \"$2\" "
	"\\\n"
	"		\"$left\" \"$stuck\" \"$began\" \"$ended\" >&3\n"
	"	exit 0\n"
	"}\n"
	"find_marked() {\n"
	"	pids=\n"
	"	for f in $($sudo grep -lsF -e \"KVMLAB_STEP=$mark\" /proc/[0-9]*/environ); do\n"
	"		f=${f#/proc/}\n"
	"		pids=\"$pids ${f%/environ}\"\n"
	"	done\n"
	"	if [ -n \"$group\" ]; then\n"
	"		for p in $(cat \"$group/cgroup.procs\"); do\n"
	"			case \" $pids \" in\n"
	"			*\" $p \"*) ;;\n"
	"			*) pids=\"$pids $p\" ;;\n"
	"			esac\n"
	"		done\n"
	"	fi\n"
	"	[ -n \"$pids\" ]\n"
	"}\n"
	"count() { echo $#; }\n"
	/* TERM and CONT, a grace of 2 s, then KILL until nothing is left, 3 s or longer. */
	"end_all() {\n"
	"	find_marked || return\n"
	"	$sudo kill -s TERM $pids\n"
	"	$sudo kill -s CONT $pids\n"
	"	n=0\n"
	"	while find_marked && [ $n -lt 40 ]; do\n"
	"		n=$((n + 1))\n"
	"		sleep 0.05\n"
	"	done\n"
	"	n=0\n"
	"	while [ -n \"$pids\" ] && [ $n -lt 300 ]; do\n"
	"		[ -z \"$group\" ] || echo 1 >\"$group/cgroup.kill\"\n"
	"		$sudo kill -s KILL $pids\n"
	"		n=$((n + 1))\n"
	"		[ $n -lt 20 ] || sleep 0.01\n"
	"		find_marked\n"
	"	done\n"
	"}\n"
	"own= group=\n"
	"while IFS=: read -r n names path; do\n"
	"	[ $n != 0 ] || own=${path%/}\n"
	"done </proc/self/cgroup\n"
	"for d in /sys/fs/cgroup /sys/fs/cgroup/unified; do\n"
	"	[ ! -w \"$d$own/cgroup.procs\" ] || group=$d$own/kvmlab-$mark\n"
	"done\n"
	"if [ $root = 1 ] && [ \"$(id -u)\" != 0 ]; then\n"
	"	sudo='sudo -n'\n"
	"fi\n";

/*
 * $1 is the directory, then come as many variables as $entries says, then the command. Neither exit
 * status nor words of sudo tell a refusal from the command's own end: what sudo starts reads a line
 * first, and descriptor 5 has not moved when sudo let nothing in.
 */
static const char run[] =
	"find_program() {\n"
	"	case $1 in\n"
	"	*/*) [ -e \"$1\" ] || return 2\n"
	"		[ -f \"$1\" ] && [ -x \"$1\" ] || return 13\n"
	"		return 0 ;;\n"
	"	esac\n"
	"	found=2\n"
	"	IFS=:\n"
	"	for d in $PATH; do\n"
	"		[ -f \"$d/$1\" ] && [ -x \"$d/$1\" ] && found=0 && break\n"
	"		[ -e \"$d/$1\" ] && found=13\n"
	"	done\n"
	"	unset IFS\n"
	"	return $found\n"
	"}\n"
	"[ -z \"$sudo\" ] || sudo -n true || report notrun 1\n"
	"[ -z \"$1\" ] || cd -- \"$1\" || report notrun 2\n"
	"shift\n"
	"eval \"program=\\${$((entries + 1))}\"\n"
	"case $program in\n"
	"*=*) report notrun 22 ;;\n"
	"esac\n"
	"find_program \"$program\" || report notrun $?\n"
	"if [ -n \"$sudo\" ]; then\n"
	"	input=$(mktemp) || report notrun 5\n"
	"	{ echo; [ $fed = 0 ] || feed; } >\"$input\"\n"
	"	exec 5<\"$input\"\n"
	"	rm -f \"$input\"\n"
	"fi\n"
	"[ -z \"$group\" ] || mkdir \"$group\" || group=\n"
	"(\n"
	"	trap 'kill $!; exit 10' TERM\n"
	"	cat <&4 &\n"
	"	wait $!\n"
	"	trap 'exit 11' TERM\n"
	"	end_all\n"
	") >/dev/null 3>&- &\n"
	"gone=$!\n"
	"(\n"
	"	trap 'kill $!; exit 10' TERM\n"
	"	sleep $limit &\n"
	"	wait $!\n"
	"	trap 'exit 11' TERM\n"
	"	end_all\n"
	"	exit 11\n"
	") >/dev/null 3>&- 4<&- &\n"
	"late=$!\n"
	"run() {\n"
	"	[ -z \"$group\" ] || echo 0 >\"$group/cgroup.procs\"\n"
	"	if [ -n \"$sudo\" ]; then\n"
	"		exec env \"KVMLAB_STEP=$mark\" setsid sudo -n -- env LC_ALL=C.UTF-8 \\\n"
	"			\"KVMLAB_STEP=$mark\" sh -c 'read -r started; exec env \"$@\"' sh "
	"\"$@\"\n"
	"	fi\n"
	"	exec setsid env -i PATH=\"$PATH\" LC_ALL=C.UTF-8 HOME=\"$HOME\" USER=\"$USER\" \\\n"
	"		LOGNAME=\"$LOGNAME\" \"KVMLAB_STEP=$mark\" \"$@\"\n"
	"}\n"
	"read began rest </proc/uptime\n"
	"if [ -n \"$sudo\" ]; then\n"
	"	(run \"$@\") 2>&3 3>&- 4<&- <&5 5<&-\n"
	"elif [ $fed = 1 ]; then\n"
	"	feed | (run \"$@\") 2>&3 3>&- 4<&-\n"
	"else\n"
	"	(run \"$@\") 2>&3 3>&- 4<&-\n"
	"fi\n"
	"code=$?\n"
	"read ended rest </proc/uptime\n"
	"kill $late $gone\n"
	"wait $late\n"
	"why=$?\n"
	"wait $gone\n"
	"n=0\n"
	"while find_marked && [ $n -lt 2 ]; do\n"
	"	n=$((n + 1))\n"
	"	sleep 0.02\n"
	"done\n"
	"if [ -n \"$pids\" ]; then\n"
	"	left=$(count $pids)\n"
	"	end_all\n"
	"	stuck=$(count $pids)\n"
	"fi\n"
	"[ -z \"$sudo\" ] || read -r name place </proc/self/fdinfo/5\n"
	"[ \"$place\" != 0 ] || report notrun 1\n"
	"[ $why = 11 ] && report late 0\n"
	"report exited $code\n";

static const char end[] = "[ -d \"$group\" ] || group=\n"
			  "find_marked\n"
			  "left=$(count $pids)\n"
			  "end_all\n"
			  "stuck=$(count $pids)\n"
			  "report ended 0\n";

/* One word for printf's %b: digits and backslashes, between quotes. */
static void put_octal(struct buf *out, const char *bytes, size_t len)
{
	buf_putc(out, '\'');
	for (size_t i = 0; i < len; i++)
		buf_printf(out, "\\0%03o", (unsigned char)bytes[i]);
	buf_putc(out, '\'');
}

/* $(...) takes newlines off the end, so something else stands there. */
static void put_value(struct buf *out, const char *value)
{
	buf_puts(out, "v=$(printf '%bx' ");
	put_octal(out, value, strlen(value));
	buf_puts(out, ")\nset -- \"$@\" \"${v%x}\"\n");
}

static void put_input(struct buf *out, const struct process_spec *spec)
{
	if (!spec->input || !spec->input_len) {
		buf_puts(out, "fed=0\n");
		return;
	}
	buf_puts(out, "fed=1\nfeed() { printf '%b' ");
	put_octal(out, spec->input, spec->input_len);
	buf_puts(out, "; }\n");
}

static void put_head(struct buf *out, bool root, const char *mark, const char *token)
{
	buf_printf(out, "{\nmark=%s token=%s root=%d\n", mark, token, root);
	buf_puts(out, common);
}

void ssh_script_run(struct buf *out, const struct process_spec *spec, const char *mark,
		    const char *token)
{
	int64_t limit = spec->timeout_ms;
	size_t entries = 0;

	while (spec->env && spec->env[entries])
		entries++;
	put_head(out, spec->root, mark, token);
	buf_printf(out, "limit=%lld.%03d entries=%zu\nset --\n", (long long)(limit / 1000),
		   (int)(limit % 1000), entries);
	put_value(out, spec->directory ? spec->directory : "");
	for (size_t i = 0; i < entries; i++)
		put_value(out, spec->env[i]);
	for (const char *const *arg = spec->argv; *arg; arg++)
		put_value(out, *arg);
	put_input(out, spec);
	buf_puts(out, run);
	buf_puts(out, "}\n");
}

void ssh_script_end(struct buf *out, bool root, const char *mark, const char *token)
{
	put_head(out, root, mark, token);
	buf_puts(out, end);
	buf_puts(out, "}\n");
}

void ssh_script_shell(struct buf *out, const char *const *env, bool root)
{
	/* In single quotes no shell takes anything of this for itself. */
	buf_printf(out,
		   "exec sh -c 'for o; do v=$(printf %%bx \"$o\"); shift; set -- \"$@\" "
		   "\"${v%%x}\"; done; sudo=; %sexec $sudo env \"$@\" sh -c \"if command -v bash "
		   ">/dev/null; "
		   "then exec bash --noprofile --norc -i; else exec sh -i; fi\"' sh",
		   /* Who logs in as root needs no sudo, and there may be none. */
		   root ? "[ $(id -u) = 0 ] || sudo=\"sudo -n --\"; " : "");
	for (; *env; env++) {
		buf_putc(out, ' ');
		put_octal(out, *env, strlen(*env));
	}
}

bool ssh_report_parse(const char *bytes, const char *token, struct ssh_report *ret)
{
	static const char *const words[] = { "exited", "late", "notrun", "ended" };
	char text[SSH_REPORT_SIZE + 1], found[SSH_ID_SIZE], word[8];
	double began, ended;
	struct ssh_report r = { 0 };
	size_t i = 0;

	memcpy(text, bytes, SSH_REPORT_SIZE);
	text[SSH_REPORT_SIZE] = '\0';
	if (sscanf(text, "\nKVMLAB %32s %7s %d %u %u %lf %lf", found, word, &r.status, &r.left,
		   &r.stuck, &began, &ended) != 7 ||
	    text[0] != '\n' || strcmp(found, token))
		return false;
	while (i < 4 && strcmp(words[i], word))
		i++;
	r.what = i;
	r.ms = (int64_t)((ended - began) * 1000 + 0.5);
	*ret = r;
	return i < 4;
}
