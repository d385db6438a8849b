# SPDX-License-Identifier: Apache-2.0
"""Sends a file through length-echo and prints the SHA-256 of what has come back.

The file is cut into frames of very different sizes, which go out over all connections in turn. One
thread serves them all, so that sending and receiving overlap; with "afterwards" nothing is read
until everything is sent.
"""
import hashlib
import random
import selectors
import socket
import struct
import sys

path, port, count, when = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
SIZES = (1, 100, 4096, 65536, 256 * 1024, 2 * 1024 * 1024)


class Link:
    """One connection with the frames, as (begin, end) in the file, that it carries."""

    def __init__(self, frames, reads):
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setblocking(False)
        self.to_send = list(reversed(frames))
        self.to_receive = list(reversed(frames))
        self.output = []
        self.header = bytearray()
        self.body = None
        self.reads = reads

    def events(self):
        wanted = 0
        if self.to_send or self.output:
            wanted |= selectors.EVENT_WRITE
        if self.reads or not wanted:
            wanted |= selectors.EVENT_READ
        return wanted

    def send(self):
        if not self.output:
            begin, end = self.to_send.pop()
            self.output = [memoryview(struct.pack(">I", end - begin)), source[begin:end]]
        sent = self.socket.sendmsg(self.output)
        while self.output and sent >= len(self.output[0]):
            sent -= len(self.output.pop(0))
        if self.output:
            self.output[0] = self.output[0][sent:]

    def receive(self):
        """Takes what is there of one frame; tells whether the last one is complete."""
        if self.body is None:
            piece = self.socket.recv(4 - len(self.header))
            if not piece:
                raise EOFError(f"{len(self.to_receive)} frames are missing")
            self.header += piece
            if len(self.header) < 4:
                return False
            begin, end = self.to_receive.pop()
            (length,) = struct.unpack(">I", self.header)
            if length != end - begin:
                raise ValueError(f"length: {length} (expected: {end - begin})")
            self.header.clear()
            self.body = target[begin:end]
        else:
            size = self.socket.recv_into(self.body)
            if not size:
                raise EOFError(f"{len(self.body)} bytes of a frame are missing")
            self.body = self.body[size:]
        if not self.body:
            self.body = None
        return self.body is None and not self.to_receive

    def finish(self):
        """The server answers the end of the stream with its own, and with nothing else."""
        self.socket.settimeout(30)
        self.socket.shutdown(socket.SHUT_WR)
        rest = self.socket.recv(1)
        if rest:
            raise ValueError("more came back than was sent")
        self.socket.close()


with open(path, "rb") as file:
    source = memoryview(file.read())
target = memoryview(bytearray(len(source)))

choice = random.Random(1)
frames = []
begin = 0
while begin < len(source):
    end = min(len(source), begin + choice.choice(SIZES))
    frames.append((begin, end))
    begin = end

links = [Link(frames[i::count], when == "meanwhile") for i in range(count)]
with selectors.DefaultSelector() as selector:
    for link in filter(lambda each: each.to_receive, links):
        selector.register(link.socket, link.events(), link)
    while selector.get_map():
        for key, ready in selector.select():
            link = key.data
            if ready & selectors.EVENT_WRITE:
                link.send()
            if ready & selectors.EVENT_READ and link.receive():
                selector.unregister(link.socket)
            elif link.events() != key.events:
                selector.modify(link.socket, link.events(), link)

for link in links:
    link.finish()
print(hashlib.sha256(target).hexdigest())
