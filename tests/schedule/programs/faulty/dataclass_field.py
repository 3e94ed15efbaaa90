import threading
from dataclasses import dataclass, field


@dataclass
class Stats:
    n: int = 0
    seen: list = field(default_factory=list)

    def add(self, x):
        self.n = self.n + 1
        self.seen.append(x)


s = Stats()
threads = [threading.Thread(target=s.add, args=(i,)) for i in range(2)]
for t in threads:
    t.start()
for t in threads:
    t.join()
assert s.n == len(s.seen)
