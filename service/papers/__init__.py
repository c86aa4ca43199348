"""Official papers: drawn up from what the database knows in the layout of Decree 30/2020, kept in versions, compared before signing.

A kind of paper is data (`data/kinds.toml`), its words are a text (`texts/`), what it says comes from `facts` and its
builders; papers of matters (`matters`) are data of a bundle and say what was answered. `printing` sets a paper as PDF/A-2b
and `word` as DOCX. The names below are the whole face of the package.
"""

from __future__ import annotations

from service.papers import (  # they register what each kind says
    award_facts,
    correction_facts,
    council_facts,
    dossier_facts,
    matter_drawing,
    matter_signed,
    period_facts,
    stocktake_rows,
)
from service.papers.batches import (
    ask_certificates,
    batches_of,
    draw_certificate,
    is_stale,
    open_batch,
    outdated,
    papers_by_name,
    picture_certificate,
    read_batch,
)
from service.papers.bundle import bundle_package, may_bundle, unsigned_papers
from service.papers.certificate_signing import (
    FULL_PAGE,
    SignedCopy,
    certificates_signed,
    is_stopped,
    next_batch,
    seal_certificates,
    sign_certificates,
    signed_copy_of,
    waiting_for,
)
from service.papers.codes import Certified, Standing, standing_of
from service.papers.compare import Difference
from service.papers.council_facts import printed_checkpoints
from service.papers.esigning import next_signature, seal_paper, sign_paper, signatures_of
from service.papers.kinds import PaperKind, kind_named, kinds_of, paper_kinds
from service.papers.matters import (
    MatterPaper,
    draw_up_matter_paper,
    must_take_paper,
    papers_of_matter,
    preview_matter_paper,
    upload_matter_paper,
)
from service.papers.models import Paper, PaperBatch
from service.papers.pades import Signature
from service.papers.period_signed import Changed, SignedPeriod, signed_about, signed_period
from service.papers.signing import Look, looks_before, must_agree, note_settled
from service.papers.versions import (
    Drawn,
    Stand,
    draw_up_paper,
    list_with_papers,
    may_draw,
    may_scan,
    open_paper,
    preview_paper,
    read_for_papers,
    stands_of,
    stands_of_name,
    upload_paper,
)

assert award_facts and correction_facts and council_facts and dossier_facts
assert matter_drawing and matter_signed and period_facts and stocktake_rows

__all__ = [
    "FULL_PAGE",
    "Certified",
    "Changed",
    "Difference",
    "Drawn",
    "Look",
    "MatterPaper",
    "Paper",
    "PaperBatch",
    "PaperKind",
    "Signature",
    "SignedCopy",
    "SignedPeriod",
    "Stand",
    "Standing",
    "ask_certificates",
    "batches_of",
    "bundle_package",
    "certificates_signed",
    "draw_certificate",
    "draw_up_matter_paper",
    "draw_up_paper",
    "is_stale",
    "is_stopped",
    "kind_named",
    "kinds_of",
    "list_with_papers",
    "looks_before",
    "may_bundle",
    "may_draw",
    "may_scan",
    "must_agree",
    "must_take_paper",
    "next_batch",
    "next_signature",
    "note_settled",
    "open_batch",
    "open_paper",
    "outdated",
    "paper_kinds",
    "papers_by_name",
    "papers_of_matter",
    "picture_certificate",
    "preview_matter_paper",
    "preview_paper",
    "printed_checkpoints",
    "read_batch",
    "read_for_papers",
    "seal_certificates",
    "seal_paper",
    "sign_certificates",
    "sign_paper",
    "signatures_of",
    "signed_about",
    "signed_copy_of",
    "signed_period",
    "standing_of",
    "stands_of",
    "stands_of_name",
    "unsigned_papers",
    "upload_matter_paper",
    "upload_paper",
    "waiting_for",
]
