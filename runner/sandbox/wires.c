/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wires: the network. The switch stands inside 'storage', so that the machine's packet filter (with
 * Docker's bridge-nf-call-iptables, say) never sees what the hosts say to each other.
 *
 *   machine: kvmlab0 ---- uplink \
 *   source: br0 - eth0 -- source  > switch (in 'storage')
 *   destination: br0 - eth0 ---- /
 */
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/socket.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/sandbox/state.h"
#include "runner/sandbox/up.h"

/* The MAC address, written down before the interface is made, tells ours from a stranger's. */
int wires_choose(struct err *err)
{
	unsigned char r[4];
	char mac[24];

	if (getrandom(r, sizeof(r), 0) != sizeof(r))
		return err_errno(err, ERR_ENV, errno, _("no random bytes"));
	snprintf(mac, sizeof(mac), "02:6b:%02x:%02x:%02x:%02x\n", r[0], r[1], r[2], r[3]);
	return state_write(STATE_LINK, mac, err);
}

/* From the kernel: /sys may be mounted for another network namespace than ours. */
static bool read_mac(char text[static 24])
{
	_cleanup_fd_ int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq r = { .ifr_name = SANDBOX_LINK };
	const unsigned char *m = (const unsigned char *)r.ifr_hwaddr.sa_data;

	if (fd < 0 || ioctl(fd, SIOCGIFHWADDR, &r) < 0)
		return false;
	snprintf(text, 24, "%02x:%02x:%02x:%02x:%02x:%02x", m[0], m[1], m[2], m[3], m[4], m[5]);
	return true;
}

bool wires_is_ours(void)
{
	_cleanup_buf_ struct buf mac = { 0 };
	char there[24];

	return state_read(STATE_LINK, &mac) && read_mac(there) && !strcmp(there, buf_str(&mac));
}

int wires_check_free(struct err *err)
{
	if (!if_nametoindex(SANDBOX_LINK))
		return 0;
	return err_set(err, ERR_ENV, NULL,
		       _("the network interface '%s' is there already and is not the sandbox's; "
			 "rename or remove it"),
		       SANDBOX_LINK);
}

static int batch(struct sandbox *s, const char *pid, const char *text, struct err *err)
{
	const char *inside[] = { "nsenter", "-t", pid, "-n", "--", "ip", "-batch", "-", NULL };
	struct sandbox_command c = { .argv = pid ? inside : inside + 5, .input = text };

	return sandbox_run(s, &c, err);
}

static int make_link(struct sandbox *s, struct err *err)
{
	_cleanup_buf_ struct buf text = { 0 }, mac = { 0 };
	char address[NET_TEXT];

	state_read(STATE_LINK, &mac);
	buf_printf(&text, "link add name %s address %s type veth peer name uplink netns %d\n",
		   SANDBOX_LINK, buf_str(&mac), (int)s->nodes[NODE_STORAGE].record.pid);
	buf_printf(&text, "link set %s addrgenmode none\n", SANDBOX_LINK);
	for (int i = 0; i <= s->net.split; i++)
		buf_printf(&text, "address add %s dev %s\n",
			   net_with_prefix(&s->net.machine[i], address), SANDBOX_LINK);
	buf_printf(&text, "link set %s up\n", SANDBOX_LINK);
	return batch(s, NULL, buf_str(&text), err);
}

static int make_switch(struct sandbox *s, struct err *err)
{
	_cleanup_buf_ struct buf text = { 0 };
	char address[NET_TEXT], pid[16];

	buf_puts(&text, "link set lo up\n"
			"link add name switch type bridge forward_delay 0 stp_state 0\n"
			"link set uplink master switch\n");
	for (int i = NODE_SOURCE; i <= NODE_DESTINATION; i++)
		buf_printf(&text,
			   "link add name %s type veth peer name eth0 netns %d\n"
			   "link set %s master switch\nlink set %s up\n",
			   node_names[i], (int)s->nodes[i].record.pid, node_names[i],
			   node_names[i]);
	for (int i = 0; i <= s->net.split; i++)
		buf_printf(&text, "address add %s dev switch\n",
			   net_with_prefix(&s->net.storage[i], address));
	buf_puts(&text, "link set uplink up\nlink set switch up\n");
	snprintf(pid, sizeof(pid), "%d", (int)s->nodes[NODE_STORAGE].record.pid);
	return batch(s, pid, buf_str(&text), err);
}

static int make_bridge(struct sandbox *s, enum node_id id, struct err *err)
{
	const struct net_end *end = id == NODE_SOURCE ? &s->net.source : &s->net.destination;
	_cleanup_buf_ struct buf text = { 0 };
	char address[NET_TEXT], pid[16];

	/* A bridge without an address of its own takes its lowest port's, and changes with guests.
	 */
	buf_printf(&text,
		   "link set lo up\n"
		   "link add name br0 address 02:6b:76:6d:00:%02x type bridge forward_delay 0 "
		   "stp_state 0\n"
		   "link set eth0 master br0\nlink set eth0 up\n"
		   "address add %s dev br0\nlink set br0 up\n",
		   (int)id + 1, net_with_prefix(end, address));
	snprintf(pid, sizeof(pid), "%d", (int)s->nodes[id].record.pid);
	return batch(s, pid, buf_str(&text), err);
}

int wires_make(struct sandbox *s, struct err *err)
{
	if (make_link(s, err) < 0 || make_switch(s, err) < 0 ||
	    make_bridge(s, NODE_SOURCE, err) < 0)
		return -1;
	return make_bridge(s, NODE_DESTINATION, err);
}
