import threading


class Task(threading.Thread):
    def run(self):
        self.result = 42


t = Task()
t.start()
print(t.result)
t.join()
