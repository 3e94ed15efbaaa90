"""The dining philosophers

Five philosophers, five forks; who eats needs the left one and the right one. If all take the left
one first, in the end each holds one and waits for the next one's: a circle in which nobody runs,
until someone gives up. Three remedies: the last one takes the right fork first, a waiter lets only
four of them eat at a time, or who finds the second fork taken gives the first one back.
"""

from threading import Lock, Semaphore, Thread
from typing import Literal

names = ["Aristotle", "Arendt", "Confucius", "Hypatia", "Kant"]
forks = [Lock() for name in names]


def work(steps):
    sum(1 for _ in range(steps))


def dine(name, first, second, meals, waiter, remedy, give_up):
    while meals > 0:
        with waiter, first:
            work(300_000)
            if second.acquire(timeout=0 if remedy == "give_back" else give_up or -1):
                work(60_000)
                second.release()
                meals -= 1
            elif remedy != "give_back":
                break
        work(60_000)
    print(f"{name} gives up" if meals else f"{name} is full")


def main(
    remedy: Literal["none", "ordered", "waiter", "give_back"] = "none",
    meals: int = 5,
    give_up: float = 1.0,
):
    waiter = Semaphore(4 if remedy == "waiter" else 5)
    for name, first, second in zip(names, forks, forks[1:] + forks[:1], strict=True):
        if remedy == "ordered" and first is forks[-1]:
            first, second = second, first
        args = (name, first, second, meals, waiter, remedy, give_up)
        Thread(target=dine, args=args, name=name).start()


if __name__ == "__main__":
    main()
