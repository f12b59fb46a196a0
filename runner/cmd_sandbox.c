/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_sandbox: two libvirt hosts on this machine. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "runner/base/cleanup.h"
#include "runner/base/clock.h"
#include "runner/base/escape.h"
#include "runner/base/i18n.h"
#include "runner/command.h"
#include "runner/sandbox/sandbox.h"
#include "runner/ui/ui.h"

struct verb {
	const char *name;
	int operands;
	const char *options; /* those it takes, each between blanks */
	int (*run)(struct cli *cli, const char *operand, struct err *err);
};

static double seconds_since(int64_t us)
{
	return (double)(clock_us() - us) / 1e6;
}

static void say(void *data, const char *what)
{
	int64_t *started = data;

	printf("%5.1f s  %s\n", seconds_since(*started), what);
	fflush(stdout);
}

static void print_json_text(const char *key, const char *text)
{
	printf(", \"%s\": ", key);
	if (text)
		escape_json(stdout, text, strlen(text));
	else
		fputs("null", stdout);
}

static const char *state_name(enum sandbox_state state)
{
	static const char *const names[] = { "down", "up", "broken", "unfinished" };

	return names[state];
}

static void print_status_json(const struct sandbox_status *s)
{
	printf("{\"schema\": 1, \"state\": \"%s\"", state_name(s->state));
	print_json_text("why", s->why);
	print_json_text("options", s->options);
	if (s->options) {
		print_json_text("accelerator", s->kvm ? "kvm" : "tcg");
		print_json_text("guest", SANDBOX_GUEST);
		print_json_text("guest_address", s->guest_address);
		print_json_text("ssh_config", SANDBOX_SSH_CONFIG);
		printf(", \"iscsi\": %s", s->iscsi ? "true" : "false");
		print_json_text("nfs", s->nfs);
		print_json_text("no_nfs", s->no_nfs);
		fputs(", \"hosts\": [", stdout);
		for (size_t i = 0; i < ARRAY_SIZE(s->hosts); i++) {
			printf("%s{\"pid\": %d", i ? ", " : "", s->hosts[i].pid);
			print_json_text("name", s->hosts[i].name);
			print_json_text("address", s->hosts[i].address);
			print_json_text("uri", s->hosts[i].uri);
			putchar('}');
		}
		putchar(']');
	}
	puts("}");
}

static void print_storage(const struct sandbox_status *s)
{
	if (s->iscsi)
		printf(_("Shared storage: iSCSI, with the disk of '%s'\n"), SANDBOX_GUEST);
	if (s->nfs)
		printf(_("Shared storage: NFS, at '%s' and as pool 'nfs' on both hosts\n"), s->nfs);
	else if (s->no_nfs)
		printf(_("No NFS: %s\n"), s->no_nfs);
}

static void print_up(const struct sandbox_status *s)
{
	puts(s->kvm ? _("The sandbox is up. Guests run on the CPU (KVM).")
		    : _("The sandbox is up. No vCPU really runs under /dev/kvm here, so guests are "
			"emulated in software (TCG): slower, but the same libvirt."));
	for (size_t i = 0; i < ARRAY_SIZE(s->hosts); i++)
		printf("  %-12s %-15s %s\n", s->hosts[i].name, s->hosts[i].address,
		       s->hosts[i].uri);
	printf(_("  %-12s %-15s guest, defined on 'source' at first\n"), SANDBOX_GUEST,
	       s->guest_address);
	print_storage(s);
	printf(_("Options: %s\n"), s->options);
	if (sandbox_admits())
		printf(_("A shell: kvmlab sandbox shell source; or: ssh -F %s source\n"),
		       SANDBOX_SSH_CONFIG);
	else
		puts(_("It lets in root and whoever types 'sudo kvmlab sandbox up' with these "
		       "options."));
}

static int print_status(struct cli *cli, struct err *err)
{
	_cleanup_arena_ struct arena arena = { 0 };
	struct sandbox_status s;

	if (sandbox_status(&arena, &s, err) < 0)
		return -1;
	if (cli_wants_json(cli))
		print_status_json(&s);
	else if (s.state == SANDBOX_UP)
		print_up(&s);
	else if (s.state == SANDBOX_DOWN)
		printf(_("The sandbox is down: '%skvmlab sandbox up' starts it.\n"),
		       sandbox_sudo());
	else
		printf(_("The sandbox does not stand: %s. '%skvmlab sandbox down' removes what is "
			 "left.\n"),
		       s.why, sandbox_sudo());
	return s.state == SANDBOX_UP || s.state == SANDBOX_DOWN ? 0 : 1;
}

static int run_up(struct cli *cli, const char *operand, struct err *err)
{
	struct sandbox_options options = {
		.network = cli_value(cli, "network"),
		.lesser_cpu = cli_has(cli, "lesser-cpu"),
		.no_shared_storage = cli_has(cli, "no-shared-storage"),
		.no_trust = cli_has(cli, "no-trust"),
		.other_network = cli_has(cli, "other-network"),
	};
	int64_t started = clock_us();
	struct sandbox_watch watch = { .say = cli_wants_json(cli) ? NULL : say,
				       .data = &started,
				       .cancel = &ui_signal_count };
	bool is_new;

	(void)operand;
	if (!options.network)
		options.network = SANDBOX_NETWORK;
	ui_catch_signals();
	if (sandbox_up(&options, &watch, &is_new, err) < 0) {
		if (err->kind == ERR_INTERRUPT && ui_signal_last != SIGINT)
			err->kind = ERR_TERMINATE;
		return -1;
	}
	if (!cli_wants_json(cli))
		printf(is_new ? _("%5.1f s  done\n") : _("%5.1f s  it was up already\n"),
		       seconds_since(started));
	return print_status(cli, err);
}

static void print_image(struct cli *cli, bool is_new, double seconds)
{
	struct stat st = { 0 };

	stat(SANDBOX_IMAGE, &st);
	if (cli_wants_json(cli)) {
		printf("{\"schema\": 1, \"new\": %s, \"bytes\": %lld", is_new ? "true" : "false",
		       (long long)st.st_size);
		print_json_text("image", SANDBOX_IMAGE);
		puts("}");
		return;
	}
	printf(is_new ? _("%5.1f s  done\n") : _("%5.1f s  it was there already\n"), seconds);
	printf("%s (%lld MiB)\n", SANDBOX_IMAGE, (long long)st.st_size >> 20);
}

static int run_image(struct cli *cli, const char *operand, struct err *err)
{
	int64_t started = clock_us();
	struct sandbox_watch watch = { .say = cli_wants_json(cli) ? NULL : say,
				       .data = &started,
				       .cancel = &ui_signal_count };
	bool is_new;

	(void)operand;
	ui_catch_signals();
	if (sandbox_image(&watch, &is_new, err) < 0) {
		if (err->kind == ERR_INTERRUPT && ui_signal_last != SIGINT)
			err->kind = ERR_TERMINATE;
		return -1;
	}
	print_image(cli, is_new, seconds_since(started));
	return 0;
}

static void print_count_json(const char *key, const struct sandbox_count *c)
{
	printf(", \"%s\": {\"processes\": %d, \"namespaces\": %d, \"interfaces\": %d, "
	       "\"mounts\": %d, \"files\": %d}",
	       key, c->processes, c->namespaces, c->interfaces, c->mounts, c->files);
}

static void print_count(const char *what, int before, int after)
{
	printf(_("  %-12s %5d before, %d left\n"), what, before, after);
}

static void print_down(const struct sandbox_down *d)
{
	if (!d->found)
		puts(_("The sandbox was not up; nothing of it is here."));
	else
		puts(_("The sandbox is gone:"));
	if (d->found) {
		print_count(_("processes"), d->before.processes, d->after.processes);
		print_count(_("namespaces"), d->before.namespaces, d->after.namespaces);
		print_count(_("interfaces"), d->before.interfaces, d->after.interfaces);
		print_count(_("mounts"), d->before.mounts, d->after.mounts);
		print_count(_("files"), d->before.files, d->after.files);
	}
	if (d->cache)
		printf(_("Kept for the next time: the guest's image in '%s' ('--purge' removes "
			 "it).\n"),
		       SANDBOX_CACHE);
}

static int run_down(struct cli *cli, const char *operand, struct err *err)
{
	struct sandbox_down d;

	(void)operand;
	if (sandbox_down(cli_has(cli, "purge"), &d, err) < 0)
		return -1;
	if (!cli_wants_json(cli)) {
		print_down(&d);
		return 0;
	}
	printf("{\"schema\": 1, \"found\": %s, \"cache\": %s", d.found ? "true" : "false",
	       d.cache ? "true" : "false");
	print_count_json("before", &d.before);
	print_count_json("after", &d.after);
	puts("}");
	return 0;
}

static int run_status(struct cli *cli, const char *operand, struct err *err)
{
	(void)operand;
	return print_status(cli, err);
}

static int run_shell(struct cli *cli, const char *operand, struct err *err)
{
	(void)cli;
	return sandbox_shell(operand, err);
}

static const struct option_spec options[] = {
	{ .name = "network",
	  .argument = "RANGE",
	  .text = N_("up: addresses to use, as 10.77.0.0/24 (the default)") },
	{ .name = "lesser-cpu", .text = N_("up: the destination's CPU lacks SSE4.2 and AES") },
	{ .name = "no-shared-storage", .text = N_("up: the guest's disk is a file on the source") },
	{ .name = "no-trust", .text = N_("up: the hosts do not accept each other's SSH keys") },
	{ .name = "other-network", .text = N_("up: the destination is in another network") },
	{ .name = "purge", .text = N_("down: remove the guest's image too") },
	{ 0 },
};

static const struct verb verbs[] = {
	{ "up", 0, " network lesser-cpu no-shared-storage no-trust other-network ", run_up },
	{ "down", 0, " purge ", run_down },
	{ "image", 0, " ", run_image },
	{ "status", 0, " ", run_status },
	{ "shell", 1, " ", run_shell },
};

static int check_options(const struct cli *cli, const struct verb *verb, struct err *err)
{
	for (const struct option_spec *o = options; o->name; o++) {
		char word[64];

		snprintf(word, sizeof(word), " %s ", o->name);
		if (cli_has(cli, o->name) && !strstr(verb->options, word))
			return err_set(err, ERR_USAGE, NULL, _("'sandbox %s' has no option '--%s'"),
				       verb->name, o->name);
	}
	return 0;
}

static int run(struct cli *cli, struct err *err)
{
	size_t n;
	const char *const *operands = cli_operands(cli, &n);

	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++) {
		if (strcmp(operands[0], verbs[i].name))
			continue;
		if ((int)n - 1 != verbs[i].operands)
			return err_set(err, ERR_USAGE, NULL,
				       verbs[i].operands
					       ? _("'sandbox %s' needs a host: 'source' or "
						   "'destination'")
					       : _("'sandbox %s' takes nothing behind it"),
				       verbs[i].name);
		if (check_options(cli, &verbs[i], err) < 0)
			return -1;
		return verbs[i].run(cli, n > 1 ? operands[1] : NULL, err);
	}
	return err_set(
		err, ERR_USAGE, NULL,
		_("'sandbox' does not know '%s'; up, down, image, status or shell would be right"),
		operands[0]);
}

const struct command command_sandbox = {
	.name = "sandbox",
	.summary = N_("two libvirt hosts on this machine, for the migration labs"),
	.arguments = "up|down|image|status|shell [HOST]",
	.example = "sudo kvmlab sandbox up",
	.min = 1,
	.max = 2,
	.options = options,
	.run = run,
};
