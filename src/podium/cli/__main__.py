"""`python -m podium.cli`: the same command where the script isn't on the path."""

import sys

from podium.cli.main import main

sys.exit(main())
