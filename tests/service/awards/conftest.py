"""Awards are tried in a furnished office."""

from tests.journeys.conftest import furnished, office_on

__all__ = ["furnished", "office_on"]
