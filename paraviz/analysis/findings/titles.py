"""What each kind of finding is called where there is room for two or three words only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paraviz.text.translation import N_

if TYPE_CHECKING:
    from paraviz.analysis.findings.finding import Kind

TITLES: dict[Kind, str] = {
    "deadlock": N_("deadlock"),
    "exhausted_pool": N_("pool exhausted"),
    "forked_locked": N_("copied locked by a fork"),
    "forked_without_thread": N_("thread lost in a fork"),
    "stuck": N_("stuck"),
    "join_before_drain": N_("joined before drained"),
    "pipe_full": N_("pipe full"),
    "loop_blocked": N_("event loop blocked"),
    "killed": N_("worker killed"),
    "task_lost": N_("task lost"),
    "raised": N_("ended by an exception"),
    "silent_exception": N_("silent exception"),
    "lost_updates": N_("lost updates"),
    "lock_lost": N_("lock lost"),
    "set_from_thread": N_("set from another thread"),
    "unbalanced_pool": N_("unbalanced pool"),
    "idle_workers": N_("idle workers"),
    "queued": N_("queued behind others"),
    "given_up_joined": N_("given up, yet waited for"),
    "pickling_bound": N_("bound by pickling"),
    "cut_off_with_work": N_("cut off with work left"),
    "serialised": N_("serialised by a lock"),
    "lock_convoy": N_("lock convoy"),
    "starved": N_("starved"),
    "oversubscribed": N_("more workers than CPUs"),
    "gil_bound": N_("bound by the GIL"),
}
