"""A mail server (aiosmtpd) and a web server on free ports of this machine, for the alarm's tests.

    alarm_servers.py DELIVERIES [CA]

Prints `ready SMTP_PORT HTTP_PORT SMTPS_PORT`, then appends each delivery to the file DELIVERIES as one line of JSON. With
CA, all of them speak TLS on 127.0.0.2: the mail servers by STARTTLS and by TLS from the start, the web server by HTTPS.
Their certificate is signed by an authority made for this run, whose own certificate is written to CA. Ends when its
standard input is closed.
"""

import datetime
import ipaddress
import json
import pathlib
import socket
import ssl
import sys
import tempfile
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


def make_certificate(ca_file):
    """Returns a TLS context for 127.0.0.2, and writes the certificate of its authority."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    now = datetime.datetime.now(datetime.timezone.utc)
    ca_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    name, ca_name = (x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)]) for text in ("127.0.0.2", "test"))

    def builder(subject, public_key):
        made = x509.CertificateBuilder().subject_name(subject).issuer_name(ca_name).public_key(public_key)
        made = made.serial_number(x509.random_serial_number()).not_valid_before(now - datetime.timedelta(days=1))
        return made.not_valid_after(now + datetime.timedelta(days=1))

    ca = builder(ca_name, ca_key.public_key()).add_extension(x509.BasicConstraints(True, None), True)
    host = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.2"))])
    leaf = builder(name, key.public_key()).add_extension(host, False)
    pem = serialization.Encoding.PEM
    pathlib.Path(ca_file).write_bytes(ca.sign(ca_key, hashes.SHA256()).public_bytes(pem))
    with tempfile.NamedTemporaryFile() as chain:
        chain.write(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
        chain.write(leaf.sign(ca_key, hashes.SHA256()).public_bytes(pem))
        chain.flush()
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(chain.name)
    return context


tls = make_certificate(sys.argv[2]) if len(sys.argv) > 2 else None
host = "127.0.0.2" if tls else "127.0.0.1"
web = ThreadingHTTPServer((host, 0), Webhook)
if tls:
    web.socket = tls.wrap_socket(web.socket, server_side=True)
threading.Thread(target=web.serve_forever, daemon=True).start()


class MailServer(Controller):
    """A controller on a free port. It connects to itself once, to check that it is running."""

    def _trigger_server(self):
        port = self.server.sockets[0].getsockname()[1]
        with socket.create_connection((self.hostname, port), 5) as connection:
            if self.ssl_context is None:
                connection.recv(1024)
            else:
                client = ssl.create_default_context(cafile=sys.argv[2])
                client.wrap_socket(connection, server_hostname=self.hostname).recv(1024)


servers = [MailServer(Mailbox(), hostname=host, port=0, tls_context=tls, require_starttls=tls is not None)]
if tls:
    servers.append(MailServer(Mailbox(), hostname=host, port=0, ssl_context=tls))
for server in servers:
    server.start()
smtp_port, smtps_port = (server.server.sockets[0].getsockname()[1] for server in (servers[0], servers[-1]))
print("ready", smtp_port, web.server_address[1], smtps_port, flush=True)
sys.stdin.read()
for server in servers:
    server.stop()
