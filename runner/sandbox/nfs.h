/* SPDX-License-Identifier: Apache-2.0 */
/* nfs: a folder that both hosts share by NFS, where this machine can. */
#pragma once

#include "runner/sandbox/up.h"

#define NFS_FOLDER "/var/lib/libvirt/nfs" /* on both hosts; what the server offers */
#define NFS_CONFIG "/etc/ganesha/kvmlab.conf"

/* Sets s->nfs: whether this machine can. Writes down why not. */
int nfs_decide(struct sandbox *s, struct err *err);
/* Called in 'storage': the server's folders and configuration. */
int nfs_make_server(struct err *err);
/* On both hosts: mounts the folder, makes a pool of it. A server that does not come is no error. */
int nfs_mount(struct sandbox *s, struct err *err);
/* Of the sandbox that stands: the folder, or why there is none. */
void nfs_status(const char **ret_folder, const char **ret_why);
