"""Sends one message and is gone at once: nobody is there to read an answer.

    python3 send_only.py PORT TEXT
"""
import socket
import sys

port, text = int(sys.argv[1]), sys.argv[2]
sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sender.sendto(text.encode("utf-8"), ("127.0.0.1", port))
print("ready", sender.getsockname()[1], flush=True)
