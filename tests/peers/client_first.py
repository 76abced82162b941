"""A client that speaks first, then waits for one answer.

    python3 client_first.py PORT TEXT     PORT: where udpqq listens, 8081 if nothing else was said
"""
import socket
import sys

port, text = int(sys.argv[1]), sys.argv[2]
client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
client.sendto(text.encode("utf-8"), ("127.0.0.1", port))
print("ready", client.getsockname()[1], flush=True)

data, sender = client.recvfrom(65535)
print(f"{sender[0]}:{sender[1]} {data.decode('utf-8', 'replace')}", flush=True)
