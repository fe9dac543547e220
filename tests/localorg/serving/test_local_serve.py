"""Local orgs over HTTPS, asked by sockets and the standard library."""

from __future__ import annotations

import gzip
import json
import signal
import socket
import stat
import subprocess
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.localorg.serving.running import PROVISION, Server, command, serving, start

V = "/services/data/v66.0"


def bearer(server, name="local"):
    return {"Authorization": f"Bearer {server.env(name)['SF_ACCESS_TOKEN']}"}


def organization(server, name="local"):
    answer = server.ask(
        "GET", f"{server.base_url(name)}{V}/query?q=SELECT+Id,Name+FROM+Organization", headers=bearer(server, name)
    )
    assert answer.status == 200, answer.body
    return answer.json["records"][0]


# Addresses and names


def test_each_org_has_a_port_of_its_own(server: Server) -> None:
    assert organization(server, "local")["Name"] == "local"
    assert organization(server, "local-legacy")["Name"] == "local-legacy"


def test_a_token_of_one_org_is_refused_by_the_other(server: Server) -> None:
    answer = server.ask("GET", f"{server.base_url('local-legacy')}{V}/limits", headers=bearer(server, "local"))
    assert (answer.status, answer.json[0]["errorCode"]) == (401, "INVALID_SESSION_ID")


@pytest.mark.parametrize("address", ["localhost", "127.0.0.1", "[::1]"])
def test_every_loopback_name_reaches_the_org_and_is_its_instance_url(server: Server, address: str) -> None:
    url = server.base_url().replace("localhost", address)
    try:
        answer = server.ask("GET", f"{url}/.well-known/openid-configuration")
    except OSError:
        if address != "[::1]":
            raise
        pytest.skip("this machine has no IPv6")
    assert answer.json["token_endpoint"] == f"{url}/services/oauth2/token"


def test_real_host_names_are_taken_from_the_host_header_on_any_port(server: Server) -> None:
    for name in ("local", "local-legacy"):
        headers = {"Host": server.my_domain(name)} | bearer(server, name)
        answer = server.ask("GET", f"{server.base_url()}{V}/query?q=SELECT+Name+FROM+Organization", headers=headers)
        assert answer.json["records"][0]["Name"] == name


def test_a_host_that_belongs_to_nobody_gets_nothing(server: Server) -> None:
    assert server.ask("GET", f"{server.base_url()}/services/data", headers={"Host": "attacker.example"}).status == 404


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.com", "127.0.0.1.example.com"])  # noqa: S104
def test_an_address_that_others_can_reach_is_refused(setup_folder: Path, host: str) -> None:
    done = subprocess.run(
        [*PROVISION, "local", "serve", "--host", host, "--json"],
        cwd=setup_folder, capture_output=True, text=True, check=False, timeout=30,
    )  # fmt: skip
    assert done.returncode == 2
    assert "no loopback address" in json.loads(done.stdout)["message"]


def test_a_port_in_use_is_named_in_the_refusal(setup_folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = subprocess.run(
            [*PROVISION, "local", "serve", "--port", str(port), "--control-port", "0"],
            cwd=setup_folder, capture_output=True, text=True, check=False, timeout=30,
        )  # fmt: skip
    assert done.returncode == 2
    assert f"Port {port} cannot be used" in done.stderr


# Start and stop


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_signal_stops_it_cleanly(setup_folder: Path, number: int, code: int) -> None:
    with serving(setup_folder, "-o", "local") as server:
        port = urlsplit(server.base_url()).port
        workers = _children(server.process.pid)
        assert len(workers) == 2
        assert server.stop(number) == code
        assert server.process.stderr is not None
        assert server.process.stderr.read() == ""
    assert not any(Path(f"/proc/{pid}").exists() for pid in workers)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))
    assert command(setup_folder, "local", "status", "--json")["result"]["server"] is None


def test_a_killed_worker_is_replaced(setup_folder: Path) -> None:
    with serving(setup_folder, "-o", "local") as server:
        for pid in _children(server.process.pid):
            subprocess.run(["kill", "-9", str(pid)], check=True)
        assert server.ask("GET", f"{server.base_url()}/services/data").status == 200


def test_workers_do_not_outlive_a_killed_server(setup_folder: Path) -> None:
    with serving(setup_folder, "-o", "local") as server:
        port = urlsplit(server.base_url()).port
        server.process.kill()
        server.process.wait()
        _refused_at_last(port)
    with serving(setup_folder, "-o", "local") as again:
        assert again.ask("GET", f"{again.base_url()}/services/data").status == 200


def test_a_second_server_on_the_same_file_is_refused(server: Server) -> None:
    second = start(server.folder)
    _out, err = second.communicate(timeout=30)
    assert second.returncode == 2
    assert f"being served already by process {server.process.pid}" in err


def test_state_is_shared_with_the_embedded_org_and_survives_a_restart(setup_folder: Path) -> None:
    with serving(setup_folder, "-o", "local") as server:
        token = bearer(server)
        made = server.ask("POST", f"{server.base_url()}{V}/sobjects/Account", {"Name": "Kept"}, token)
        assert made.status == 201
    shown = command(setup_folder, "org", "show", "-o", "local", "--json")["result"]["orgs"][0]
    with serving(setup_folder, "-o", "local") as server:
        found = server.ask("GET", f"{server.base_url()}{V}/sobjects/Account/{made.json['id']}", headers=token)
        assert found.json["Name"] == "Kept"
        assert organization(server)["Id"] == shown["org_id"]


# Secrets


def test_no_token_is_printed_unless_asked_for(server: Server) -> None:
    token = server.env()["SF_ACCESS_TOKEN"]
    assert token.startswith("00D")
    assert "!" not in server.said
    assert token not in json.dumps(command(server.folder, "local", "status", "--json"))


def test_the_environment_goes_to_a_file_that_nobody_else_can_read(setup_folder: Path) -> None:
    with serving(setup_folder, "-o", "local", "--env-file", "local.env") as server:
        file = setup_folder / "local.env"
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        sourced = subprocess.run(
            ["sh", "-c", ". ./local.env && printf '%s\\n' \"$SF_ORG_INSTANCE_URL\" \"$SF_ACCESS_TOKEN\""],
            cwd=setup_folder, capture_output=True, text=True, check=True,
        )  # fmt: skip
        url, token = sourced.stdout.splitlines()
        assert url == server.base_url()
        answer = server.ask("GET", f"{url}{V}/limits", headers={"Authorization": f"Bearer {token}"})
        assert answer.status == 200
        assert token not in server.said


def test_everything_that_is_written_is_for_the_owner_alone(server: Server) -> None:
    store = server.folder / ".provision"
    assert stat.S_IMODE(store.stat().st_mode) == 0o700
    readable = [path.name for path in store.rglob("*") if path.is_file() and stat.S_IMODE(path.stat().st_mode) & 0o077]
    assert readable == ["ca.pem"]


# HTTP


def test_a_chunked_body_without_a_length_is_read(server: Server) -> None:
    sock = server.raw(server.base_url())
    form = b"grant_type=made_up"
    sock.sendall(
        b"POST /services/oauth2/token HTTP/1.1\r\nHost: " + urlsplit(server.base_url()).netloc.encode()
        + b"\r\nContent-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n"
        + b"Connection: close\r\n\r\n"
        + b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (form[:7], form[7:], b""))
    )  # fmt: skip
    answer = b"".join(iter(lambda: sock.recv(4096), b""))
    assert b"unsupported_grant_type" in answer
    sock.close()


def test_a_path_may_begin_with_two_slashes(server: Server) -> None:
    for path in (f"/{V}/limits", f"{V}/limits"):
        connection = server.connect(server.base_url())
        connection.request("GET", path, headers=bearer(server))
        answer = connection.getresponse()
        assert (answer.status, "DailyApiRequests" in json.loads(answer.read())) == (200, True)
        connection.close()


def test_a_connection_serves_many_requests(server: Server) -> None:
    connection = server.connect(server.base_url())
    for _ in range(20):
        connection.request("GET", "/services/data")
        answer = connection.getresponse()
        assert (answer.status, len(json.loads(answer.read())) > 20) == (200, True)
        assert answer.headers["Connection"] is None
    connection.close()


def test_requests_that_arrive_together_are_answered_in_order(server: Server) -> None:
    host = urlsplit(server.base_url()).netloc.encode()
    asked = [b"/services/data", b"/services/nowhere", b"/.well-known/openid-configuration"]
    sock = server.raw(server.base_url())
    requests = [b"GET %s HTTP/1.1\r\nHost: %s\r\n" % (path, host) for path in asked]
    sock.sendall(b"\r\n".join(requests) + b"Connection: close\r\n\r\n")
    answer = b"".join(iter(lambda: sock.recv(4096), b""))
    found = [answer.find(part) for part in (b'"/services/data/v67.0"', b"NOT_FOUND", b'"token_endpoint"')]
    assert -1 not in found
    assert found == sorted(found)
    sock.close()


def test_a_client_that_waits_for_the_go_ahead_gets_it(server: Server) -> None:
    sock = server.raw(server.base_url())
    form = b"grant_type=made_up"
    sock.sendall(
        b"POST /services/oauth2/token HTTP/1.1\r\nHost: " + urlsplit(server.base_url()).netloc.encode()
        + b"\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n" % len(form)
        + b"Expect: 100-continue\r\nConnection: close\r\n\r\n"
    )  # fmt: skip
    assert sock.recv(4096).startswith(b"HTTP/1.1 100 Continue")
    sock.sendall(form)
    assert b"unsupported_grant_type" in b"".join(iter(lambda: sock.recv(4096), b""))
    sock.close()


def test_more_connections_than_threads_are_kept_alive_at_once(server: Server) -> None:
    connections = [server.connect(server.base_url()) for _ in range(64)]
    for _ in range(2):
        for connection in connections:
            connection.request("GET", "/services/data")
        assert {connection.getresponse().read()[:2] for connection in connections} == {b"[{"}
    for connection in connections:
        connection.close()


def test_clients_that_connect_and_say_nothing_keep_nobody_waiting(server: Server) -> None:
    parts = urlsplit(server.base_url())
    silent = [socket.create_connection((parts.hostname, parts.port)) for _ in range(4)]
    assert server.ask("GET", f"{server.base_url()}/services/data").status == 200
    for each in silent:
        each.close()


def test_long_answers_are_compressed_for_those_who_ask(server: Server) -> None:
    url = f"{server.base_url()}/services/data"
    plain, compressed = server.ask("GET", url), server.ask("GET", url, headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in plain.headers
    assert compressed.headers["Content-Encoding"] == "gzip"
    assert len(compressed.body) < len(plain.body) / 2
    assert gzip.decompress(compressed.body) == plain.body


def test_plain_http_is_told_that_the_port_speaks_https(server: Server) -> None:
    parts = urlsplit(server.base_url())
    with socket.create_connection((parts.hostname, parts.port), timeout=20) as plain:
        plain.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert b"HTTPS only" in plain.recv(4096)


def _children(pid: int) -> list[int]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(FileNotFoundError, ProcessLookupError):
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            if int(fields[1]) == pid:
                found.append(int(folder.name))
    return found


def _refused_at_last(port: int | None) -> None:
    """Workers notice at once that their server is gone, but not in no time."""
    for _ in range(2_000):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
        except ConnectionRefusedError:
            return
        except ConnectionResetError:
            continue  # it was waiting to be accepted when the last worker ended
    raise AssertionError("somebody still listens")
