"""Writes `traces/perfetto.pftrace` and `traces/perfetto-app.pftrace` by Perfetto's own messages,
which its Python package has (`perfetto`): `python tests/data/make_perfetto.py`.

The first has the kernel's switches (some compact), process tree, thread and process tracks, names
that stand for numbers, a clock of a sequence's own, flows, counters, compressed packets; the second
only tracks.
"""

import zlib
from pathlib import Path

from perfetto.protos.perfetto.trace.perfetto_trace_pb2 import Trace, TrackEvent

HERE = Path(__file__).parent / "traces"
MS = 1_000_000
BOOT = 50_000 * MS
"""The first moment by the trace's clock."""
BEGIN, END, INSTANT, COUNTER = (
    TrackEvent.TYPE_SLICE_BEGIN,
    TrackEvent.TYPE_SLICE_END,
    TrackEvent.TYPE_INSTANT,
    TrackEvent.TYPE_COUNTER,
)
PROCESS, MAIN, WORKER, REQUESTS, MEMORY = 1, 2, 3, 4, 5


def tracks(trace: Trace) -> None:
    for uuid in (PROCESS, MAIN, WORKER, REQUESTS, MEMORY):
        packet = trace.packet.add()
        packet.trusted_packet_sequence_id = 7
        packet.track_descriptor.uuid = uuid
        if uuid == PROCESS:
            packet.track_descriptor.process.pid = 100
            packet.track_descriptor.process.process_name = "server"
        elif uuid in (MAIN, WORKER):
            packet.track_descriptor.thread.pid = 100
            packet.track_descriptor.thread.tid = 100 if uuid == MAIN else 101
            packet.track_descriptor.thread.thread_name = "main" if uuid == MAIN else "worker"
        else:
            packet.track_descriptor.parent_uuid = PROCESS
            packet.track_descriptor.name = "requests" if uuid == REQUESTS else "memory"
            if uuid == MEMORY:
                packet.track_descriptor.counter.unit_multiplier = 1024


def events(trace: Trace, *, own_clock: bool) -> None:
    """Track events of one sequence; with `own_clock` its stamps are lengths in µs by MONOTONIC."""
    packet = trace.packet.add()
    packet.trusted_packet_sequence_id = 7
    packet.sequence_flags = 1
    if own_clock:
        packet.clock_snapshot.primary_trace_clock = 6
        for number, stamp in ((6, BOOT), (3, BOOT - 5 * MS), (1, 1_700_000_000_000 * MS)):
            packet.clock_snapshot.clocks.add(clock_id=number, timestamp=stamp)
        packet.clock_snapshot.clocks.add(
            clock_id=64, timestamp=BOOT // 1000, is_incremental=True, unit_multiplier_ns=1000
        )
        packet.trace_packet_defaults.timestamp_clock_id = 64
    packet.trace_packet_defaults.track_event_defaults.track_uuid = MAIN
    for number, name in enumerate(("handle", "parse", "compute"), 1):
        packet.interned_data.event_names.add(iid=number, name=name)
    last = 0
    told: tuple[tuple[int, int, int, int | str, int], ...] = (
        (0, BEGIN, 0, 1, 0),
        (0, BEGIN, 0, 2, 0),
        (2, END, 0, 0, 0),
        (2, INSTANT, 0, "parsed", 9),
        (3, BEGIN, WORKER, 3, 9),
        (3, BEGIN, REQUESTS, "GET /", 0),
        (4, BEGIN, REQUESTS, "PUT /", 0),
        (5, COUNTER, MEMORY, 3, 0),
        (6, COUNTER, MEMORY, 5, 0),
        (7, END, REQUESTS, 0, 0),
        (8, END, WORKER, 0, 0),
        (9, END, REQUESTS, 0, 0),
        (10, END, 0, 0, 0),
        (11, BEGIN, 0, "never ends", 0),
    )
    for ms, kind, track, what, flow in told:
        packet = trace.packet.add()
        packet.trusted_packet_sequence_id = 7
        packet.sequence_flags = 2
        packet.timestamp = (ms - last) * 1000 if own_clock else BOOT + ms * MS
        last = ms
        event = packet.track_event
        event.type = kind
        if track:
            event.track_uuid = track
        if kind == COUNTER:
            event.counter_value = what
        elif isinstance(what, str):
            event.name = what
        elif what:
            event.name_iid = what
        if flow:
            (event.flow_ids if kind == INSTANT else event.terminating_flow_ids).append(flow)


def switches(trace: Trace) -> None:
    """Main runs 0 to 3 ms and is blocked to 8, woken at 7; the worker runs 3 to 5 ms, waits for the
    CPU to 6 ms and runs to 8 ms; another program's thread runs in between, and on another CPU."""
    packet = trace.packet.add()
    packet.trusted_packet_sequence_id = 1
    process = packet.process_tree.processes.add(pid=100)
    process.cmdline.append("/usr/bin/server")
    packet.process_tree.threads.add(tid=101, tgid=100, name="worker")
    packet = trace.packet.add()
    packet.trusted_packet_sequence_id = 1
    packet.ftrace_events.cpu = 0
    names = {0: "swapper", 100: "server", 101: "worker", 300: "other"}
    for ms, prev, state, next_ in ((0, 0, 0, 100), (3, 100, 1, 101), (5, 101, 0, 300)):
        event = packet.ftrace_events.event.add(timestamp=BOOT + ms * MS, pid=prev)
        switch = event.sched_switch
        switch.prev_pid, switch.prev_state, switch.next_pid = prev, state, next_
        switch.prev_comm, switch.next_comm = names[prev], names[next_]
    event = packet.ftrace_events.event.add(timestamp=BOOT + 2 * MS, pid=100)
    event.sched_waking.pid = 101
    packet = trace.packet.add()
    packet.ftrace_events.cpu = 0
    compact = packet.ftrace_events.compact_sched
    compact.intern_table.extend(["server", "worker", "swapper"])
    last = 0
    for ms, state, next_, name in ((6, 1, 101, 1), (8, 2, 100, 0), (12, 1, 0, 2)):
        compact.switch_timestamp.append(BOOT + ms * MS - last)
        last = BOOT + ms * MS
        compact.switch_prev_state.append(state)
        compact.switch_next_pid.append(next_)
        compact.switch_next_comm_index.append(name)
    compact.waking_timestamp.append(BOOT + 7 * MS)
    compact.waking_pid.append(100)
    packet = trace.packet.add()
    packet.ftrace_events.cpu = 1
    for ms, prev, next_ in ((1, 0, 301), (4, 301, 0)):
        event = packet.ftrace_events.event.add(timestamp=BOOT + ms * MS, pid=prev)
        event.sched_switch.prev_pid, event.sched_switch.next_pid = prev, next_
        event.sched_switch.prev_state = 32 if prev else 0
        event.sched_switch.next_comm = "gone" if next_ else "swapper"


if __name__ == "__main__":
    whole = Trace()
    events(whole, own_clock=True)
    tracks(whole)
    packed = Trace()
    switches(packed)
    whole.packet.add().compressed_packets = zlib.compress(packed.SerializeToString())
    (HERE / "perfetto.pftrace").write_bytes(whole.SerializeToString())
    app = Trace()
    tracks(app)
    events(app, own_clock=False)
    (HERE / "perfetto-app.pftrace").write_bytes(app.SerializeToString())
