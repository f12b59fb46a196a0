/* SPDX-License-Identifier: Apache-2.0 */
/*
 * nfs: a folder that both hosts share by NFS, where this machine can. The server runs in user space
 * inside 'storage' and ends with it, and the machine's own server and exports are not touched; the
 * client is the kernel's, so it must have one.
 */
#include "runner/sandbox/nfs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/sandbox/files.h"
#include "runner/sandbox/state.h"

#define STATE_NFS "nfs" /* a name of the table */

enum { YES, NO_CLIENT, NO_SERVER, NO_HANDLES, FAILED, NOT_WANTED, COUNT };

struct answer {
	const char *name;
	const char *why; /* there is none */
};

static const struct answer answers[COUNT] = {
	[YES] = { "yes", NULL },
	[NO_CLIENT] = { "no-client", N_("this kernel has no NFS") },
	[NO_SERVER] = { "no-server",
			N_("package 'nfs-ganesha-vfs', its server, is not installed") },
	[NO_HANDLES] = { "no-handles", N_("no server can offer what lies in the file system of "
					  "'/var/lib/kvmlab-sandbox'") },
	[FAILED] = { "failed", N_("it did not start; see '/var/lib/kvmlab-sandbox/storage.log'") },
	[NOT_WANTED] = { "not-wanted", N_("the sandbox has no shared storage") },
};

/* Any host may write, as it likes: they are alone in their network. Without a time of grace, in
 * which a server waits for the clients of an earlier one. */
static const char config[] = "NFS_CORE_PARAM {\n"
			     "\tProtocols = 4;\n"
			     "\tEnable_NLM = false;\n"
			     "\tEnable_RQUOTA = false;\n"
			     "}\n"
			     "NFSV4 {\n"
			     "\tGraceless = true;\n"
			     "\tRecoveryBackend = fs;\n"
			     "\tOnly_Numeric_Owners = true;\n"
			     "}\n"
			     "EXPORT {\n"
			     "\tExport_Id = 1;\n"
			     "\tPath = " NFS_FOLDER ";\n"
			     "\tPseudo = /nfs;\n"
			     "\tProtocols = 4;\n"
			     "\tTransports = TCP;\n"
			     "\tAccess_Type = RW;\n"
			     "\tSquash = No_Root_Squash;\n"
			     "\tSecType = sys;\n"
			     "\tFSAL { Name = VFS; }\n"
			     "}\n";

/* It has it, or has it as a module, which a mount loads. */
static bool has_client(struct sandbox *s)
{
	const char *argv[] = { "modprobe", "--dry-run", "--quiet", "nfs", NULL };
	struct err ignored = { 0 };

	return needs_has_filesystem("nfs4") ||
	       sandbox_run(s, &(struct sandbox_command){ .argv = argv }, &ignored) == 0;
}

/* A server knows files by handles, which not every file system gives: that of a container, say. */
static bool has_handles(const char *path)
{
	struct file_handle handle = { .handle_bytes = 0 };
	int mount;

	return name_to_handle_at(AT_FDCWD, path, &handle, &mount, 0) == 0 || errno == EOVERFLOW;
}

static int look(struct sandbox *s)
{
	if (s->options->no_shared_storage)
		return NOT_WANTED;
	if (!has_client(s))
		return NO_CLIENT;
	if (!needs_has("ganesha.nfsd") || !needs_has("/usr/lib/*/ganesha/libfsalvfs.so"))
		return NO_SERVER;
	return has_handles(SANDBOX_ROOT) ? YES : NO_HANDLES;
}

static int write_down(struct sandbox *s, int answer, struct err *err)
{
	char text[32];

	s->nfs = answer == YES;
	snprintf(text, sizeof(text), "%s\n", answers[answer].name);
	return state_write(STATE_NFS, text, err);
}

int nfs_decide(struct sandbox *s, struct err *err)
{
	return write_down(s, look(s), err);
}

int nfs_make_server(struct err *err)
{
	if (file_make_dirs(NFS_FOLDER, 0755, err) < 0 ||
	    file_make_dirs("/var/lib/nfs/ganesha", 0755, err) < 0 ||
	    file_make_dirs("/run/ganesha", 0755, err) < 0 ||
	    file_make_dirs("/etc/ganesha", 0755, err) < 0)
		return -1;
	return file_write(NFS_CONFIG, config, 0644, err);
}

/*
 * Should the server be gone with something unwritten, a soft mount gives up after half a minute; a
 * hard one would hold its host's last process for ever.
 */
static int mount_on(struct sandbox *s, enum node_id id, struct err *err)
{
	const struct net_end *server = &s->net.storage[id == NODE_DESTINATION && s->net.split];
	char address[NET_TEXT], options[96];
	const char *make[] = { "mkdir", "-p", NFS_FOLDER, NULL };
	const char *argv[] = { "mount", "-i", "-t",	      "nfs4",	  "-o",
			       options, "--", "storage:/nfs", NFS_FOLDER, NULL };
	const char *pool[] = { "virsh",
			       "-q",
			       "-c",
			       "qemu:///system",
			       "pool-define-as nfs dir --target " NFS_FOLDER
			       "; pool-autostart nfs; pool-start nfs",
			       NULL };

	snprintf(options, sizeof(options), "addr=%s,vers=4.2,soft,timeo=50,retrans=2",
		 net_address(server, address));
	if (sandbox_run_in(s, id, &(struct sandbox_command){ .argv = make }, err) < 0 ||
	    sandbox_run_soon(s, id, (struct sandbox_command){ .argv = argv }, err) < 0)
		return -1;
	return sandbox_run_in(s, id, &(struct sandbox_command){ .argv = pool }, err);
}

int nfs_mount(struct sandbox *s, struct err *err)
{
	struct err why = { 0 };

	if (!s->nfs)
		return 0;
	sandbox_say(s, _("sharing a folder between them by NFS"));
	if (mount_on(s, NODE_SOURCE, &why) == 0 && mount_on(s, NODE_DESTINATION, &why) == 0)
		return 0;
	if (why.kind == ERR_INTERRUPT) {
		*err = why;
		return -1;
	}
	/* The sandbox is whole without. */
	return write_down(s, FAILED, err);
}

void nfs_status(const char **ret_folder, const char **ret_why)
{
	_cleanup_buf_ struct buf name = { 0 };

	*ret_folder = *ret_why = NULL;
	if (!state_read(STATE_NFS, &name))
		return;
	for (int i = 0; i < COUNT; i++) {
		if (strcmp(buf_str(&name), answers[i].name))
			continue;
		*ret_folder = i == YES ? NFS_FOLDER : NULL;
		*ret_why = answers[i].why ? _(answers[i].why) : NULL;
	}
}
