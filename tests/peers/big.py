"""Sends one datagram of SIZE bytes to PORT, then prints the size of each datagram that comes back.

    python3 big.py PORT [SIZE]     SIZE: 65507 (default) is the most that IPv4 carries; 0 is an empty datagram
"""
import socket
import sys

port = int(sys.argv[1])
size = int(sys.argv[2]) if len(sys.argv) > 2 else 65507
peer = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
peer.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 18)  # room for one whole datagram
peer.bind(("127.0.0.1", 0))
text = b"<" + b"x" * (size - 2) + b">" if size >= 2 else b"x" * size
print("sent", peer.sendto(text, ("127.0.0.1", port)), flush=True)
print("ready", peer.getsockname()[1], flush=True)

while True:
    data, sender = peer.recvfrom(65535)
    print("received", len(data), flush=True)
