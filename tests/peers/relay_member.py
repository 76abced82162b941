"""A member of a relay: proves that it receives at its address, prints what comes, and sends each line typed here.

    python3 relay_member.py PORT [HOST]     HOST: 127.0.0.1 (default)

Lines such as `/nick ada`, `/join cellar` and `/who` are for the relay; everything else goes to the room.
"""
import socket
import sys
import threading

relay = (sys.argv[2] if len(sys.argv) > 2 else "127.0.0.1", int(sys.argv[1]))
member = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
# The answer is no longer than three times the question.
member.sendto(b"hello, is there a relay?", relay)
print("ready", member.getsockname()[1], flush=True)


def listen():
    while True:
        for line in member.recv(65535).decode("utf-8", "replace").splitlines():
            print(line, flush=True)
            if line.startswith("/prove "):
                member.sendto(line.encode("utf-8"), relay)


threading.Thread(target=listen, daemon=True).start()
for line in sys.stdin:
    member.sendto(line.rstrip("\n").encode("utf-8"), relay)
