"""A mail server (aiosmtpd) and a web server on free ports of this machine, for the alarm's tests.

Prints `ready SMTP_PORT HTTP_PORT`, then appends each delivery to the file as one line of JSON. Ends with its standard input.
"""

import json
import socket
import sys
import threading
from email import message_from_bytes
from email.header import decode_header, make_header
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from aiosmtpd.controller import Controller

deliveries = open(sys.argv[1], "a", encoding="utf-8", buffering=1)
lock = threading.Lock()


def record(delivery):
    with lock:
        deliveries.write(json.dumps(delivery, ensure_ascii=False) + "\n")


class Mailbox:
    async def handle_DATA(self, server, session, envelope):
        mail = message_from_bytes(envelope.content)
        record({
            "way": "smtp",
            "to": envelope.rcpt_tos,
            "id": mail["Message-ID"],
            "subject": str(make_header(decode_header(mail["Subject"]))),
            "text": mail.get_payload(decode=True).decode("utf-8"),
        })
        return "250 OK"


class Webhook(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        record({
            "way": "webhook",
            "id": self.headers["Idempotency-Key"],
            "authorization": self.headers["Authorization"],
            "message": json.loads(body),
        })
        self.send_response(204)
        self.end_headers()

    def do_GET(self):
        record({"way": "heartbeat", "path": self.path})
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass


web = ThreadingHTTPServer(("127.0.0.1", 0), Webhook)
threading.Thread(target=web.serve_forever, daemon=True).start()


class MailServer(Controller):
    """Controller on a free port: it connects to itself once to see that it runs."""

    def _trigger_server(self):
        port = self.server.sockets[0].getsockname()[1]
        with socket.create_connection((self.hostname, port), 1) as connection:
            connection.recv(1024)


mail = MailServer(Mailbox(), hostname="127.0.0.1", port=0)
mail.start()
print("ready", mail.server.sockets[0].getsockname()[1], web.server_address[1], flush=True)
sys.stdin.read()
mail.stop()
