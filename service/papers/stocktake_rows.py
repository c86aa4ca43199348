"""Tables that the report on a stocktake may show: who filed, results by content and year, awards."""

from __future__ import annotations

from service.movement import stocktaking
from service.papers.matter_facts import rows

rows("stocktake_filing", "year", "what", "asked", "filed", "taken")(stocktaking.filing_table)
rows("stocktake_results", "year", "content", "what", "total", "units")(stocktaking.result_table)
rows("stocktake_awards", "year", "round", "form", "group", "collectives", "individuals", "households")(stocktaking.award_table)
