"""Sets up the second factor of somebody, as an app does, for tests that run outside demo mode."""

from __future__ import annotations

from datetime import timedelta

import pyotp

from service import clock, people


def enrolled(login: str, password: str) -> str:
    """Turn the second factor on with the code of half a minute ago; returns its secret, so that the code of now is still good."""
    secret = people.second_factor.begin(password, by=people.actor_of(login)).secret
    people.second_factor.confirm(pyotp.TOTP(secret).at(clock.unmoved() - timedelta(seconds=30)), by=people.actor_of(login))
    return secret
