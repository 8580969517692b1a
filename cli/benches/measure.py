"""Times whole commands: seconds and peak memory of the largest process, the median over some runs."""

import os
import statistics
import subprocess
import sys
import tempfile
import time


def once(command, cwd=None, env=None, codes=(0,)):
    """Runs a command to its end: (wall seconds, cpu seconds, peak MB). Raises with its output unless it exits with one
    of `codes`."""
    with tempfile.TemporaryFile() as output:
        start = time.monotonic()
        process = subprocess.Popen(command, cwd=cwd, env={**os.environ, **(env or {})}, stdout=output, stderr=output)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in codes:
            output.seek(0)
            sys.exit(f"{' '.join(map(str, command))} failed:\n{output.read().decode(errors='replace')[-4000:]}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def median(command, runs=3, before=None, **where):
    """The medians of `runs` runs; `before` is called ahead of each."""
    taken = []
    for _ in range(runs):
        if before:
            before()
        taken.append(once(command, **where))
    return tuple(statistics.median(column) for column in zip(*taken))


def table(title, rows):
    """Prints rows of (name, (wall, cpu, peak), note) as Markdown."""
    print(f"\n### {title}\n")
    print("| | wall s | cpu s | peak MB | |\n| --- | ---: | ---: | ---: | --- |")
    for name, (wall, cpu, peak), note in rows:
        print(f"| {name} | {wall:.2f} | {cpu:.2f} | {peak:.0f} | {note} |")
    sys.stdout.flush()
