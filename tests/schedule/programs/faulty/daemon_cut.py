import threading, sys

saved = []


def save():
    saved.append(1)


threading.Thread(target=save, daemon=True).start()
sys.exit(0 if saved else 3)
