"""The files that make each runtime trust our authority besides those it trusts already."""

import re
import secrets
import ssl
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import certifi
from cryptography import x509
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

_CERTIFICATE: Final = re.compile(
    r"-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----", re.ASCII
)
# Where distributions keep their bundle, where OpenSSL was not compiled with its place.
_SYSTEM_BUNDLES: Final = (
    "/etc/ssl/certs/ca-certificates.crt",  # Debian, Alpine, Arch
    "/etc/pki/tls/certs/ca-bundle.crt",  # Fedora, RHEL
    "/etc/ssl/ca-bundle.pem",  # openSUSE
    "/etc/ssl/cert.pem",  # the BSDs, macOS
)


@dataclass(frozen=True)
class TrustFiles:
    """Where the files are, all of them in one private directory.

    Attributes:
        requests_bundle: PEM, for Python's requests.
        curl_bundle: PEM, for curl.
        openssl_bundle: PEM, for whatever looks where OpenSSL looks.
        node_authorities: PEM, of those that Node shall trust besides its own.
        java_trust_store: PKCS12, in place of the JVM's own.
        java_password: opens it; it hides nothing, but the JVM asks for one.
        php_directory: with an ini file.
    """

    requests_bundle: Path
    curl_bundle: Path
    openssl_bundle: Path
    node_authorities: Path
    java_trust_store: Path
    java_password: str = field(repr=False)
    php_directory: Path


def write_trust_files(
    directory: Path, environment: Mapping[str, str], certificate: str
) -> TrustFiles:
    """Writes them.

    Each bundle replaces what its runtime would otherwise read: so it begins with the file that
    the user's own variable names, in the order in which that runtime asks the variables, and
    where there is none with the system's.

    Args:
        directory: private and existing.
        environment: the user's.
        certificate: our authority's, in PEM.

    Raises:
        OSError: the directory cannot be written.
    """

    def bundle(*variables: str) -> Path:
        theirs = (read_authorities(environment.get(name)) for name in variables)
        path = directory / f"{variables[0].lower()}.pem"
        path.write_text((next(filter(None, theirs), None) or system_authorities()) + certificate)
        return path

    openssl_bundle = bundle("SSL_CERT_FILE")
    node_authorities = directory / "node_extra_ca_certs.pem"
    node_authorities.write_text(
        read_authorities(environment.get("NODE_EXTRA_CA_CERTS")) + certificate
    )
    php_directory = directory / "php"
    php_directory.mkdir()
    (php_directory / "partywire.ini").write_text(
        f'curl.cainfo="{openssl_bundle}"\nopenssl.cafile="{openssl_bundle}"\n'
    )
    java_password = secrets.token_hex(16)
    java_trust_store = directory / "java.p12"
    java_trust_store.write_bytes(java_store(openssl_bundle.read_text(), java_password))
    return TrustFiles(
        requests_bundle=bundle("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"),
        curl_bundle=bundle("CURL_CA_BUNDLE", "SSL_CERT_FILE"),
        openssl_bundle=openssl_bundle,
        node_authorities=node_authorities,
        java_trust_store=java_trust_store,
        java_password=java_password,
        php_directory=php_directory,
    )


def system_authorities() -> str:
    """The certificates, in PEM, that programs of this system trust; certifi's where it has none."""
    for place in (ssl.get_default_verify_paths().openssl_cafile, *_SYSTEM_BUNDLES):
        if authorities := read_authorities(place):
            return authorities
    return read_authorities(certifi.where())


def read_authorities(place: str | None) -> str:
    """The certificates that a variable names, in PEM with a line end after each.

    Args:
        place: a file, or (requests takes that) a directory of files; or none.

    Returns:
        Nothing where it cannot be read, as most runtimes then go on without it.
    """
    if not place:
        return ""
    path = Path(place)
    try:
        paths = sorted(path.iterdir()) if path.is_dir() else [path]
    except OSError:
        return ""
    # Directories for OpenSSL hold each certificate under two or three names.
    found = dict.fromkeys(block for path in paths for block in _certificates(path))
    return "".join(f"{block}\n" for block in found)


def _certificates(path: Path) -> Iterable[str]:
    try:
        return _CERTIFICATE.findall(path.read_text("latin-1"))
    except OSError:
        return []


def java_store(authorities: str, password: str) -> bytes:
    """A PKCS12 trust store.

    Args:
        authorities: certificates, in PEM; those that cannot be read are left out.
        password: opens the store.
    """
    entries = []
    for number, block in enumerate(_CERTIFICATE.findall(authorities)):
        try:
            with warnings.catch_warnings(action="ignore"):  # old authorities break newer rules
                certificate = x509.load_pem_x509_certificate(block.encode("ascii"))
        except ValueError:
            continue
        entries.append(pkcs12.PKCS12Certificate(certificate, f"authority-{number}".encode()))
    return pkcs12.serialize_java_truststore(entries, BestAvailableEncryption(password.encode()))
