"""A real PostgreSQL server for tests, on a free loopback port, its data in a temporary folder."""
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile

from conftest import Program, free_port, wait_until

BIN = pathlib.Path(os.environ.get("VIGIL_POSTGRES_BIN", "/usr/lib/postgresql/15/bin"))
NOBODY = 65534


def as_nobody():
    # It refuses to be root's.
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)


class Postgres(Program):
    password = "canary pass"

    def __init__(self, log):
        assert (BIN / "initdb").exists(), "PostgreSQL is missing: run tools/deps.sh"
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="vigil-postgres-"))
        password = self.folder / "password"
        password.write_text(self.password + "\n")
        if os.geteuid() == 0:
            for path in (self.folder, password):
                os.chown(path, NOBODY, NOBODY)
        subprocess.run([BIN / "initdb", "--pgdata", self.folder / "data", "--username", "vigil", "--pwfile", password, "--auth", "scram-sha-256",
                        "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"], check=True, capture_output=True, preexec_fn=as_nobody, cwd="/")
        self.port = free_port()
        self.url = f"postgres://vigil:canary%20pass@127.0.0.1:{self.port}/postgres"
        self.log_path = pathlib.Path(log)
        self.log_file = open(log, "ab")
        self.process = subprocess.Popen(
            [BIN / "postgres", "-D", self.folder / "data", "-c", "listen_addresses=127.0.0.1", "-p", str(self.port), "-c", "unix_socket_directories=",
             "-c", "fsync=off", "-c", "shared_buffers=16MB"], stdout=self.log_file, stderr=subprocess.STDOUT, preexec_fn=as_nobody, cwd="/")
        wait_until(lambda: "ready to accept connections" in self.log, 20, "PostgreSQL")

    def ask(self, sql):
        """What one query answers, as text."""
        done = subprocess.run([BIN / "psql", "-X", "-At", "-c", sql, self.url], check=True, capture_output=True, text=True, cwd="/", timeout=20)
        return done.stdout.strip()

    def sessions(self):
        return [int(pid) for pid in self.ask("select pid from pg_stat_activity where application_name = 'vigil'").split()]

    def stop(self, sig=signal.SIGQUIT, timeout=10):
        self.process.send_signal(signal.SIGCONT)
        try:
            return super().stop(signal.SIGQUIT, timeout)
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)
