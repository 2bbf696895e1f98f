"""The same arithmetic on every processor: import this before numpy.

OpenBLAS adds in an order that depends on the processor. That moves a last digit, and where numbers
are drawn from what it returns, such as a synthetic world, a last digit moves everything after it.
So one set of kernels is asked for, which processors of x86-64 have had since 2013. It is asked for
in the environment, which kernels of notebooks inherit; who sets ``OPENBLAS_CORETYPE`` keeps that.
"""

import os
import platform

CORE = "Haswell"

if platform.machine() in ("x86_64", "AMD64"):
    os.environ.setdefault("OPENBLAS_CORETYPE", CORE)
