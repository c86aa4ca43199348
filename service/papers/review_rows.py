"""Tables that the report on a review may show: who filed, results by content and year, awards."""

from __future__ import annotations

from service.movement import reviewing
from service.papers.matter_facts import rows

rows("review_filing", "year", "what", "asked", "filed", "taken")(reviewing.filing_table)
rows("review_results", "year", "content", "what", "total", "units")(reviewing.result_table)
rows("review_awards", "year", "round", "form", "group", "collectives", "individuals", "households")(reviewing.award_table)
