"""The commands of `vinhdanh user`."""

from __future__ import annotations

import re

from click.testing import CliRunner, Result
from flask import Flask

from service import people
from service.people.cli import user


def run(*words: str) -> Result:
    return CliRunner().invoke(user, words)


def test_a_user_is_added_granted_listed_revoked_reset_and_disabled(app: Flask) -> None:
    added = run("add", "mai", "--name", "Lê Ban Mai", "--group", "vhxh")
    assert added.exit_code == 0, added.output
    code = re.search(r"[A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4}", added.output)
    assert code
    people.redeem_code("mai", code[0], "mưa nguồn suối xa", door="web")
    assert run("grant", "mai", "clerk", "--to", "2099-01-01").exit_code == 0
    listed = run("list", "--text", "le ban")
    assert "clerk, vhxh" in listed.output
    assert "1 tài khoản." in listed.output
    assert run("revoke", "mai", "clerk", "--reason", "đổi việc").exit_code == 0
    assert people.actor_of("mai").groups == {"vhxh"}
    assert "Mã đặt lại mật khẩu của mai" in run("reset", "mai").output
    assert run("disable", "mai", "--reason", "nghỉ").exit_code == 0
    assert "0 tài khoản." in run("list").output
    assert "mai" in run("list", "--disabled").output


def test_first_people_are_made_at_the_command_line_also_whom_two_people_would_make(app: Flask) -> None:
    app.extensions["settings"].demo = False
    for login, group in (("quan", "admin"), ("chutich", "chair"), ("thuky", "secretary"), ("soat", "inspector")):
        added = run("add", login, "--name", f"Lê {login}", "--group", group)
        assert added.exit_code == 0, added.output
    assert run("grant", "chutich", "member").exit_code == 0
    listed = run("list").output
    assert "chair, member" in listed and "inspector" in listed


def test_a_refusal_is_one_sentence_and_no_trace(app: Flask) -> None:
    for words in (
        ("disable", "ai", "--reason", "x"),
        ("add", "có dấu", "--name", "A"),
        ("grant", "ai", "vhxh"),
    ):
        refused = run(*words)
        assert refused.exit_code == 1
        assert refused.output.startswith("Error: ")
        assert "Traceback" not in refused.output
