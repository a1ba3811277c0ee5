"""A private certificate authority: made for one run, its key never leaves the memory."""

import ssl
from pathlib import Path

import trustme


class Authority:
    """Issues the certificates under which the proxy speaks for other hosts.

    Args:
        directory: private directory through which OpenSSL is handed each leaf's key (it reads
            keys from files only); the file is gone again at once.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._authority = trustme.CA(
            organization_name="Partywire", organization_unit_name="partywire exec, this run only"
        )
        self._contexts: dict[str, ssl.SSLContext] = {}

    @property
    def certificate(self) -> str:
        """The authority's own certificate, in PEM."""
        return self._authority.cert_pem.bytes().decode("ascii")

    def server_context(self, host: str) -> ssl.SSLContext:
        """What a server needs to speak TLS as this host, and HTTP/1.1 inside.

        Args:
            host: name in lower case.

        Raises:
            ValueError: no certificate can bear this name.
        """
        if host not in self._contexts:
            leaf = self._authority.issue_cert(host, organization_name="Partywire")
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            # The server behind us speaks HTTP/1.1; left alone, clients would offer HTTP/2 as well.
            context.set_alpn_protocols(["http/1.1"])
            with leaf.private_key_and_cert_chain_pem.tempfile(dir=str(self._directory)) as path:
                context.load_cert_chain(path)
            self._contexts[host] = context
        return self._contexts[host]
