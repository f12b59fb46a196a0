/* SPDX-License-Identifier: Apache-2.0 */
/* names: tables after libvirt-domain.h and libvirt-storage.h, whose numbers are part of its
 * interface. */
#include "runner/libvirt/names.h"

#include <stddef.h>

#include <libvirt/libvirt.h>

#define WORDS 24

static const char *const states[] = {
	[VIR_DOMAIN_NOSTATE] = "no-state",     [VIR_DOMAIN_RUNNING] = "running",
	[VIR_DOMAIN_BLOCKED] = "blocked",      [VIR_DOMAIN_PAUSED] = "paused",
	[VIR_DOMAIN_SHUTDOWN] = "in-shutdown", [VIR_DOMAIN_SHUTOFF] = "shut-off",
	[VIR_DOMAIN_CRASHED] = "crashed",      [VIR_DOMAIN_PMSUSPENDED] = "pm-suspended",
};

static const char *const reasons[][WORDS] = {
	[VIR_DOMAIN_RUNNING] = {
		[VIR_DOMAIN_RUNNING_BOOTED] = "booted",
		[VIR_DOMAIN_RUNNING_MIGRATED] = "migrated",
		[VIR_DOMAIN_RUNNING_RESTORED] = "restored",
		[VIR_DOMAIN_RUNNING_FROM_SNAPSHOT] = "from-snapshot",
		[VIR_DOMAIN_RUNNING_UNPAUSED] = "unpaused",
		[VIR_DOMAIN_RUNNING_MIGRATION_CANCELED] = "migration-canceled",
		[VIR_DOMAIN_RUNNING_SAVE_CANCELED] = "save-canceled",
		[VIR_DOMAIN_RUNNING_WAKEUP] = "wakeup",
		[VIR_DOMAIN_RUNNING_CRASHED] = "crashed",
		[VIR_DOMAIN_RUNNING_POSTCOPY] = "post-copy",
		[VIR_DOMAIN_RUNNING_POSTCOPY_FAILED] = "post-copy-failed",
	},
	[VIR_DOMAIN_PAUSED] = {
		[VIR_DOMAIN_PAUSED_USER] = "user",
		[VIR_DOMAIN_PAUSED_MIGRATION] = "migrating",
		[VIR_DOMAIN_PAUSED_SAVE] = "saving",
		[VIR_DOMAIN_PAUSED_DUMP] = "dumping",
		[VIR_DOMAIN_PAUSED_IOERROR] = "io-error",
		[VIR_DOMAIN_PAUSED_WATCHDOG] = "watchdog",
		[VIR_DOMAIN_PAUSED_FROM_SNAPSHOT] = "from-snapshot",
		[VIR_DOMAIN_PAUSED_SHUTTING_DOWN] = "shutting-down",
		[VIR_DOMAIN_PAUSED_SNAPSHOT] = "snapshot",
		[VIR_DOMAIN_PAUSED_CRASHED] = "crashed",
		[VIR_DOMAIN_PAUSED_STARTING_UP] = "starting-up",
		[VIR_DOMAIN_PAUSED_POSTCOPY] = "post-copy",
		[VIR_DOMAIN_PAUSED_POSTCOPY_FAILED] = "post-copy-failed",
	},
	[VIR_DOMAIN_SHUTOFF] = {
		[VIR_DOMAIN_SHUTOFF_SHUTDOWN] = "shutdown",
		[VIR_DOMAIN_SHUTOFF_DESTROYED] = "destroyed",
		[VIR_DOMAIN_SHUTOFF_CRASHED] = "crashed",
		[VIR_DOMAIN_SHUTOFF_MIGRATED] = "migrated",
		[VIR_DOMAIN_SHUTOFF_SAVED] = "saved",
		[VIR_DOMAIN_SHUTOFF_FAILED] = "failed",
		[VIR_DOMAIN_SHUTOFF_FROM_SNAPSHOT] = "from-snapshot",
		[VIR_DOMAIN_SHUTOFF_DAEMON] = "daemon",
	},
	[VIR_DOMAIN_CRASHED] = { [VIR_DOMAIN_CRASHED_PANICKED] = "panicked" },
};

static const char *const jobs[] = {
	[VIR_DOMAIN_JOB_NONE] = "none",		  [VIR_DOMAIN_JOB_BOUNDED] = "bounded",
	[VIR_DOMAIN_JOB_UNBOUNDED] = "unbounded", [VIR_DOMAIN_JOB_COMPLETED] = "completed",
	[VIR_DOMAIN_JOB_FAILED] = "failed",	  [VIR_DOMAIN_JOB_CANCELLED] = "cancelled",
};

static const char *const events[] = {
	[VIR_DOMAIN_EVENT_DEFINED] = "defined",	  [VIR_DOMAIN_EVENT_UNDEFINED] = "undefined",
	[VIR_DOMAIN_EVENT_STARTED] = "started",	  [VIR_DOMAIN_EVENT_SUSPENDED] = "suspended",
	[VIR_DOMAIN_EVENT_RESUMED] = "resumed",	  [VIR_DOMAIN_EVENT_STOPPED] = "stopped",
	[VIR_DOMAIN_EVENT_SHUTDOWN] = "shutdown", [VIR_DOMAIN_EVENT_PMSUSPENDED] = "pm-suspended",
	[VIR_DOMAIN_EVENT_CRASHED] = "crashed",
};

static const char *const details[][WORDS] = {
	[VIR_DOMAIN_EVENT_DEFINED] = {
		[VIR_DOMAIN_EVENT_DEFINED_ADDED] = "added",
		[VIR_DOMAIN_EVENT_DEFINED_UPDATED] = "updated",
		[VIR_DOMAIN_EVENT_DEFINED_RENAMED] = "renamed",
		[VIR_DOMAIN_EVENT_DEFINED_FROM_SNAPSHOT] = "from-snapshot",
	},
	[VIR_DOMAIN_EVENT_UNDEFINED] = {
		[VIR_DOMAIN_EVENT_UNDEFINED_REMOVED] = "removed",
		[VIR_DOMAIN_EVENT_UNDEFINED_RENAMED] = "renamed",
	},
	[VIR_DOMAIN_EVENT_STARTED] = {
		[VIR_DOMAIN_EVENT_STARTED_BOOTED] = "booted",
		[VIR_DOMAIN_EVENT_STARTED_MIGRATED] = "migrated",
		[VIR_DOMAIN_EVENT_STARTED_RESTORED] = "restored",
		[VIR_DOMAIN_EVENT_STARTED_FROM_SNAPSHOT] = "from-snapshot",
		[VIR_DOMAIN_EVENT_STARTED_WAKEUP] = "wakeup",
	},
	[VIR_DOMAIN_EVENT_SUSPENDED] = {
		[VIR_DOMAIN_EVENT_SUSPENDED_PAUSED] = "paused",
		[VIR_DOMAIN_EVENT_SUSPENDED_MIGRATED] = "migrated",
		[VIR_DOMAIN_EVENT_SUSPENDED_IOERROR] = "io-error",
		[VIR_DOMAIN_EVENT_SUSPENDED_WATCHDOG] = "watchdog",
		[VIR_DOMAIN_EVENT_SUSPENDED_RESTORED] = "restored",
		[VIR_DOMAIN_EVENT_SUSPENDED_FROM_SNAPSHOT] = "from-snapshot",
		[VIR_DOMAIN_EVENT_SUSPENDED_API_ERROR] = "api-error",
		[VIR_DOMAIN_EVENT_SUSPENDED_POSTCOPY] = "post-copy",
		[VIR_DOMAIN_EVENT_SUSPENDED_POSTCOPY_FAILED] = "post-copy-failed",
	},
	[VIR_DOMAIN_EVENT_RESUMED] = {
		[VIR_DOMAIN_EVENT_RESUMED_UNPAUSED] = "unpaused",
		[VIR_DOMAIN_EVENT_RESUMED_MIGRATED] = "migrated",
		[VIR_DOMAIN_EVENT_RESUMED_FROM_SNAPSHOT] = "from-snapshot",
		[VIR_DOMAIN_EVENT_RESUMED_POSTCOPY] = "post-copy",
		[VIR_DOMAIN_EVENT_RESUMED_POSTCOPY_FAILED] = "post-copy-failed",
	},
	[VIR_DOMAIN_EVENT_STOPPED] = {
		[VIR_DOMAIN_EVENT_STOPPED_SHUTDOWN] = "shutdown",
		[VIR_DOMAIN_EVENT_STOPPED_DESTROYED] = "destroyed",
		[VIR_DOMAIN_EVENT_STOPPED_CRASHED] = "crashed",
		[VIR_DOMAIN_EVENT_STOPPED_MIGRATED] = "migrated",
		[VIR_DOMAIN_EVENT_STOPPED_SAVED] = "saved",
		[VIR_DOMAIN_EVENT_STOPPED_FAILED] = "failed",
		[VIR_DOMAIN_EVENT_STOPPED_FROM_SNAPSHOT] = "from-snapshot",
	},
	[VIR_DOMAIN_EVENT_SHUTDOWN] = {
		[VIR_DOMAIN_EVENT_SHUTDOWN_FINISHED] = "finished",
		[VIR_DOMAIN_EVENT_SHUTDOWN_GUEST] = "guest",
		[VIR_DOMAIN_EVENT_SHUTDOWN_HOST] = "host",
	},
	[VIR_DOMAIN_EVENT_PMSUSPENDED] = {
		[VIR_DOMAIN_EVENT_PMSUSPENDED_MEMORY] = "memory",
		[VIR_DOMAIN_EVENT_PMSUSPENDED_DISK] = "disk",
	},
	[VIR_DOMAIN_EVENT_CRASHED] = {
		[VIR_DOMAIN_EVENT_CRASHED_PANICKED] = "panicked",
		[VIR_DOMAIN_EVENT_CRASHED_CRASHLOADED] = "crash-loaded",
	},
};

#define COUNT(a) (int)(sizeof(a) / sizeof((a)[0]))

static const char *const pool_states[] = {
	[VIR_STORAGE_POOL_INACTIVE] = "inactive",	  [VIR_STORAGE_POOL_BUILDING] = "building",
	[VIR_STORAGE_POOL_RUNNING] = "running",		  [VIR_STORAGE_POOL_DEGRADED] = "degraded",
	[VIR_STORAGE_POOL_INACCESSIBLE] = "inaccessible",
};

static const char *pick(const char *const *words, int n, int i)
{
	return i >= 0 && i < n && words[i] ? words[i] : "unknown";
}

const char *name_of_state(int state)
{
	return pick(states, COUNT(states), state);
}

const char *name_of_reason(int state, int reason)
{
	if (state < 0 || state >= COUNT(reasons))
		return "unknown";
	return pick(reasons[state], WORDS, reason);
}

const char *name_of_job(int type)
{
	return pick(jobs, COUNT(jobs), type);
}

const char *name_of_event(int event)
{
	return pick(events, COUNT(events), event);
}

const char *name_of_detail(int event, int detail)
{
	if (event < 0 || event >= COUNT(details))
		return "unknown";
	return pick(details[event], WORDS, detail);
}

const char *name_of_pool_state(int state)
{
	return pick(pool_states, COUNT(pool_states), state);
}

const char *yes_or_no(int answer)
{
	return answer < 0 ? "unknown" : answer ? "yes" : "no";
}
