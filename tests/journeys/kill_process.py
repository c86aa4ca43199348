"""Service and worker in processes of their own, to be killed: puts the application together once, then forks on demand.

`serve PORT` or `work` → waits for the killed one before it, prints the number of a new process; the end of the input
ends this one. Nothing is open when it forks: no connection, no thread.
"""

from __future__ import annotations

import os
import signal
import sys

from werkzeug.serving import make_server

from service import worker
from service.app import create_app
from service.awards.nominations import MAIN_PROCESS
from service.config import Settings
from service.db import db
from service.processes.deployments import definition_of
from service.processes.enactments import current_deployment


def main() -> None:
    """Fork one process a line."""
    app = create_app(Settings())
    with app.app_context():  # what every start reads anew is read once here: a kill is to meet work, not a start
        definition_of(current_deployment(MAIN_PROCESS))
        db.session.remove()
        db.engine.dispose()
    living: dict[str, int] = {}
    for line in sys.stdin:
        what, _, port = line.strip().partition(" ")
        if what in living:
            _, status = os.waitpid(living[what], 0)
            if not os.WIFSIGNALED(status) or os.WTERMSIG(status) != signal.SIGKILL:
                sys.exit(f"{what} ended by itself: {status}")
        child = os.fork()
        if child == 0:
            os.dup2(2, 1)  # what it logs is not taken for a number
            if what == "serve":
                make_server("127.0.0.1", int(port), app, threaded=True).serve_forever()
            else:
                worker.run(app)
            os._exit(0)
        living[what] = child
        print(child, flush=True)


if __name__ == "__main__":
    main()
