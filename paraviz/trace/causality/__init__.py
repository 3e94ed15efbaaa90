"""Who made whom go on: waits and what ended them, hand-overs, messages, chains and circles."""
