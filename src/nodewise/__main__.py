"""`python -m nodewise`: the command line."""

import sys

from nodewise.cli.main import main

sys.exit(main())
