"""Fixtures that a conftest re-exports."""

from __future__ import annotations

import pytest

from tests.certificates import Certificates


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """One set of certificates for the whole run."""
    return Certificates.make(tmp_path_factory.mktemp("certificates"))
