"""Five philosophers

They think (sleep), take both neighbouring forks (locks), always the lower one first, and eat. One
faints in the end.
"""

import threading
import time

threading.excepthook = lambda args: print(f"{args.thread.name} {args.exc_value}")
forks = []
for _ in range(5):
    fork = threading.Lock()
    forks.append(fork)


def dine(seat):
    first, second = sorted((seat, (seat + 1) % 5))
    for meal in range(3):
        time.sleep(0.004)
        with forks[first], forks[second]:
            print(f"{threading.current_thread().name} eats")
            for _ in range(100_000):
                pass
    if seat == 3:
        raise RuntimeError("fainted")


philosophers = [
    threading.Thread(target=dine, args=(seat,), name=name)
    for seat, name in enumerate(["Platon", "Konfuzius", "Sokrates", "Voltaire", "Descartes"])
]
for philosopher in philosophers:
    philosopher.start()
for philosopher in philosophers:
    philosopher.join()
