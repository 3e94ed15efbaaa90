"""A thread and its end

The main thread starts a second one, hands it its arguments, and waits at `join` until it
has ended: look for the long wait in the first lane, and for what ends it in the second.
Without the join nobody waits, and the main thread's word comes first. (On the slide
`kwargs={end: ""}` lacks its quotes: the key is the text "end".)
"""

from threading import Thread


def work(steps):
    for _ in range(steps):
        pass


def print_letters(text, steps, end="\n"):
    for letter in text:
        work(steps)
        print(letter, end=end)


def main(join: bool = True, text: str = "hello", steps: int = 2_000_000):
    my_thread = Thread(
        target=print_letters,
        args=(text, steps),
        kwargs={"end": ""},
        name="my_thread",
    )
    my_thread.start()
    if join:
        my_thread.join()
    print(" world ", end="")


if __name__ == "__main__":
    main()
