"""6. The disk of the SQLite file is full: writes are refused and say so, reads go on, nothing acknowledged is lost,
and with room again the same process writes again."""

import resource
import subprocess

from audit import audit
from load import Load
from run import SQLITE

NUMBER, NAME, BACKENDS = 6, "full disk", [SQLITE]
SIZE = "64m"


async def run(run):
    disk = run.folder / "disk"
    disk.mkdir()
    mount = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", disk], capture_output=True)
    if mount.returncode == 0:
        run.figures.notes.append("tmpfs")
        try:
            await fill(run, disk, Ballast(disk / "ballast"))
        finally:
            # Before the disk goes away, and without the audit that others have after this.
            await run.close(cleanly=False)
            subprocess.run(["umount", disk], check=True)
    else:
        # Whoever is not root has a limit on the size of files instead, which is nearly the same to SQLite.
        run.figures.notes.append("file-size limit, since a tmpfs cannot be mounted")
        await fill(run, disk, Limit(run, disk / "proof.db-wal"))
    return True


class Ballast:
    """Somebody else's file takes what is left of the disk."""

    def __init__(self, file):
        self.file = file

    def fill(self):
        with open(self.file, "wb", buffering=0) as ballast:
            for size in (1 << 16, 1 << 12):
                try:
                    while True:
                        ballast.write(bytes(size))
                except OSError:
                    pass

    def free(self):
        self.file.unlink()


class Limit:
    """No file of the service may become larger than its log is now."""

    def __init__(self, run, file):
        self.run = run
        self.file = file

    def fill(self):
        self._set(self.file.stat().st_size)

    def free(self):
        self._set(resource.RLIM_INFINITY)

    def _set(self, size):
        resource.prlimit(self.run.services[0].pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


async def fill(run, disk, room):
    run.url = f"sqlite:{disk}/proof.db"
    await run.add_service()
    skus, locations = await run.books(8), await run.locations(2)
    await run.stock(skus, locations, 500)
    load = Load(run, skus, locations)
    load.start()
    for _ in range(2 if run.options.short else 8):
        await load.for_seconds(run.random.uniform(0.1, 0.5))
        refused = run.figures.errors
        room.fill()
        await load.until(lambda: run.figures.errors > refused, "the disk is full, and no write is refused")
        await run.get("/v1/stock")
        accepted = run.figures.accepted
        room.free()
        await load.until(lambda: run.figures.accepted > accepted, "there is room again, and no write is accepted")
    await load.stop()
    run.services[0].check_alive()
    await audit(run)
    # What is there must be on the disk, not only in the process.
    await run.services[0].kill()
    await run.services[0].start()
    await audit(run)

