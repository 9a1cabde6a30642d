#!/usr/bin/env python3
"""A server that loses no connection while it is replaced, with nothing but Python's own library.

It opens no port: it takes the sockets that `curfew init --listen` opened for it (sd_listen_fds(3)),
and says READY=1 when it accepts (sd_notify(3)). HTTP on each socket, a thread for each connection.
"""

import json
import os
import selectors
import signal
import socket
import sys
import threading
from http.server import BaseHTTPRequestHandler

# What we promise to a client that keeps its connection, in seconds, and what its request may need
# to arrive.
KEEP_ALIVE = 2
ON_THE_WAY = 0.5
# How long a request that has begun may take to arrive.
REQUEST = 30
# The protocol's first descriptor.
FIRST = 3

is_stopping = threading.Event()


def inherited_sockets():
    """The sockets that were passed to this very process, by descriptor and name."""
    count = int(os.environ.get("LISTEN_FDS", "0"))
    names = os.environ.get("LISTEN_FDNAMES", "").split(":")
    # A child inherits the variables, but maybe not the sockets: another number means another process.
    is_ours = os.environ.get("LISTEN_PID") == str(os.getpid())
    for name in ("LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"):
        os.environ.pop(name, None)
    if not is_ours:
        return []
    if len(names) != count:
        names = ["unknown"] * count
    for fd in range(FIRST, FIRST + count):
        os.set_inheritable(fd, False)
    return [(FIRST + index, name) for index, name in enumerate(names)]


def notify(state):
    """A datagram to the process that started us, if it asked for one."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if address == "":
        return
    if address.startswith("@"):
        address = "\0" + address[1:]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        try:
            sender.sendto(state.encode(), address)
        except OSError:
            # The receiver may be gone. sd_notify(3): that is no reason to fail.
            pass


DESCRIPTORS = inherited_sockets()
ABOUT = {
    "pid": os.getpid(),
    "generation": int(os.environ.get("CURFEW_GENERATION", "1")),
    "descriptors": [{"fd": fd, "name": name} for fd, name in DESCRIPTORS],
}


class Answer(BaseHTTPRequestHandler):
    """The requests of one connection; one that says nothing for `timeout` seconds ends."""

    protocol_version = "HTTP/1.1"
    timeout = KEEP_ALIVE + ON_THE_WAY
    # The answer is one segment, not its head and then its body.
    wbufsize = -1

    def handle_expect_100(self):
        is_expected = super().handle_expect_100()
        self.wfile.flush()
        return is_expected

    def do_GET(self):
        self.connection.settimeout(REQUEST)
        text = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        answer = {**ABOUT, "url": self.path, "text": text.decode(errors="replace")}
        body = json.dumps(answer).encode() + b"\n"
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if is_stopping.is_set():
            # The client's next request goes to the next generation.
            self.send_header("Connection", "close")
        elif not self.close_connection:
            self.send_header("Connection", "keep-alive")
            self.send_header("Keep-Alive", f"timeout={KEEP_ALIVE}")
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()
        self.connection.settimeout(self.timeout)

    do_POST = do_PUT = do_GET

    def log_message(self, *_):
        pass


def serve(connection, address):
    """One connection to its end, in a thread of its own."""
    with connection:
        try:
            Answer(connection, address, None)
            connection.shutdown(socket.SHUT_WR)
        except OSError:
            # A client that goes away in the middle is no concern of others.
            pass


def accept(listener):
    """Takes one connection, if no other generation was faster."""
    try:
        connection, address = listener.accept()
    except (BlockingIOError, InterruptedError, ConnectionAbortedError):
        return
    connection.setblocking(True)
    threading.Thread(target=serve, args=(connection, address)).start()


def main():
    # A signal is a byte in a socket: the loop sees it between two connections, never within one.
    waker, wake = socket.socketpair()
    waker.setblocking(False)
    wake.setblocking(False)
    signal.set_wakeup_fd(wake.fileno())
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)

    if not DESCRIPTORS:
        sys.exit("server.py: no sockets for this process: curfew init --listen PORT -- python3 server.py")
    selector = selectors.DefaultSelector()
    selector.register(waker, selectors.EVENT_READ)
    for fd, _ in DESCRIPTORS:
        listener = socket.socket(fileno=fd)
        # Another generation may accept from the same socket: the second one must not wait.
        listener.setblocking(False)
        selector.register(listener, selectors.EVENT_READ)

    notify("READY=1")
    while not is_stopping.is_set():
        for key, _ in selector.select():
            if key.fileobj is waker:
                is_stopping.set()
            elif not is_stopping.is_set():
                accept(key.fileobj)
    notify("STOPPING=1")
    # No connection is accepted any more: one in a socket's queue is for the next generation. Python
    # waits for the threads, and so for the answers, before it ends.


main()
