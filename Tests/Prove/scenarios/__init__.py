"""One file for each scenario. A scenario has a number, a name, the backends it runs on (`SHORT` where the short form has
fewer), and `run`, which sets up, does its worst, and leaves the audit to the caller unless it returns that it has done
it."""

from scenarios import (
    clock, contention, crash, database_crash, full_disk, mix, opposite_orders, rolling_restart, rolling_update)

ALL = [
    contention, opposite_orders, mix, crash, database_crash, full_disk, clock, rolling_update, rolling_restart]
