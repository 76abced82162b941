"""A server that prints what arrives, answers it with "hello", and says when a client is gone: a read of nothing.

    python3 tcp_server.py [PORT] [HOST]     in udpqq:  /add server tcp://127.0.0.1:7788
"""
import socket
import sys

port = int(sys.argv[1]) if len(sys.argv) > 1 else 7788
host = sys.argv[2] if len(sys.argv) > 2 else "127.0.0.1"
family = socket.AF_INET6 if ":" in host else socket.AF_INET
server = socket.socket(family, socket.SOCK_STREAM)
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind((host, port))
server.listen(128)
print("ready", server.getsockname()[1], flush=True)

while True:
    connection, client = server.accept()
    print(f"{client[0]}:{client[1]} is here", flush=True)
    while True:
        data = connection.recv(1024)
        if not data:
            print(f"{client[0]}:{client[1]} is gone", flush=True)
            break
        print(f"{client[0]}:{client[1]} {data.decode('utf-8', 'replace')}", flush=True)
        connection.send("hello".encode("utf-8"))
    connection.close()
