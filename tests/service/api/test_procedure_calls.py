"""The procedure, what changed and the figures over the API."""

from __future__ import annotations

import pytest

from service.processes import enactments
from service.processes.deployments import files_of
from service.processes.enactments import current_deployment
from tests.journeys.office import Office
from tests.journeys.program import Answered, Program


def test_program_reads_the_procedure_its_changes_and_the_figures(office: Office, program: Program) -> None:
    first = current_deployment("nomination_case")
    told = program.call("donvi", "GET", f"/definitions/{first}/procedure?process=award_nomination")
    (part,) = told["parts"]
    assert "Bước 4. Kiểm tra thành phần, thẩm định" in told["text"] and part["steps"][3]["element"] == "check_dossier"
    assert any(run["to"] == "wait_return" for line in part["steps"][3]["lines"] for run in line["runs"])
    english = program.call("donvi", "GET", f"/definitions/{first}/procedure?language=en")
    assert "Step 4. " in english["text"] and "Award in an annual" in english["text"]
    files = files_of(first)
    text = files["award_nomination.bpmn"].decode()
    assert 'name="Xem xét lại"' in text
    files["award_nomination.bpmn"] = text.replace('name="Xem xét lại"', 'name="Xem xét lại một lần"').encode()
    second = enactments.deploy_bundle(files, main="nomination_case", by=office.who("quantri"))
    changes = program.call("donvi", "GET", f"/definitions/{second}/changes?since={first}")
    assert [(one["change"], one["element"]) for one in changes["steps"]] == [("changed", "review_refusal")]
    assert changes["elements"][0]["details"] == [{"name": "name", "before": "Xem xét lại", "after": "Xem xét lại một lần"}]
    assert changes["files"] == [] and "+ Xem xét lại một lần" in changes["text"]
    office.nominate("HN-2026")
    found = program.call("truongphong", "GET", f"/definitions/{first}/figures?all_versions=true&from=2026-01-01")
    step = next(one for one in found["steps"] if one["element"] == "self_assess")
    assert (step["waiting"], step["done"], step["unit"], step["missed"]) == (1, 0, "clock", False)
    assert found["versions"] == [first, second] and found["from"] == "2026-01-01"
    for path in (f"/definitions/{first}/figures", f"/definitions/{first}/changes?since=999", f"/definitions/{first}/procedure?process=x"):
        with pytest.raises(Answered) as refused:
            program.call("donvi", "GET", path)
        assert refused.value.status == (403 if "figures" in path else 404)
    with pytest.raises(Answered) as refused:
        program.call("truongphong", "GET", f"/definitions/{first}/figures?from=2026-02-02&to=2026-02-01")
    assert refused.value.status == 422
