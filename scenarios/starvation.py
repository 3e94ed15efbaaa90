"""A writer that starves

Readers a, b, c may be in the room together, the writer W must be alone. One reader comes back
before the last one has left, so the room is never empty and the writer waits until the readers are
through. The remedy is a queue at the door: nobody enters before who came first.
"""

from threading import Condition, Thread

room = Condition()
queue = []
inside = []


def may_enter(name, fair):
    free = not inside if name == "W" else "W" not in inside
    return free and (queue[0] == name or not fair)


def visit(name, n, steps, fair):
    for i in range(n):
        with room:
            queue.append(name)
            room.wait_for(lambda: may_enter(name, fair))
            queue.remove(name)
            inside.append(name)
            room.notify_all()
        for _ in range(steps):
            pass
        print(name, end="")
        with room:
            inside.remove(name)
            room.notify_all()


def main(fair: bool = False, n: int = 15, steps: int = 400_000):
    how = (n, steps, fair)
    threads = [Thread(target=visit, args=(name, *how), name=name) for name in "abcW"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print()


if __name__ == "__main__":
    main()
