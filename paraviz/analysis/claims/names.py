"""The names of claims, for whoever reads what a scenario claims without measuring it."""

CLAIM_NAMES = (
    "alone",
    "at_once",
    "deadlock",
    "faster",
    "handed_out",
    "in_step",
    "interleaved",
    "last_decides",
    "limited",
    "lost_updates",
    "messages",
    "one_at_a_time",
    "processes",
    "says_lost",
    "starves",
    "starves_for_items",
    "waits_for_conditions",
    "waits_for_the_end",
)
