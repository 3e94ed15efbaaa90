"""A server with a thread for each request, in the way of the documentation's example."""

import socket
import socketserver
import threading


class Handler(socketserver.BaseRequestHandler):
    def handle(self):
        self.request.sendall(self.request.recv(1024).upper())


class Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    pass


with Server(("127.0.0.1", 0), Handler) as server:
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    for number in range(3):
        with socket.create_connection(server.server_address) as client:
            client.sendall(b"hello %d" % number)
            print(client.recv(1024))
    server.shutdown()
