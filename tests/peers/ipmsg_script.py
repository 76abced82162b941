"""What people write themselves for port 2425: a few lines that know next to nothing of the rest.

    python3 ipmsg_script.py ADDRESS PEER [USER [HOST]]

It never comes in and answers no entry. What it prints: `ready PORT`, `sent NUMBER`, `receipt NUMBER`, `said TEXT`. What it
takes, one a line:

    say TEXT      numbered by the microseconds of the clock
    burst COUNT   so many texts at once, then `burst over`
    bot TEXT      always under the same number
    raw HEX       these bytes
"""
import socket
import sys
import threading
import time

PORT = 2425
SENDMSG, RECVMSG, CHECK = 0x20, 0x21, 0x100

address, peer = sys.argv[1:3]
user = sys.argv[3] if len(sys.argv) > 3 else "me"
host = sys.argv[4] if len(sys.argv) > 4 else "localhost"
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
udp.bind((address, PORT))
last = 0


def tell(*words):
    sys.stdout.write(" ".join(str(word) for word in words) + "\n")
    sys.stdout.flush()


def number():
    global last
    last = max(last + 1, time.time_ns() // 1000)
    return last


def say(text, number):
    # Nothing ends it.
    udp.sendto(f"1:{number}:{user}:{host}:{SENDMSG | CHECK}:{text}".encode(), (peer, PORT))
    tell("sent", number)


def listen():
    while True:
        data, (source, port) = udp.recvfrom(65535)
        version, theirs, _, _, command, body = data.split(b":", 5)
        kind = int(command) & 0xFF
        if kind == RECVMSG:
            tell("receipt", body.rstrip(b"\0").decode())
        elif kind == SENDMSG:
            tell("said", body.split(b"\0")[0].decode("utf-8", "replace"))
            udp.sendto(f"1:{number()}:{user}:{host}:{RECVMSG}:{theirs.decode()}:0\n".encode(), (source, port))


threading.Thread(target=listen, daemon=True).start()
tell("ready", PORT)
for line in sys.stdin:
    word, _, rest = line.strip().partition(" ")
    if word == "say":
        say(rest, number())
    elif word == "burst":
        for turn in range(int(rest)):
            say(f"line {turn}", number())
        tell("burst over")
    elif word == "bot":
        say(rest, 1)
    elif word == "raw":
        udp.sendto(bytes.fromhex(rest), (peer, PORT))
