import re
from pathlib import Path

import pytest

from partywire.cli.exec import environment
from partywire.cli.exec.environment import Credentials, command_environment
from partywire.cli.exec.trust import TrustFiles

FILES = TrustFiles(
    requests_bundle=Path("/p/requests.pem"),
    curl_bundle=Path("/p/curl.pem"),
    openssl_bundle=Path("/p/openssl.pem"),
    node_authorities=Path("/p/node.pem"),
    java_trust_store=Path("/p with space/java.p12"),
    java_password="password",
    php_directory=Path("/p/php"),
)
PRELOAD = str(Path(environment.__file__).parent / "preload")


def environment_from(**user: str) -> dict[str, str]:
    return command_environment(
        user,
        proxy_port=3128,
        server_url="http://127.0.0.1:8080",
        credentials=Credentials("AC1", "token"),
        files=FILES,
    )


def test_an_empty_environment_gets_everything() -> None:
    assert environment_from() == {
        "PARTYWIRE_URL": "http://127.0.0.1:8080",
        "TWILIO_ACCOUNT_SID": "AC1",
        "TWILIO_AUTH_TOKEN": "token",
        "HTTPS_PROXY": "http://127.0.0.1:3128",
        "https_proxy": "http://127.0.0.1:3128",
        "HTTP_PROXY": "http://127.0.0.1:3128",
        "http_proxy": "http://127.0.0.1:3128",
        "NO_PROXY": "127.0.0.1,localhost",
        "no_proxy": "127.0.0.1,localhost",
        "NODE_USE_ENV_PROXY": "1",
        "NODE_OPTIONS": f'--require "{PRELOAD}/socket.cjs"',
        "PYTHONPATH": PRELOAD,
        "REQUESTS_CA_BUNDLE": "/p/requests.pem",
        "CURL_CA_BUNDLE": "/p/curl.pem",
        "SSL_CERT_FILE": "/p/openssl.pem",
        "NODE_EXTRA_CA_CERTS": "/p/node.pem",
        "PHP_INI_SCAN_DIR": ":/p/php",
        "JAVA_TOOL_OPTIONS": (
            '"-Dhttps.proxyHost=127.0.0.1" "-Dhttps.proxyPort=3128" '
            '"-Dhttp.proxyHost=127.0.0.1" "-Dhttp.proxyPort=3128" '
            '"-Dhttp.nonProxyHosts=127.0.0.1|localhost|*.localhost" '
            '"-Djavax.net.ssl.trustStore=/p with space/java.p12" '
            '"-Djavax.net.ssl.trustStorePassword=password" '
            '"-Djavax.net.ssl.trustStoreType=PKCS12"'
        ),
    }


def test_python_looks_into_our_directory_before_the_users() -> None:
    assert environment_from(PYTHONPATH="/a:/b")["PYTHONPATH"] == f"{PRELOAD}:/a:/b"


def test_what_we_do_not_set_stays() -> None:
    environment = environment_from(PATH="/bin", SSL_CERT_DIR="/certificates")

    assert environment["PATH"] == "/bin"
    assert environment["SSL_CERT_DIR"] == "/certificates"


def test_the_users_credentials_stay_and_empty_ones_count_as_unset() -> None:
    environment = environment_from(TWILIO_ACCOUNT_SID="AC2", TWILIO_AUTH_TOKEN="")

    assert environment["TWILIO_ACCOUNT_SID"] == "AC2"
    assert environment["TWILIO_AUTH_TOKEN"] == "token"


def test_the_users_direct_hosts_stay_but_for_those_that_lead_to_twilio() -> None:
    environment = environment_from(
        NO_PROXY="unused", no_proxy="db.example, *.twilio.com,*,localhost"
    )

    assert environment["NO_PROXY"] == environment["no_proxy"] == "db.example,localhost,127.0.0.1"


@pytest.mark.parametrize(
    ("theirs", "expected"), [("", "/p/php"), ("/x", "/x:/p/php"), (":/x", ":/x:/p/php")]
)
def test_phps_directories_of_the_user_come_first(theirs: str, expected: str) -> None:
    assert environment_from(PHP_INI_SCAN_DIR=theirs)["PHP_INI_SCAN_DIR"] == expected


def test_the_jvms_options_of_the_user_come_first() -> None:
    options = environment_from(JAVA_TOOL_OPTIONS="-Xmx1g")["JAVA_TOOL_OPTIONS"]

    assert options.startswith('-Xmx1g "-Dhttps.proxyHost=')


def test_generated_credentials_have_the_right_shape_and_differ() -> None:
    one, other = Credentials.generate(), Credentials.generate()

    assert re.fullmatch("AC[0-9a-f]{32}", one.account_sid)
    assert re.fullmatch("[0-9a-zA-Z]{32}", one.auth_token)
    assert one != other
    assert one.auth_token not in repr(one)


def test_the_user_s_options_of_node_stay() -> None:
    options = environment_from(NODE_OPTIONS="--max-old-space-size=64")["NODE_OPTIONS"]
    assert options == f'--max-old-space-size=64 --require "{PRELOAD}/socket.cjs"'
