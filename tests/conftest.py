"""What holds for all tests: how long an example takes is no part of any promise."""

from hypothesis import HealthCheck, settings

settings.register_profile("zjtx", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("zjtx")
