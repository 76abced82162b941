"""A server that answers every message in upper case.

    python3 upper_server.py [PORT] [HOST]     HOST: 127.0.0.1 (default) or ::1
"""
import socket
import sys

port = int(sys.argv[1]) if len(sys.argv) > 1 else 8080
host = sys.argv[2] if len(sys.argv) > 2 else "127.0.0.1"
family = socket.AF_INET6 if ":" in host else socket.AF_INET
server = socket.socket(family, socket.SOCK_DGRAM)
server.bind((host, port))
print("ready", server.getsockname()[1], flush=True)

while True:
    data, sender = server.recvfrom(65535)
    answer = data.decode("utf-8", "replace").upper()
    server.sendto(answer.encode("utf-8"), sender)
