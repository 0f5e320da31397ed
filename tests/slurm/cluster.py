"""A real Slurm of two nodes on this machine, for tests: munged, slurmctld and two slurmd in one folder.

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
NODES = ("node1", "node2")
NODE_CPUS, NODE_MB = 2, 4000  # what each node says it has; more than the machine has does no harm
# Takes a result away when its job has ended, as if this side of a file system did not see it yet.
EPILOG = """\
#!/bin/sh
[ -e "{folder}/late" ] || exit 0
rule=$(head -1 "{folder}/late") file=$(tail -1 "{folder}/late")
export SLURM_CONF="{folder}/slurm.conf"
{scontrol} show job --oneliner "$SLURM_JOB_ID" | grep -q "Comment=rule_$rule" || exit 0
[ -e "$file" ] && mv "$file" "$file.late" && rm "{folder}/late"
exit 0
"""

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
SlurmdSpoolDir={folder}/spool/%n
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.%n.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.%n.log
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
Epilog={folder}/bin/epilog
{nodes}
PartitionName=main Nodes=ALL Default=YES LLN=YES MaxTime=1-00:00:00 State=UP
PartitionName=second Nodes=ALL LLN=YES MaxTime=1-00:00:00 State=UP
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
        for node in NODES:
            self._launch("slurmd", "-D", "-f", self.folder / "slurm.conf", "-N", node, name=node)
        idle = ["idle"] * len(NODES)
        self._until(
            "all nodes are idle",
            lambda: self.ask("sinfo", "-h", "-N", "-p", "main", "-o", "%T").split() == idle,
        )

    def start_controller(self) -> None:
        self._launch("slurmctld", "-D", "-i", "-f", self.folder / "slurm.conf")
        self._until("the controller answers", lambda: "is UP" in self.ask("scontrol", "ping"))

    def stop_controller(self) -> None:
        self._end("slurmctld")

    def stop(self) -> None:
        """Cancel what is left, and end the daemons that ``start`` started, and no others."""
        try:
            if "slurmctld" in self._running:
                self.ask("scancel", "--user", getpass.getuser())
                self.until_empty()
        finally:
            for name in (*NODES, "slurmctld", "munged"):
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

    def until_empty(self) -> None:
        """Return when no job waits or runs."""
        self._until("no job is left", lambda: not self.queue(), seconds=300)

    def history(self) -> list[dict[str, str]]:
        """Return every job since the start, in the order of submission, as scontrol tells it."""
        lines = self.ask("scontrol", "show", "job", "--oneliner").splitlines()
        jobs = [dict(word.split("=", 1) for word in line.split() if "=" in word) for line in lines]
        return sorted((job for job in jobs if "JobId" in job), key=lambda job: int(job["JobId"]))

    def end_time_now(self, job: str) -> None:
        """Let the time of a running job be over: Slurm ends it at its next look, within 30 s.

        Its limit is then the minute that Slurm rounds to.
        """
        self.ask("scontrol", "update", f"JobId={job}", "EndTime=now+1seconds")

    def show_late(self, rule: str, result: Path) -> Path:
        """Let a result be missing once the job of a rule has ended; return where it is until then."""
        (self.folder / "late").write_text(f"{rule}\n{result}\n", encoding="utf-8")
        return result.with_name(f"{result.name}.late")

    def _write_configuration(self) -> None:
        (self.folder / "munge.key").touch(mode=0o600)
        (self.folder / "munge.key").write_bytes(os.urandom(1024))
        host = socket.gethostname().split(".")[0]
        nodes = "\n".join(
            f"NodeName={node} NodeHostname={host} NodeAddr=127.0.0.1 Port={_free_port()} CPUs={NODE_CPUS}"
            f" RealMemory={NODE_MB}"
            for node in NODES
        )
        (self.folder / "slurm.conf").write_text(
            CONFIGURATION.format(
                host=host, user=getpass.getuser(), folder=self.folder, controller_port=_free_port(),
                nodes=nodes,
            )
        )  # fmt: skip
        self._write_program(
            "epilog", EPILOG.format(folder=self.folder, scontrol=shutil.which("scontrol", path=_path()))
        )
        # Snakemake's executor takes SLURM_CONF away from the srun inside a job; this one gives it back.
        inner = shutil.which("srun", path=_path())
        self._write_program("srun", f'#!/bin/sh\nSLURM_CONF="{self.folder}/slurm.conf" exec {inner} "$@"\n')

    def _write_program(self, name: str, text: str) -> None:
        program = self.folder / "bin" / name
        program.write_text(text, encoding="utf-8")
        program.chmod(0o755)

    def _launch(self, program: str, *arguments: str | Path, name: str = "") -> None:
        name = name or program
        with (self.folder / f"{name}.out").open("ab") as out:
            self._running[name] = subprocess.Popen(
                [program, *map(str, arguments)], env=self.environment, stdin=subprocess.DEVNULL,
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
