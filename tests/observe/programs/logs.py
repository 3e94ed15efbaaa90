"""METHOD: logging from threads and processes, to handlers of every kind."""

import contextlib
import io
import logging
import multiprocessing
import pathlib
import sys
import threading


class Lazy:
    """Costs something each time it is shown."""

    shown = 0

    def __str__(self):
        Lazy.shown += 1
        return f"shown {Lazy.shown}"


class Careful(logging.Logger):
    def filter(self, record):
        return super().filter(record) and "secret" not in str(record.msg)


class Failing(logging.Handler):
    def emit(self, record):
        raise KeyError(record.getMessage())


def worker(number):
    log = logging.getLogger("shop.worker")
    if not log.hasHandlers():
        logging.basicConfig(level=logging.INFO, stream=sys.stdout, format="%(name)s %(message)s")
    log.info("order %d of %s", number, ["tea", 2.5])
    log.debug("nobody asked")


def quiet():
    log = logging.getLogger("quiet")
    log.propagate = False
    log.setLevel(logging.DEBUG)
    log.addHandler(logging.NullHandler())
    log.debug("to nobody: %s", Lazy())
    log.debug(Lazy())
    log.debug("%(key)s = %(path)s", {"key": 1, "path": pathlib.PurePosixPath("a/b")})


def unfit():
    """What `logging` says of messages that do not fit: where, and from where they were logged."""
    log = logging.getLogger("shop")
    with contextlib.redirect_stderr(io.StringIO()) as said:
        log.info("bad: %d", "text")
        log.info("too few: %s %s", 1)
    for part in said.getvalue().split("--- Logging error ---\n")[1:]:
        failure, _, rest = part.partition("Call stack:\n")
        stack, _, message = rest.partition("Message: ")
        print(failure, *stack.splitlines()[-2:], message, sep="\n")


def main(method):
    context = multiprocessing.get_context(method)
    form = "%(levelname)s %(name)s %(funcName)s:%(lineno)d %(message)s"
    logging.basicConfig(level=logging.INFO, stream=sys.stdout, format=form)
    log = logging.getLogger("shop")
    log.info("open")
    log.warning("stock %5.1f%%", 12.345)
    log.info("lazy: %s", Lazy())
    log.error("failed: %s", ValueError("no tea"))
    try:
        1 / 0
    except ZeroDivisionError:
        log.exception("with a traceback")
    bad = threading.Thread(target=unfit, name="unfit")
    bad.start()
    bad.join()
    log.addFilter(lambda record: "hidden" not in record.msg)
    log.info("hidden")
    logging.LoggerAdapter(log, {}).info("through an adapter, in\ntwo lines")
    logging.setLoggerClass(Careful)
    logging.getLogger("careful").info("told")
    logging.getLogger("careful").info("secret")
    failing = logging.getLogger("failing")
    failing.addHandler(Failing())
    try:
        failing.info("fails")
    except KeyError as error:
        print("raised", error)
    quiet()
    for number in range(2):
        thread = threading.Thread(target=worker, args=(number,), name=f"thread-{number}")
        thread.start()
        thread.join()
        process = context.Process(target=worker, args=(number + 2,), name=f"process-{number}")
        process.start()
        process.join()
    print("lazy ones were shown", Lazy.shown, "times")


if __name__ == "__main__":
    main(sys.argv[1])
