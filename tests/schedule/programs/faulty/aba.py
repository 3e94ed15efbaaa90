import threading


class Node:
    def __init__(self, value, next=None):
        self.value, self.next = value, next


c = Node("c")
b = Node("b", c)
a = Node("a", b)
top = a


def swap(old, new):
    global top
    if top is old:
        top = new
        return True
    return False


guard = threading.Lock()


def cas(old, new):
    with guard:
        return swap(old, new)


def pop():
    while True:
        old = top
        if old is None:
            return None
        new = old.next
        if cas(old, new):
            return old


def push(node):
    while True:
        node.next = top
        if cas(node.next, node):
            return


freed = []


def one():
    pop()


def two():
    x = pop()
    y = pop()
    freed.append(y)
    push(x)


t, u = threading.Thread(target=one), threading.Thread(target=two)
t.start()
u.start()
t.join()
u.join()
node = top
while node is not None:
    assert node not in freed, "freed node is on the stack"
    node = node.next
