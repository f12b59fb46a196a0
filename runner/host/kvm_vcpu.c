/* SPDX-License-Identifier: Apache-2.0 */
/* kvm_vcpu: a VM with one page, one vCPU and a counted loop, timed beside the same loop here. */
#include "runner/host/kvm_vcpu.h"

#include <errno.h>
#include <linux/kvm.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/utsname.h>

#include "runner/base/clock.h"

#define LOOPS_FIRST 10000	       /* enough to see how slow it is, even at 1/100,000 */
#define LOOPS	    1000000	       /* what is wanted */
#define SLOW_NS	    (1000 * 1000000ll) /* how long the long loop may take */
#define TRIES	    3		       /* the best counts */

static void print_machine(int out)
{
	struct utsname u;

	if (uname(&u) == 0)
		dprintf(out, "arch=%s\n", u.machine);
}

#ifdef __x86_64__

#define CODE_AT 0x1000
#define PAGE	0x1000
#define TSS_AT	0xfffbd000 /* below the BIOS, as QEMU has it; Intel without unrestricted guest */
#define FAILED	(-1)
#define EXITED	(-2)

/* 16-bit code: dec ecx; jnz back; hlt */
static const unsigned char code[] = { 0x66, 0xff, 0xc9, 0x75, 0xfb, 0xf4 };

struct machine {
	int vm, vcpu;
	void *page;
	struct kvm_run *run;
};

static int map_memory(struct machine *m)
{
	struct kvm_userspace_memory_region region = {
		.guest_phys_addr = CODE_AT,
		.memory_size = PAGE,
	};

	m->page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (m->page == MAP_FAILED)
		return -1;
	memcpy(m->page, code, sizeof(code));
	region.userspace_addr = (uintptr_t)m->page;
	return ioctl(m->vm, KVM_SET_USER_MEMORY_REGION, &region);
}

static int make_vcpu(int kvm, struct machine *m)
{
	struct kvm_sregs sregs;
	int size = ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0);

	ioctl(m->vm, KVM_SET_TSS_ADDR, (unsigned long)TSS_AT);
	if (size < 0 || map_memory(m) < 0)
		return -1;
	m->vcpu = ioctl(m->vm, KVM_CREATE_VCPU, 0);
	if (m->vcpu < 0)
		return -1;
	m->run = mmap(NULL, (size_t)size, PROT_READ | PROT_WRITE, MAP_SHARED, m->vcpu, 0);
	if (m->run == MAP_FAILED || ioctl(m->vcpu, KVM_GET_SREGS, &sregs) < 0)
		return -1;
	sregs.cs.base = 0;
	sregs.cs.selector = 0;
	return ioctl(m->vcpu, KVM_SET_SREGS, &sregs);
}

/* Nanoseconds, FAILED with errno, or EXITED with another reason than hlt in m->run. */
static int64_t run_loop(struct machine *m, uint32_t count)
{
	struct kvm_regs regs = { .rip = CODE_AT, .rcx = count, .rflags = 2 };
	int64_t began;
	int rc;

	if (ioctl(m->vcpu, KVM_SET_REGS, &regs) < 0)
		return FAILED;
	began = clock_ns();
	do
		rc = ioctl(m->vcpu, KVM_RUN, 0);
	while (rc < 0 && errno == EINTR);
	if (rc < 0)
		return FAILED;
	return m->run->exit_reason == KVM_EXIT_HLT ? clock_ns() - began : EXITED;
}

static int64_t run_native(uint32_t count)
{
	int64_t best = INT64_MAX;

	for (int i = 0; i < TRIES; i++) {
		uint32_t n = count;
		int64_t began = clock_ns(), took;

		__asm__ volatile("1: decl %0; jnz 1b" : "+r"(n) : : "cc");
		took = clock_ns() - began;
		if (took < best)
			best = took;
	}
	return best > 0 ? best : 1;
}

/* The best of some tries, as long as they are quick: another process may have been in between. */
static int64_t run_best(struct machine *m, uint32_t count, int64_t quick_ns)
{
	int64_t best = run_loop(m, count), took;

	for (int i = 1; i < TRIES && best >= 0 && best < quick_ns; i++) {
		took = run_loop(m, count);
		if (took < 0)
			return took;
		if (took < best)
			best = took;
	}
	return best;
}

/* A short loop first; from its time, as long a one as is affordable. */
static int64_t measure_vcpu(struct machine *m, uint32_t *count)
{
	int64_t first = run_best(m, LOOPS_FIRST, SLOW_NS);

	*count = LOOPS_FIRST;
	if (first < 0 || first > SLOW_NS)
		return first;
	*count = LOOPS;
	if (first * (LOOPS / LOOPS_FIRST) > 2 * SLOW_NS)
		*count = (uint32_t)(LOOPS_FIRST * (SLOW_NS / (first + 1) + 1));
	return run_best(m, *count, SLOW_NS / 10);
}

static void try_vcpu(int kvm, struct machine *m, int out)
{
	uint32_t count;
	int64_t took;

	if (make_vcpu(kvm, m) < 0) {
		dprintf(out, "vcpu=%s\n", strerrorname_np(errno));
		return;
	}
	took = measure_vcpu(m, &count);
	if (took == FAILED)
		dprintf(out, "vcpu=%s\n", strerrorname_np(errno));
	else if (took == EXITED)
		dprintf(out, "vcpu=exit:%u\n", m->run->exit_reason);
	else
		dprintf(out, "vcpu=ok\nloop_count=%u\nvcpu_ns=%lld\nnative_ns=%lld\n", count,
			(long long)took, (long long)run_native(count));
}

#else

struct machine {
	int vm;
};

static void try_vcpu(int kvm, struct machine *m, int out)
{
	(void)kvm;
	(void)m;
	dprintf(out, "vcpu=unsupported\n");
}

#endif

void kvm_vcpu_try(int kvm, int out)
{
	struct machine m = { 0 };
	int version = ioctl(kvm, KVM_GET_API_VERSION, 0);

	print_machine(out);
	if (version < 0) {
		dprintf(out, "api_version=%s\n", strerrorname_np(errno));
		return;
	}
	dprintf(out, "api_version=%d\n", version);
	m.vm = ioctl(kvm, KVM_CREATE_VM, 0);
	if (m.vm < 0) {
		dprintf(out, "create_vm=%s\n", strerrorname_np(errno));
		return;
	}
	dprintf(out, "create_vm=ok\n");
	try_vcpu(kvm, &m, out);
}
