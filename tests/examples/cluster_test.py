#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""examples/cluster on a real Slurm: a controller and three nodes on this machine, as any user, in a temporary folder.

The tool is killed in one task and a whole node in the middle of another. Both tasks are requeued, and continue. The totals
must be those of a single run and of an independent count, the one in count_lines().
"""

import collections
import contextlib
import getpass
import gzip
import itertools
import json
import os
import pathlib
import random
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOOL = os.environ["TOOL"]
LINES = 2000000  # of a file
NODES = 3
FILES = 121  # names of 7 files
PER_TASK = 15


def count_lines(lines):
    """Codes, versions, valid lines: by a regular expression, for `strict` and no other policy."""
    codes, versions = collections.Counter(), collections.Counter()
    for line, times in lines.items():
        found = re.fullmatch(rb"HTTP/(\d\.\d) (\d{3}) [\t -~\x80-\xff]*\r\n", line)
        if found:
            versions[found[1].decode()] += times
            codes[found[2].decode()] += times
    return codes, versions


def ports(count):
    """Free ports. Slurm cannot inherit a socket, so that another program may take one first; the daemon then fails."""
    with contextlib.ExitStack() as stack:
        listeners = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [listener.getsockname()[1] for listener in listeners]


class Slurm:
    """The daemons, in the foreground, and what they have started."""

    def __init__(self, folder):
        self.folder = folder
        for name in "state", "spool", "bin":
            (folder / name).mkdir()
        (folder / "bin/statusline").symlink_to(TOOL)
        (folder / "munge.key").write_bytes(random.randbytes(1024))
        (folder / "munge.key").chmod(0o400)
        control, *nodes = ports(1 + NODES)
        host, user = socket.gethostname().split(".")[0], getpass.getuser()
        (folder / "slurm.conf").write_text(f"""
ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={control}
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
CredType=cred/munge
SlurmUser={user}
SlurmdUser={user}
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool/%n
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/%n.pid
ProctrackType=proctrack/pgid
TaskPlugin=task/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SlurmdParameters=config_overrides
SlurmdTimeout=5
KillWait=1
SchedulerParameters=sched_interval=1,bf_interval=1
""" + "".join(f"NodeName=node{i} NodeHostname={host} NodeAddr=127.0.0.1 Port={port} CPUs=1\n"
              for i, port in enumerate(nodes)) + "PartitionName=all Nodes=ALL Default=YES\n", encoding="utf-8")
        self.environment = {"PATH": f"{folder}/bin:{os.environ['PATH']}:/usr/sbin", "LC_ALL": "C", "HOME": str(folder),
                            "SLURM_CONF": f"{folder}/slurm.conf"}
        self.daemons = {}

    def start(self, name, *command):
        with (self.folder / f"{name}.log").open("w") as log:
            self.daemons[name] = subprocess.Popen(command, env=self.environment, stdout=log, stderr=log,
                                                  start_new_session=True)

    def __enter__(self):
        folder = self.folder
        self.start("munged", "munged", "--foreground", f"--key-file={folder}/munge.key",
                   f"--socket={folder}/munge.socket", f"--pid-file={folder}/munged.pid", f"--seed-file={folder}/munged.seed")
        wait_for("munged", (folder / "munge.socket").exists)
        self.start("slurmctld", "slurmctld", "-D", "-i", "-c")
        for i in range(NODES):
            self.start(f"node{i}", "slurmd", "-D", "-c", "-N", f"node{i}")
        wait_for("the nodes", lambda: self.run("sinfo", "-h", "-t", "idle", "-o", "%D").strip() == str(NODES))
        return self

    def __exit__(self, *_):
        for name in reversed(self.daemons):
            self.daemons[name].terminate()
            try:
                self.daemons[name].wait(10)
            except subprocess.TimeoutExpired:
                self.daemons[name].kill()
        for pid in self.processes():
            kill(pid)

    def run(self, *command):
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False, timeout=60)
        return done.stdout if done.returncode == 0 else ""

    def processes(self, *wanted):
        """Those that were started with our configuration and with these variables, and the steps they belong to."""
        wanted = [f"SLURM_CONF={self.folder}/slurm.conf", *wanted]
        found = []
        for entry in pathlib.Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                variables = (entry / "environ").read_bytes().decode(errors="replace").split("\0")
                if all(w in variables for w in wanted) and int(entry.name) != os.getpid():
                    found.append(int(entry.name))
                    parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
                    if name_of(parent) == "slurmstepd":  # a step has overwritten its variables
                        found.append(parent)
        return set(found)

    def jobs(self):
        """Each job with its fields, as Slurm prints them."""
        text = self.run("scontrol", "--oneliner", "show", "job")
        return [dict(re.findall(r"(\w+)=(\S+)", line)) for line in text.splitlines()]

    def start_requeued(self):
        """Slurm waits for two minutes before it starts a requeued job."""
        for job in self.jobs():
            if job.get("Reason") == "BeginTime":
                self.run("scontrol", "update", f"JobId={job['JobId']}", "StartTime=now")


def name_of(pid):
    with contextlib.suppress(OSError):
        return pathlib.Path(f"/proc/{pid}/comm").read_text().strip()
    return None


def kill(pid):
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def wait_for(what, condition, seconds=120, pause=0.01):
    end = time.monotonic() + seconds
    while not (found := condition()):
        if time.monotonic() > end:
            raise TimeoutError(f"waited {seconds} s for {what}")
        time.sleep(pause)
    return found


class Cluster(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.folder.chmod(0o755)  # munged serves no folder that others cannot enter
        self.out = self.folder / "out"
        self.list = self.folder / "list"
        self.make_files()
        self.slurm = Slurm(self.folder)
        self.addCleanup(self.print_logs)

    def print_logs(self):
        if self._outcome.success:
            return
        for log in sorted(self.folder.glob("**/*.log")):
            print(f"--- {log.name}\n" + "\n".join(log.read_text(errors="replace").splitlines()[-15:]))

    def make_files(self):
        """Six files under 20 names each, and one by gzip. All have captured lines, each in its own order."""
        captured = [line.split(b"\n")[0] + b"\n"
                    for line in (f.read_bytes() for f in sorted(ROOT.glob("corpus/captured/*.http")))]
        draw = random.Random(1)
        self.counts = []
        data = []
        for i in range(6):
            lines = draw.choices(captured, k=LINES)
            self.counts.append(collections.Counter(lines))
            data.append(self.folder / f"data{i}")
            data[-1].write_bytes(b"".join(lines))
        names = [self.folder / f"{i}.lines" for i in range(FILES - 1)]
        for name, file in zip(names, itertools.cycle(data)):
            os.link(file, name)
        names.insert(50, self.folder / "some.lines.gz")
        lines = draw.choices(captured, k=100000)
        names[50].write_bytes(gzip.compress(b"".join(lines), 1))
        self.lines = collections.Counter(lines)
        for counted, _ in zip(itertools.cycle(self.counts), range(FILES - 1)):
            self.lines.update(counted)
        self.names = names
        self.list.write_text("".join(f"{name}\n" for name in names), encoding="utf-8")

    def objects(self, task):
        first = task * PER_TASK
        return [f for f in (self.out / f"{i:07}.json" for i in range(first, first + PER_TASK)) if f.exists()]

    def kill_the_tool(self, task):
        """Kills the tool in a task that has some objects. Returns those."""
        wait_for("objects", lambda: len(self.objects(task)) >= 3)
        log = self.out / f"{task}.log"

        def killed():
            before = self.objects(task)
            for pid in self.slurm.processes(f"SLURM_ARRAY_TASK_ID={task}"):
                if name_of(pid) == "statusline":
                    kill(pid)
            return before if "status 137" in log.read_text() else None

        return wait_for("the tool to be killed", killed, 30, 0)

    def kill_a_node(self, but):
        """Kills a node that has done a part of a task: its daemon, the step and the task. Returns the task and its objects."""

        def found():
            for job in self.slurm.jobs():
                task = job.get("ArrayTaskId", "")
                if (job.get("JobState") == "RUNNING" and task.isdigit() and int(task) != but
                        and 3 <= len(self.objects(int(task))) <= PER_TASK - 5):
                    return int(task), job["NodeList"]
            return None

        task, node = wait_for("a task in the middle", found)
        self.slurm.daemons[node].kill()
        for pid in self.slurm.processes(f"SLURMD_NODENAME={node}"):
            kill(pid)
        before = self.objects(task)
        self.assertLess(len(before), PER_TASK, "the task was not in the middle")
        return task, before, node

    def single_run(self):
        """The same files without Slurm."""
        plain = [str(n) for n in self.names if n.suffix != ".gz"]
        objects = []
        for part in plain[:50], None, plain[50:]:
            done = subprocess.run([TOOL, "parse", "--lines", "--summary", "--json", *(part or ["-"])], check=False,
                                  input=None if part else gzip.decompress(self.names[50].read_bytes()),
                                  capture_output=True)
            self.assertEqual(done.returncode, 1, done.stderr)
            objects.append(done.stdout)
        return json.loads(subprocess.run([TOOL, "merge", "--json"], input=b"".join(objects), capture_output=True,
                                         check=True).stdout)

    def check_page(self):
        page = (ROOT / "docs/cluster.md").read_text(encoding="utf-8")
        commands, shown = re.search(r"^```sh\n(statusline merge .*?)^```\n\n```text\n(.*?)^```$", page, re.MULTILINE | re.DOTALL).groups()
        printed = subprocess.run(["sh", "-ec", commands], cwd=self.folder, check=True, capture_output=True, text=True,
                                 env={**self.slurm.environment, "COLUMNS": "80"})
        self.assertEqual(printed.stdout, shown)

    def test_a_killed_task_and_a_killed_node_change_no_count(self):
        with self.slurm as slurm:
            submitted = subprocess.run([ROOT / "examples/cluster/submit.sh", self.list, self.out, str(PER_TASK)],
                                       env=slurm.environment, check=True, capture_output=True, text=True)
            self.assertRegex(submitted.stdout, r"^\d+ \d+\n$")
            before = {0: self.kill_the_tool(0)}
            task, objects, node = self.kill_a_node(but=0)
            before[task] = objects
            times = {f: f.stat().st_mtime_ns for files in before.values() for f in files}

            def finished():
                slurm.start_requeued()
                return (self.out / "total.json").exists()

            wait_for("the total", finished, 300, 0.5)
            restarts = {int(j["ArrayTaskId"]): int(j["Restarts"]) for j in slurm.jobs() if "ArrayTaskId" in j}
            self.assertEqual({t: n for t, n in restarts.items() if n}, {0: 1, task: 1})
            self.assertIn("down", slurm.run("sinfo", "-h", "-N", "-n", node, "-o", "%T"))
        self.assertEqual({f: f.stat().st_mtime_ns for f in times}, times, "a requeued task counted a file again")

        total = json.loads((self.out / "total.json").read_text())
        codes, versions = count_lines(self.lines)
        self.assertEqual(total["codes"], codes)
        self.assertEqual(total["versions"], versions)
        self.assertEqual(total["valid"], sum(codes.values()))
        self.assertEqual(total["inputs"], sum(self.lines.values()))
        self.assertEqual(sum(total["errors"].values()), total["inputs"] - total["valid"])
        self.assertEqual(total["bytes"], sum(len(line) * n for line, n in self.lines.items()))
        self.assertEqual(total, self.single_run())
        self.check_page()
        print(f"{total['inputs']} lines in {FILES} files: totals equal after task 0 and {node} with task {task} were killed")

    def test_a_file_that_is_cut_off_stops_the_merge(self):
        """The object of a file is there whole or not at all; the second submission counts only what is missing."""
        good = self.names[50].read_bytes()
        self.names[50].write_bytes(good[:-1000])
        self.list.write_text("".join(f"{name}\n" for name in self.names[48:52]), encoding="utf-8")
        submit = [ROOT / "examples/cluster/submit.sh", self.list, self.out, "1"]
        with self.slurm as slurm:
            subprocess.run(submit, env=slurm.environment, check=True, capture_output=True)
            wait_for("the jobs", lambda: not slurm.run("squeue", "-h").strip(), 120, 0.2)
            self.assertEqual(sorted(f.name for f in self.out.glob("*.json")),
                             ["0000000.json", "0000001.json", "0000003.json"])
            self.assertIn("of unpack 1", (self.out / "2.log").read_text())
            times = {f: f.stat().st_mtime_ns for f in self.out.glob("*.json")}
            self.names[50].write_bytes(good)
            subprocess.run(submit, env=slurm.environment, check=True, capture_output=True)
            wait_for("the total", (self.out / "total.json").exists)
            self.assertEqual({f: f.stat().st_mtime_ns for f in times}, times)
        total = json.loads((self.out / "total.json").read_text())
        self.assertEqual(total["inputs"], 3 * LINES + 100000)


if __name__ == "__main__":
    sys.exit(unittest.main())
