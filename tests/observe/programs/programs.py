"""Starts other programs in every way, waits for them, and says how they ended."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
import traceback

SLEEPER = "import sys; sys.stdin.read()"


def by_subprocess():
    print(subprocess.run(["true"]).returncode, subprocess.run("exit 3", shell=True).returncode)
    print(subprocess.check_output(["echo", "echoed"], text=True).strip())
    with subprocess.Popen([sys.executable, "-c", SLEEPER], stdin=subprocess.PIPE) as child:
        child.kill()
        print(child.wait())
    child = subprocess.Popen(["sleep", "600"])
    try:
        child.wait(0.01)
    except subprocess.TimeoutExpired:
        print(child.poll())
        traceback.print_exc(file=sys.stdout)
    child.terminate()
    print(child.wait(60), child.returncode)
    try:
        subprocess.run(["/there/is/no/such/program"])
    except FileNotFoundError:
        traceback.print_exc(file=sys.stdout)
    waiter = subprocess.Popen([sys.executable, "-c", SLEEPER], stdin=subprocess.PIPE)
    thread = threading.Thread(target=waiter.wait, name="waiter")
    thread.start()
    waiter.stdin.close()
    thread.join()
    print(waiter.poll())


def by_os():
    pid = os.posix_spawnp("sh", ["sh", "-c", "exit 4"], os.environ)
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
    pid = os.posix_spawn("/bin/sh", ["sh", "-c", "exit 5"], os.environ)
    print(os.waitid(os.P_PID, pid, os.WEXITED).si_status)
    pid = os.spawnlp(os.P_NOWAIT, "sh", "sh", "-c", "exit 6")
    print(os.waitstatus_to_exitcode(os.wait()[1]), os.spawnlp(os.P_WAIT, "true", "true"))
    print(os.waitstatus_to_exitcode(os.system("exit 7")))
    pid = os.fork()
    if not pid:
        print("forked", flush=True)
        os.execlp("sh", "sh", "-c", "exit 8")
    print(os.waitstatus_to_exitcode(os.wait4(pid, 0)[1]))
    try:
        os.waitpid(pid, 0)
    except ChildProcessError as error:
        print(error)


async def by_asyncio():
    child = await asyncio.create_subprocess_exec("sleep", "600")
    child.send_signal(signal.SIGKILL)
    print(await child.wait())


if __name__ == "__main__":
    by_subprocess()
    by_os()
    asyncio.run(by_asyncio())
    print(sys.argv)
