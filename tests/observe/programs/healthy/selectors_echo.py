"""One thread serves two sockets by a selector."""

import selectors
import socket

selector = selectors.DefaultSelector()
here, there = socket.socketpair()
selector.register(there, selectors.EVENT_READ)
here.sendall(b"hello")
for key, _ in selector.select(timeout=20):
    key.fileobj.sendall(key.fileobj.recv(100).upper())
print(here.recv(100))
selector.close()
here.close()
there.close()
