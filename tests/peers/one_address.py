"""A peer that hears one address only, as behind a stateful firewall; without one it hears everybody.

    python3 one_address.py PORT [HOST HOSTPORT]     PORT: its own, 0 for any

Prints `heard IP TEXT` for each datagram, and sends each line typed here, with Python's escapes such as \\0.
"""
import socket
import sys
import threading

peer = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
peer.bind(("", int(sys.argv[1])))
if len(sys.argv) > 3:
    peer.connect((sys.argv[2], int(sys.argv[3])))
print("ready", peer.getsockname()[1], flush=True)


def listen():
    while True:
        try:
            data, source = peer.recvfrom(65535)
        except ConnectionRefusedError:
            # Nobody listened when it spoke last.
            continue
        print("heard", source[0], data.decode("utf-8", "replace").replace("\n", "\\n"), flush=True)


threading.Thread(target=listen, daemon=True).start()
for line in sys.stdin:
    peer.send(line.rstrip("\n").encode("utf-8").decode("unicode_escape").encode("utf-8"))
