"""A real Slurm of one node on this machine, for tests: munged, slurmctld and slurmd in one folder.

Nothing outside that folder is touched and all ports are of the loopback, so that neither root nor a
change in /etc is needed, and a Slurm that is installed here is left alone. Memory requests are
enforced by sampling each second, because a sandbox rarely has a control group to write to.
"""

import getpass
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "srun", "squeue", "scancel", "scontrol")
SBIN = "/usr/sbin"  # Debian puts the daemons here, where a user's PATH does not look
NODE_CPUS, NODE_MB = 2, 8000  # what the node says it has; more than the machine has does no harm

CONFIGURATION = """\
ClusterName=review
SlurmctldHost={host}(127.0.0.1)
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny,DisableIPv6
SlurmctldPort={controller_port}
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
PropagateResourceLimits=NONE
JobAcctGatherType=jobacct_gather/linux
JobAcctGatherFrequency=task=1
JobAcctGatherParams=OverMemoryKill
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
SchedulerParameters=batch_sched_delay=0,sched_interval=2,sched_min_interval=0,bf_interval=2
AccountingStorageType=accounting_storage/none
SlurmctldTimeout=10
SlurmdTimeout=30
MessageTimeout=10
TCPTimeout=2
MinJobAge=3600
KillWait=2
CompleteWait=0
ReturnToService=2
SlurmdParameters=config_overrides
NodeName=node NodeHostname={host} NodeAddr=127.0.0.1 Port={node_port} CPUs={cpus} RealMemory={memory}
PartitionName=main Nodes=ALL Default=YES MaxTime=1-00:00:00 State=UP
PartitionName=second Nodes=ALL MaxTime=1-00:00:00 State=UP
"""


def missing() -> list[str]:
    """Return the programs of Slurm and munge that are not installed here."""
    return [name for name in PROGRAMS if not shutil.which(name, path=_path())]


def _path() -> str:
    return f"{os.environ['PATH']}:{SBIN}"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Cluster:
    """The daemons and what talks to them; ``start`` and ``stop`` belong to whoever made it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {
            **{
                name: value
                for name, value in os.environ.items()
                if not name.startswith(("SLURM_", "SBATCH_"))
            },
            "PATH": f"{folder / 'bin'}:{_path()}",
            "SLURM_CONF": str(folder / "slurm.conf"),
        }
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self) -> None:
        """Start all daemons; return when the node takes jobs."""
        for name in ("bin", "spool", "state"):
            (self.folder / name).mkdir()
        self._write_configuration()
        files = {"key-file": "key", "pid-file": "pid", "seed-file": "seed", "log-file": "log"}
        where = [f"--{option}={self.folder}/munge.{end}" for option, end in files.items()]
        where.append(f"--socket={self.folder}/munge.socket")
        self._launch("munged", "--foreground", "--force", *where)
        self._until("munged answers", lambda: (self.folder / "munge.socket").exists())
        self.start_controller()
        self._launch("slurmd", "-D", "-f", self.folder / "slurm.conf", "-N", "node")
        self._until("the node is idle", lambda: self.ask("sinfo", "-h", "-o", "%T").strip() == "idle")

    def start_controller(self) -> None:
        self._launch("slurmctld", "-D", "-i", "-f", self.folder / "slurm.conf")
        self._until("the controller answers", lambda: "is UP" in self.ask("scontrol", "ping"))

    def stop_controller(self) -> None:
        self._end("slurmctld")

    def stop(self) -> None:
        """Cancel what is left, and end the daemons that ``start`` started, and no others."""
        if "slurmctld" in self._running:
            self.ask("scancel", "--user", getpass.getuser())
            self._until("no job is left", lambda: not self.queue())
        for name in ("slurmd", "slurmctld", "munged"):
            if name in self._running:
                self._end(name)

    def ask(self, *command: str) -> str:
        """Return what a program of Slurm prints; an error is no answer."""
        return subprocess.run(
            command, env=self.environment, capture_output=True, text=True, timeout=30
        ).stdout

    def queue(self) -> dict[str, str]:
        """Return number -> comment (rule and wildcards) of the jobs that wait or run."""
        lines = self.ask("squeue", "-h", "-o", "%A|%k", "--states", "PENDING,RUNNING,COMPLETING").splitlines()
        return dict(line.split("|", 1) for line in lines)

    def history(self) -> list[dict[str, str]]:
        """Return every job since the start, in the order of submission, as scontrol tells it."""
        lines = self.ask("scontrol", "show", "job", "--oneliner").splitlines()
        jobs = [dict(word.split("=", 1) for word in line.split() if "=" in word) for line in lines]
        return sorted((job for job in jobs if "JobId" in job), key=lambda job: int(job["JobId"]))

    def _write_configuration(self) -> None:
        (self.folder / "munge.key").touch(mode=0o600)
        (self.folder / "munge.key").write_bytes(os.urandom(1024))
        (self.folder / "slurm.conf").write_text(
            CONFIGURATION.format(
                host=socket.gethostname().split(".")[0], user=getpass.getuser(), folder=self.folder,
                controller_port=_free_port(), node_port=_free_port(), cpus=NODE_CPUS, memory=NODE_MB,
            )
        )  # fmt: skip
        # Snakemake's executor takes SLURM_CONF away from the srun inside a job; this one gives it back.
        program = self.folder / "bin/srun"
        inner = shutil.which("srun", path=_path())
        program.write_text(f'#!/bin/sh\nSLURM_CONF="{self.folder}/slurm.conf" exec {inner} "$@"\n')
        program.chmod(0o755)

    def _launch(self, name: str, *arguments: str | Path) -> None:
        with (self.folder / f"{name}.out").open("ab") as out:
            self._running[name] = subprocess.Popen(
                [name, *map(str, arguments)], env=self.environment, stdin=subprocess.DEVNULL,
                stdout=out, stderr=out, start_new_session=True,
            )  # fmt: skip

    def _end(self, name: str) -> None:
        daemon = self._running.pop(name)
        daemon.send_signal(signal.SIGTERM)
        try:
            daemon.wait(20)
        except subprocess.TimeoutExpired:
            daemon.kill()
            daemon.wait()

    def _until(self, what: str, true: Callable[[], bool], seconds: float = 30) -> None:
        end = time.monotonic() + seconds
        while not true():
            if time.monotonic() > end:
                logs = "\n".join(
                    f"{path.name}: {path.read_text(errors='replace')[-800:]}"
                    for path in sorted(self.folder.glob("*.[lo][ou][gt]"))
                )
                raise TimeoutError(f"not within {seconds} s: {what}\n{logs}")
            time.sleep(0.1)
