"""Engines that read text from pixels, behind one protocol."""

import os

# Releases of onnxruntime since 1.29 report to their maker, and make an id of the machine, as
# soon as they are imported; switching it off afterwards comes too late.  All that imports it
# lies in this package.  Set, not defaulted: no environment may switch it on.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
