"""A server that prints each question and sends back the answer typed on the next line.

    python3 ask_answer.py [HOST] [PORT]     HOST: 127.0.0.1 (default) or ::1
"""
import socket
import sys

host = sys.argv[1] if len(sys.argv) > 1 else "127.0.0.1"
port = int(sys.argv[2]) if len(sys.argv) > 2 else 6000
family = socket.AF_INET6 if ":" in host else socket.AF_INET
server = socket.socket(family, socket.SOCK_DGRAM)
server.bind((host, port))
print("ready", server.getsockname()[1], flush=True)

while True:
    question, asker = server.recvfrom(65535)
    print("question:", question.decode("utf-8", "replace"), flush=True)
    answer = sys.stdin.readline()
    if not answer:
        break
    server.sendto(answer.rstrip("\n").encode("utf-8"), asker)
