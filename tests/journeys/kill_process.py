"""Service and worker in processes of their own, to be killed: imports everything once, then forks on demand.

`serve PORT` or `work` → prints the number of a new process; the end of the input ends this one.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress

from werkzeug.serving import make_server

from service import worker
from service.app import create_app
from service.config import Settings


def main() -> None:
    """Fork one process a line."""
    for line in sys.stdin:
        what, _, port = line.strip().partition(" ")
        child = os.fork()
        if child == 0:
            os.dup2(2, 1)  # what it logs is not taken for a number
            app = create_app(Settings())
            if what == "serve":
                make_server("127.0.0.1", int(port), app, threaded=True).serve_forever()
            else:
                worker.run(app)
            os._exit(0)
        print(child, flush=True)
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:  # those that were killed meanwhile
                pass


if __name__ == "__main__":
    main()
