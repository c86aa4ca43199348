"""The demo's clock is one for all threads: none ever sees the machine's own day while another reads how far it was moved."""

from __future__ import annotations

import os
import threading
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from service import clock

DAY = timedelta(days=400)


def test_a_thread_that_comes_while_another_reads_the_file_waits_for_it(tmp_path: Path) -> None:
    pipe = tmp_path / "clock"
    os.mkfifo(pipe)
    clock.follow(pipe)
    seen: list[date] = []
    try:
        first, second = (threading.Thread(target=lambda: seen.append(clock.today()), daemon=True) for _ in range(2))
        first.start()
        with pipe.open("w", encoding="ascii") as writing:  # opens once the first thread has begun to read
            second.start()
            second.join(0.3)
            assert seen == [], "nobody has been told a day yet"
            writing.write(str(DAY.total_seconds()))
        first.join(5)
        second.join(5)
    finally:
        clock.follow(None)
    assert len(seen) == 2 and all(abs(day - (datetime.now(UTC) + DAY).date()) <= timedelta(days=1) for day in seen)
