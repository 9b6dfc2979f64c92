"""What happened, in figures: one line for each scenario and backend, and the table at the end."""

from dataclasses import dataclass, field

COLUMNS = [
    # title, member, width
    ("attempts", "attempts", 9),
    ("accepted", "accepted", 9),
    ("refused", "refused", 8),
    ("replayed", "replayed", 9),
    ("deadlocks", "deadlocks", 10),
    ("unknown", "unknown", 8),
    ("5xx", "errors", 6),
    ("kills", "kills", 6),
    ("drift", "drift", 6),
    ("s", "seconds", 6),
]


@dataclass
class Figures:
    scenario: str
    backend: str
    # Requests that ask for a change; a repetition is an attempt of its own.
    attempts: int = 0
    accepted: int = 0
    # 4xx: the present state does not allow it.
    refused: int = 0
    # Answers that were given before and came again for the same Idempotency-Key.
    replayed: int = 0
    # Deadlocks that Postgres broke up and the service tried again inside; None where that is not known.
    deadlocks: int | None = None
    # The connection ended before a whole answer came.
    unknown: int = 0
    errors: int = 0
    kills: int = 0
    drift: int | None = None
    seconds: float = 0.0
    # What else the scenario has to say.
    notes: list = field(default_factory=list)

    def cells(self):
        for title, member, width in COLUMNS:
            value = getattr(self, member)
            text = "–" if value is None else f"{value:.1f}" if isinstance(value, float) else f"{value:,}"
            yield title, text, width

    def line(self):
        text = ", ".join(f"{title} {text}" for title, text, _ in self.cells() if title != "s")
        return f"  {self.backend}: {text}; {self.seconds:.1f} s" + "".join(f"; {note}" for note in self.notes)


def table(all_figures, skipped):
    head = f"{'scenario':<18}{'backend':<13}" + "".join(f"{title:>{width}}" for title, _, width in COLUMNS)
    lines = [head, "-" * len(head)]
    for figures in all_figures:
        cells = "".join(f"{text:>{width}}" for _, text, width in figures.cells())
        lines.append(f"{figures.scenario:<18}{figures.backend:<13}{cells}")
    lines += [f"{scenario:<18}{backend:<13}  SKIPPED: {reason}" for scenario, backend, reason in skipped]
    return "\n".join(lines)
