/* SPDX-License-Identifier: Apache-2.0 */
/* ping: a thread that sends echo requests on an absolute schedule and notes when answers arrive. */
#include "runner/host/ping.h"

#include <errno.h>
#include <netinet/icmp6.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "runner/base/cleanup.h"
#include "runner/base/clock.h"
#include "runner/base/i18n.h"
#include "runner/host/ping_target.h"

#define ECHOES_MAX (4u * 1024 * 1024) /* an hour at 1 ms; 64 MiB */

/* Behind the ICMP header: says that an answer is ours, and to which request. */
struct payload {
	uint64_t cookie;
	uint64_t index;
};

struct ping {
	pthread_t thread;
	int family, socket, timer, stop;
	struct sockaddr_storage to;
	socklen_t to_len;
	uint64_t cookie;
	int64_t start_us;
	char target[PING_TARGET_SIZE];
	struct ping_record record;
	size_t cap, newest; /* newest: 1 + highest index answered */
	_Atomic uint64_t sent, answers;
	_Atomic int64_t last_us, longest_us; /* of an answer; between two */
	_Atomic bool sending;
};

static int64_t now_us(const struct ping *p)
{
	return clock_us() - p->start_us;
}

/* The kernel stamps arrivals in CLOCK_REALTIME; its offset to CLOCK_MONOTONIC is taken at each one.
 */
static int64_t arrival_us(const struct ping *p, struct msghdr *msg)
{
	struct timespec real;
	int64_t age;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(msg); c; c = CMSG_NXTHDR(msg, c)) {
		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_TIMESTAMPNS)
			continue;
		memcpy(&real, CMSG_DATA(c), sizeof(real));
		age = clock_unix_us() - (real.tv_sec * 1000000LL + real.tv_nsec / 1000);
		/* A clock that was set between the two cannot be trusted. */
		if (age >= 0 && age < 1000000)
			return now_us(p) - age;
	}
	return now_us(p);
}

static uint16_t checksum(const void *data, size_t len)
{
	const uint8_t *p = data;
	uint32_t sum = 0;

	for (size_t i = 0; i + 1 < len; i += 2)
		sum += (uint32_t)(p[i] << 8 | p[i + 1]);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return htons((uint16_t)~sum);
}

static struct ping_echo *add_echo(struct ping *p)
{
	struct ping_record *r = &p->record;

	if (r->n == ECHOES_MAX)
		return NULL;
	if (r->n == p->cap) {
		p->cap = p->cap ? p->cap * 2 : 4096;
		r->echoes = mem_realloc(r->echoes, p->cap * sizeof(*r->echoes));
	}
	return &r->echoes[r->n++];
}

static void send_one(struct ping *p)
{
	struct {
		struct icmphdr icmp;
		struct payload payload;
	} packet = { 0 };
	struct ping_echo *echo = add_echo(p);
	ssize_t n;

	if (!echo)
		return;
	packet.icmp.type = p->family == AF_INET ? ICMP_ECHO : ICMP6_ECHO_REQUEST;
	packet.icmp.un.echo.id = (uint16_t)p->cookie;
	packet.icmp.un.echo.sequence = htons((uint16_t)p->record.n);
	packet.payload.cookie = p->cookie;
	packet.payload.index = p->record.n - 1;
	if (p->family == AF_INET)
		packet.icmp.checksum = checksum(&packet, sizeof(packet));
	*echo = (struct ping_echo){ now_us(p), -1 };
	atomic_store(&p->sent, p->record.n);
	n = sendto(p->socket, &packet, sizeof(packet), MSG_DONTWAIT, (struct sockaddr *)&p->to,
		   p->to_len);
	if (n < 0)
		p->record.send_errors++;
}

static void note_answer(struct ping *p, uint64_t index, int64_t at_us)
{
	struct ping_echo *echo = &p->record.echoes[index];

	if (echo->answered_us >= 0) {
		p->record.duplicates++;
		return;
	}
	/* Two clocks meet here: an answer is never earlier than its question. */
	echo->answered_us = at_us > echo->sent_us ? at_us : echo->sent_us;
	if (index + 1 < p->newest)
		p->record.out_of_order++;
	else
		p->newest = index + 1;
	/* What is before the first answer is no gap: see ping_measure. */
	if (atomic_fetch_add(&p->answers, 1) &&
	    echo->answered_us - atomic_load(&p->last_us) > atomic_load(&p->longest_us))
		atomic_store(&p->longest_us, echo->answered_us - atomic_load(&p->last_us));
	atomic_store(&p->last_us, echo->answered_us);
}

/* A raw IPv4 socket hands over the IP header too. */
static const uint8_t *skip_header(const struct ping *p, const uint8_t *bytes, size_t *len)
{
	size_t header;

	if (p->family != AF_INET || strcmp(p->record.socket, "raw"))
		return bytes;
	header = *len ? (size_t)(bytes[0] & 0x0f) * 4 : 0;
	if (header > *len)
		return NULL;
	*len -= header;
	return bytes + header;
}

/* False when there is nothing to read. */
static bool receive_one(struct ping *p)
{
	uint8_t bytes[512];
	union {
		struct cmsghdr align;
		uint8_t space[256];
	} control;
	struct iovec iov = { bytes, sizeof(bytes) };
	struct msghdr msg = { .msg_iov = &iov,
			      .msg_iovlen = 1,
			      .msg_control = &control,
			      .msg_controllen = sizeof(control) };
	ssize_t n = recvmsg(p->socket, &msg, MSG_DONTWAIT);
	size_t len = n > 0 ? (size_t)n : 0;
	const uint8_t *icmp = skip_header(p, bytes, &len);
	struct payload payload;

	if (n < 0)
		return errno == EINTR || (errno != EAGAIN && errno != EWOULDBLOCK);
	if (!icmp || len < sizeof(struct icmphdr) + sizeof(payload))
		return true;
	memcpy(&payload, icmp + sizeof(struct icmphdr), sizeof(payload));
	if (icmp[0] == (p->family == AF_INET ? ICMP_ECHOREPLY : ICMP6_ECHO_REPLY) &&
	    payload.cookie == p->cookie && payload.index < p->record.n)
		note_answer(p, payload.index, arrival_us(p, &msg));
	return true;
}

/* Timer ticks that were missed are made up for, so that the schedule stays absolute. */
static void tick(struct ping *p)
{
	uint64_t due;

	if (read(p->timer, &due, sizeof(due)) != sizeof(due) || !atomic_load(&p->sending))
		return;
	/* A machine that slept long does not answer with a flood. */
	for (uint64_t i = 0; i < due && i < 3; i++)
		send_one(p);
}

static void *work(void *data)
{
	struct ping *p = data;
	struct pollfd fds[] = { { p->socket, POLLIN, 0 },
				{ p->timer, POLLIN, 0 },
				{ p->stop, POLLIN, 0 } };

	while (!fds[2].revents) {
		if (poll(fds, ARRAY_SIZE(fds), -1) < 0)
			continue;
		if (fds[0].revents)
			for (int i = 0; i < 64 && receive_one(p); i++)
				;
		if (fds[1].revents)
			tick(p);
	}
	return NULL;
}

/* A raw socket needs CAP_NET_RAW; a datagram one net.ipv4.ping_group_range (icmp(7)). */
static int open_socket(struct ping *p, struct err *err)
{
	int protocol = p->family == AF_INET ? IPPROTO_ICMP : (int)IPPROTO_ICMPV6;
	int one = 1, room = 1 << 20;

	p->record.socket = "datagram";
	p->socket = socket(p->family, SOCK_DGRAM | SOCK_CLOEXEC, protocol);
	if (p->socket < 0) {
		p->record.socket = "raw";
		p->socket = socket(p->family, SOCK_RAW | SOCK_CLOEXEC, protocol);
	}
	if (p->socket < 0)
		return err_errno(err, ERR_PRIVILEGE, errno, _("cannot open a socket for ping"));
	if (setsockopt(p->socket, SOL_SOCKET, SO_TIMESTAMPNS, &one, sizeof(one)) < 0)
		return err_errno(err, ERR_ENV, errno, _("cannot have arrivals time-stamped"));
	setsockopt(p->socket, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
	return 0;
}

static int open_timer(struct ping *p, const struct ping_spec *spec, struct err *err)
{
	struct timespec interval = { spec->interval_ms / 1000, spec->interval_ms % 1000 * 1000000 };
	struct itimerspec when = { .it_interval = interval };

	p->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	p->stop = eventfd(0, EFD_CLOEXEC);
	p->start_us = clock_us();
	when.it_value = (struct timespec){ p->start_us / 1000000, p->start_us % 1000000 * 1000 };
	if (p->timer < 0 || p->stop < 0 ||
	    timerfd_settime(p->timer, TFD_TIMER_ABSTIME, &when, NULL) < 0)
		return err_errno(err, ERR_ENV, errno, _("cannot start the clock of the ping"));
	return 0;
}

static void destroy(struct ping *p)
{
	cleanup_fd(&p->socket);
	cleanup_fd(&p->timer);
	cleanup_fd(&p->stop);
	free(p->record.echoes);
	free(p);
}

static int open_all(struct ping *p, const struct ping_spec *spec, struct err *err)
{
	if (spec->interval_ms < PING_INTERVAL_MIN || spec->interval_ms > PING_INTERVAL_MAX)
		return err_set(err, ERR_LAB, NULL, _("interval %lld ms: it would be 1 to 1000"),
			       (long long)spec->interval_ms);
	if (ping_target_parse(spec->target, &p->to, &p->to_len, err) < 0)
		return -1;
	p->family = p->to.ss_family;
	memccpy(p->target, spec->target, '\0', sizeof(p->target) - 1);
	if (open_socket(p, err) < 0 || open_timer(p, spec, err) < 0)
		return -1;
	p->cookie = (uint64_t)p->start_us << 32 ^ (uint64_t)getpid() << 16 ^ (uintptr_t)p;
	p->record.started_unix_ms = clock_unix_ms();
	p->record.interval_ms = spec->interval_ms;
	atomic_store(&p->sending, true);
	return 0;
}

/* Signals belong to the main thread: they interrupt prompts and steps there. */
static int start_thread(struct ping *p, struct err *err)
{
	sigset_t all, old;
	int rc;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	rc = pthread_create(&p->thread, NULL, work, p);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return rc ? err_errno(err, ERR_ENV, rc, _("cannot start the ping's thread")) : 0;
}

int ping_start(const struct ping_spec *spec, struct ping **ret, struct err *err)
{
	struct ping *p = mem_alloc(sizeof(*p));

	memset(p, 0, sizeof(*p));
	p->socket = p->timer = p->stop = -1;
	if (open_all(p, spec, err) < 0 || start_thread(p, err) < 0) {
		destroy(p);
		return -1;
	}
	*ret = p;
	return 0;
}

static void pause_ms(int64_t ms)
{
	poll(NULL, 0, (int)ms);
}

int ping_wait_answer(struct ping *p, int64_t timeout_ms, struct err *err)
{
	int64_t end = now_us(p) + timeout_ms * 1000;

	while (!atomic_load(&p->answers)) {
		if (now_us(p) >= end)
			return err_set(err, ERR_ENV, NULL, _("no answer to ping within %lld ms"),
				       (long long)timeout_ms);
		pause_ms(5);
	}
	return 0;
}

void ping_peek(struct ping *p, struct ping_glance *ret)
{
	int64_t silent_us = now_us(p) - atomic_load(&p->last_us);
	int64_t longest_us = atomic_load(&p->longest_us);

	*ret = (struct ping_glance){
		.sent = atomic_load(&p->sent),
		.answers = atomic_load(&p->answers),
		.silent_us = ping_gap_counts(p->record.interval_ms, silent_us) ? silent_us : 0,
		.longest_us = silent_us > longest_us ? silent_us : longest_us,
	};
}

int ping_stop(struct ping *p, int64_t grace_ms, struct arena *arena, struct ping_record *ret,
	      struct err *err)
{
	uint64_t one = 1;
	int64_t ended = now_us(p), ended_unix = clock_unix_ms();

	atomic_store(&p->sending, false);
	pause_ms(grace_ms);
	if (write(p->stop, &one, sizeof(one)) != sizeof(one))
		return err_errno(err, ERR_ENV, errno, _("cannot stop the ping"));
	pthread_join(p->thread, NULL);
	*ret = p->record;
	ret->ended_us = ended;
	ret->ended_unix_ms = ended_unix;
	ret->target = arena_strdup(arena, p->target);
	ret->echoes = (struct ping_echo *)(void *)arena_memdup(arena, p->record.echoes,
							       p->record.n * sizeof(*ret->echoes));
	destroy(p);
	return 0;
}
