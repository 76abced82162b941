"""A client that sends one text, prints what comes back, and sends each line typed here. The end of input ends it.

    python3 tcp_client.py PORT TEXT [HOST]     PORT: where udpqq listens, for example  udpqq --listen tcp=7788
"""
import socket
import sys
import threading

port, text = int(sys.argv[1]), sys.argv[2]
host = sys.argv[3] if len(sys.argv) > 3 else "127.0.0.1"
client = socket.create_connection((host, port))
print("ready", client.getsockname()[1], flush=True)
client.sendall(text.encode("utf-8"))


def receive():
    while True:
        data = client.recv(1024)
        if not data:
            print("the server is gone", flush=True)
            break
        print("received", data.decode("utf-8", "replace"), flush=True)


threading.Thread(target=receive, daemon=True).start()
for line in sys.stdin:
    client.sendall(line.rstrip("\n").encode("utf-8"))
client.close()
