import sys, threading

winner = []


def run(name):
    if not winner:
        winner.append(name)


threads = [threading.Thread(target=run, args=(i,)) for i in range(2)]
for t in threads:
    t.start()
for t in threads:
    t.join()
sys.exit(len(winner) - 1)
