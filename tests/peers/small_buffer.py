"""A receiver whose buffer is 1,024 bytes: whatever is longer loses its end, silently. Prints the length it got.

    python3 small_buffer.py [PORT]
"""
import socket
import sys

port = int(sys.argv[1]) if len(sys.argv) > 1 else 8081
receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
receiver.bind(("127.0.0.1", port))
print("ready", receiver.getsockname()[1], flush=True)

while True:
    data, sender = receiver.recvfrom(1024)
    print("length", len(data), flush=True)
