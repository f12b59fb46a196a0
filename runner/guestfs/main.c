/* SPDX-License-Identifier: Apache-2.0 */
/* main: kvmlab-guestfs FORMAT IMAGE [FORMAT IMAGE]...: prints what is inside of a guest's disks. */
#include <locale.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/guestfs/guest.h"

#define DISKS_MAX 16

/*
 * kvmlab shows these beside its clock. On standard output, for over SSH the end of the other stream
 * comes late.
 */
void guest_say(const char *what)
{
	printf("* %s\n", what);
	fflush(stdout);
}

static void read_all(struct guest *guest)
{
	static const struct {
		const char *what;
		void (*print)(struct guest *);
	} parts[] = {
		{ N_("reading host name, machine-id and accounts"), guest_identity },
		{ N_("reading SSH host keys"), guest_keys },
		{ N_("reading the network configuration"), guest_network },
		{ N_("looking for logs and histories"), guest_traces },
		{ N_("looking for cloud-init"), guest_cloud },
	};

	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		guest_say(_(parts[i].what));
		parts[i].print(guest);
	}
}

static int look(struct guest *guest, struct err *err)
{
	int status = guest_open_disks(guest, err);

	if (!status)
		status = guest_start(guest, err);
	if (status)
		return status;
	status = guest_mount(guest, err);
	if (status == 1)
		guest_print(guest, "os", "none");
	else if (!status)
		read_all(guest);
	else
		return status;
	/* A guest may have been started meanwhile. */
	return guest_check_disks(guest, err);
}

static int run(struct guest *guest, struct err *err)
{
	int status;

	guest->g = guestfs_create_flags(GUESTFS_CREATE_NO_ENVIRONMENT);
	if (!guest->g || sodium_init() < 0) {
		err_set(err, ERR_ENV, NULL, _("libguestfs cannot be set up"));
		return GUEST_FAILED;
	}
	status = look(guest, err);
	guestfs_close(guest->g);
	if (status)
		return status;
	if (fwrite(buf_str(guest->out), 1, guest->out->len, stdout) != guest->out->len ||
	    fflush(stdout)) {
		err_set(err, ERR_IO, NULL, _("cannot print what was seen"));
		return GUEST_FAILED;
	}
	return 0;
}

/* One line, whatever libguestfs put into it. */
static void complain(const struct err *err)
{
	fputs("kvmlab-guestfs: ", stderr);
	for (const char *p = err->msg; *p; p++)
		fputc((unsigned char)*p < ' ' ? ' ' : *p, stderr);
	fputc('\n', stderr);
}

static const char usage[] = N_("usage: kvmlab-guestfs FORMAT IMAGE [FORMAT IMAGE]...");

int main(int argc, char **argv)
{
	_cleanup_arena_ struct arena arena = { 0 };
	_cleanup_buf_ struct buf out = { 0 };
	struct guest_disk disks[DISKS_MAX];
	struct guest guest = { .disks = disks, .arena = &arena, .out = &out };
	struct err err = { 0 };
	int status;

	setlocale(LC_ALL, "");
	if (argc == 2 && !strcmp(argv[1], "--help")) {
		puts(_(usage));
		return 0;
	}
	if (argc < 3 || argc % 2 == 0 || argc > 2 * DISKS_MAX + 1) {
		fprintf(stderr, "kvmlab-guestfs: %s\n", _(usage));
		return GUEST_USAGE;
	}
	for (int i = 1; i < argc; i += 2)
		disks[guest.disk_count++] = (struct guest_disk){ argv[i], argv[i + 1], -1 };
	status = run(&guest, &err);
	if (status)
		complain(&err);
	return status;
}
