"""Two children of a server that has loaded a module of the program."""

import multiprocessing


def work() -> None:
    import preloaded

    with preloaded.lock:
        print("has it")


if __name__ == "__main__":
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["preloaded"])
    for _ in range(2):
        child = context.Process(target=work)
        child.start()
        child.join()
