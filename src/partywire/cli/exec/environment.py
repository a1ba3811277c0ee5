"""The variables by which each runtime finds the proxy and trusts its authority.

==============  ========================================  =====================================
runtime         finds the proxy by                        finds the authority by
==============  ========================================  =====================================
Python          HTTPS_PROXY; aiohttp by PYTHONPATH        REQUESTS_CA_BUNDLE, SSL_CERT_FILE
Node            HTTPS_PROXY, HTTP_PROXY; with             NODE_EXTRA_CA_CERTS (adds)
                NODE_USE_ENV_PROXY its own fetch
                too; the chat SDK's socket by
                NODE_OPTIONS, which change its address
curl            https_proxy, http_proxy (in lower case)   CURL_CA_BUNDLE
PHP             https_proxy                               PHP_INI_SCAN_DIR, with an ini file
JVM             JAVA_TOOL_OPTIONS: https.proxyHost, ...   JAVA_TOOL_OPTIONS: a trust store
Ruby, Go, .NET  https_proxy or HTTPS_PROXY                SSL_CERT_FILE
==============  ========================================  =====================================

All but Node's replace what the runtime would trust otherwise, so the files begin with that (see
`trust`). SSL_CERT_DIR stays as it is: OpenSSL, Go and .NET read the file besides the directory.
"""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from partywire.cli.exec import no_proxy
from partywire.cli.exec.trust import TrustFiles

# Holds a module of a name that Python runs first, and what Node is told to run first.
_PRELOAD: Final = Path(__file__).parent / "preload"
_DIRECT: Final = ("127.0.0.1", "localhost")


@dataclass(frozen=True)
class Credentials:
    """What the command's client signs in with, where the user set nothing.

    Attributes:
        account_sid: ``AC`` and 32 hexadecimal digits.
        auth_token: 32 letters and digits (the Go library refuses anything else).
    """

    account_sid: str
    auth_token: str = field(repr=False)

    @classmethod
    def generate(cls) -> "Credentials":
        """A new pair."""
        return cls(f"AC{secrets.token_hex(16)}", secrets.token_hex(16))


def command_environment(
    user: Mapping[str, str],
    *,
    proxy_port: int,
    server_url: str,
    credentials: Credentials,
    files: TrustFiles,
) -> dict[str, str]:
    """The environment for the command: the user's, and what the table above says.

    Args:
        user: the environment we were given.
        proxy_port: where the proxy listens on 127.0.0.1.
        server_url: where Partywire listens.
        credentials: for those of the two variables that are unset or empty.
        files: what the runtimes shall trust.
    """
    proxy = f"http://127.0.0.1:{proxy_port}"
    direct = _direct_hosts(user.get("no_proxy") or user.get("NO_PROXY") or "")
    account_sid = user.get("TWILIO_ACCOUNT_SID") or credentials.account_sid
    auth_token = user.get("TWILIO_AUTH_TOKEN") or credentials.auth_token
    return {
        **user,
        "PARTYWIRE_URL": server_url,
        "TWILIO_ACCOUNT_SID": account_sid,
        "TWILIO_AUTH_TOKEN": auth_token,
        "HTTPS_PROXY": proxy,
        "https_proxy": proxy,
        "HTTP_PROXY": proxy,
        "http_proxy": proxy,
        "NO_PROXY": ",".join(direct),
        "no_proxy": ",".join(direct),
        "NODE_USE_ENV_PROXY": "1",
        "NODE_OPTIONS": _node_options(user),
        "PYTHONPATH": os.pathsep.join(filter(None, (str(_PRELOAD), user.get("PYTHONPATH")))),
        "REQUESTS_CA_BUNDLE": str(files.requests_bundle),
        "CURL_CA_BUNDLE": str(files.curl_bundle),
        "SSL_CERT_FILE": str(files.openssl_bundle),
        "NODE_EXTRA_CA_CERTS": str(files.node_authorities),
        "PHP_INI_SCAN_DIR": _php_scan_directories(user, files),
        "JAVA_TOOL_OPTIONS": _java_options(user, proxy_port, direct, files),
    }


def _direct_hosts(user_value: str) -> list[str]:
    """The user's hosts without a proxy and the loopback ones; none of Twilio's among them.

    Where the user reaches Twilio past a proxy of the house, the command would reach it past ours.
    """
    kept = [entry for entry in no_proxy.entries(user_value) if not no_proxy.covers_twilio(entry)]
    return list(dict.fromkeys([*kept, *_DIRECT]))


def _node_options(user: Mapping[str, str]) -> str:
    """The user's options, and the module that runs before their program."""
    file = str(_PRELOAD / "socket.cjs").replace("\\", "\\\\").replace('"', '\\"')
    return " ".join(filter(None, (user.get("NODE_OPTIONS"), f'--require "{file}"')))


def _php_scan_directories(user: Mapping[str, str], files: TrustFiles) -> str:
    """The user's directories, then ours, whose settings win.

    An empty element stands for PHP's default directory; a variable that is set but empty, for
    no directory at all.
    """
    theirs = user.get("PHP_INI_SCAN_DIR")
    return str(files.php_directory) if theirs == "" else f"{theirs or ''}:{files.php_directory}"


def _java_options(
    user: Mapping[str, str], proxy_port: int, direct: list[str], files: TrustFiles
) -> str:
    properties = {
        "https.proxyHost": "127.0.0.1",
        "https.proxyPort": str(proxy_port),
        "http.proxyHost": "127.0.0.1",
        "http.proxyPort": str(proxy_port),
        "http.nonProxyHosts": no_proxy.java_patterns(direct),
        "javax.net.ssl.trustStore": str(files.java_trust_store),
        "javax.net.ssl.trustStorePassword": files.java_password,
        "javax.net.ssl.trustStoreType": "PKCS12",
    }
    # The JVM splits the variable at spaces, except within quotes.
    ours = " ".join(f'"-D{name}={value}"' for name, value in properties.items())
    theirs = user.get("JAVA_TOOL_OPTIONS", "")
    return f"{theirs} {ours}".strip()
