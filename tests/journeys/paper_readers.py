"""What somebody finds of a matter's papers, and what the version that he opens says."""

from __future__ import annotations

from service import papers
from service.papers.matters import MatterPaper, papers_of_matter
from tests.journeys.office import Office
from tests.service.papers.reading import text_of


def stands(office: Office, matter: int, name: str, login: str) -> MatterPaper | None:
    return next((one for one in papers_of_matter(matter, by=office.who(login)) if one.name == name), None)


def said_in(office: Office, matter: int, name: str, login: str) -> str:
    """The words of the version that somebody opens."""
    found = stands(office, matter, name, login)
    assert found is not None and found.latest, (name, login)
    (pdf,) = [one for one in found.latest if one.format == "pdf"]
    return text_of(papers.open_paper(pdf.id, by=office.who(login))[2].read_bytes())
