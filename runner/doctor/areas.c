/* SPDX-License-Identifier: Apache-2.0 */
/* areas: the table of what 'kvmlab doctor' looks at, in the order in which it is mended. */
#include "runner/base/i18n.h"
#include "runner/doctor/doctor.h"
#include "runner/doctor/wants.h"

const struct area areas[] = {
	{ "host", N_("Connection"), N_("Steps and checks of the lab go there."), 0, false,
	  examine_host },
	{ "system", N_("System"),
	  N_("kvmlab is tried on Debian 12 and Ubuntu 22.04, 24.04; elsewhere packages and paths "
	     "may have other names."),
	  0, false, examine_system },
	{ "wsl", N_("WSL"),
	  N_("Under WSL services run only with systemd, and guests are fast only when Windows "
	     "passes virtualization on."),
	  0, false, examine_wsl },
	{ "locale", N_("Locale"), N_("Without UTF-8 names and answers lose their letters."), 0,
	  true, examine_locale },
	{ "sudo", N_("Becoming root"), N_("Some steps run as root."), WANT_ROOT, false,
	  examine_sudo },
	{ "packages", N_("Packages"), N_("Steps run these commands."), 0, false, examine_packages },
	{ "libvirt", N_("libvirt"),
	  N_("Guests, networks and pools are made and looked at through libvirt."), WANT_LIBVIRT,
	  false, examine_libvirt },
	{ "groups", N_("Groups"),
	  N_("Group libvirt may use libvirt without root, group kvm may open /dev/kvm."),
	  WANT_LIBVIRT | WANT_KVM, false, examine_groups },
	{ "network", N_("Network"), N_("Guests get their address from it."),
	  WANT_NETWORK | WANT_LIBVIRT, false, examine_network },
	{ "pool", N_("Storage pool"), N_("Images of guests are put there."),
	  WANT_POOL | WANT_LIBVIRT, false, examine_pool },
	{ "room", N_("Disk space"), N_("A guest whose disk cannot grow stops."), WANT_ROOM, false,
	  examine_room },
	{ "kvm", N_("Speed of guests"),
	  N_("Without a /dev/kvm that keeps its promise guests are emulated in software: the labs "
	     "work, but everything in a guest takes 10 to 50 times as long."),
	  WANT_KVM, false, examine_kvm },
	{ "nested", N_("Nested virtualization"),
	  N_("Only with it do guests of a guest run at the speed of the processor."), WANT_KVM,
	  false, examine_nested },
	{ "processor", N_("Processor"), N_("Some checks measure what only x86 processors have."),
	  WANT_X86 | WANT_HOSTS, false, examine_processor },
	{ "guestfs", N_("Kernel for libguestfs"),
	  N_("libguestfs looks into a guest's disk with a small machine made from this host's "
	     "kernel."),
	  WANT_GUESTFS, false, examine_guestfs },
	{ "apparmor", N_("AppArmor"),
	  N_("AppArmor lets a guest open only the files that its definition names, and those only "
	     "in the usual places."),
	  WANT_LIBVIRT, false, examine_apparmor },
	{ "image", N_("Image of a guest"),
	  N_("The lab's guests start from it, so that it needs no download of its own."),
	  WANT_IMAGE, false, examine_image },
	{ "sandbox", N_("Sandbox"),
	  N_("Labs on two hosts run on one machine in the sandbox, unless other hosts are named."),
	  WANT_HOSTS, true, examine_sandbox },
	{ 0 },
};
