from threading import Thread

words = {}


def count(word):
    words[word] = words.get(word, 0) + 1


threads = [Thread(target=count, args=("x",)) for _ in range(2)]
for t in threads:
    t.start()
for t in threads:
    t.join()
assert words["x"] == 2
