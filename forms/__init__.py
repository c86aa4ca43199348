"""Forms in form-js schema, checked on the server; knows no web and no database.

`compile_form` reads a .form file, `check` holds answers against it, `from_html` reads a posted page,
`lay_out` gives what a page draws. Uploads are in `forms.uploads`, the product's own forms in `forms.library`.
"""

from forms.check import check, codes, visible
from forms.compiler import Form, compile_form
from forms.fields import Field, Option, Part
from forms.html import change_rows, from_html
from forms.problems import FieldError, FormProblem, FormProblems, Rejected
from forms.view import AGAIN, first_answers, lay_out, taken_over

__all__ = [
    "AGAIN",
    "Field",
    "FieldError",
    "Form",
    "FormProblem",
    "FormProblems",
    "Option",
    "Part",
    "Rejected",
    "change_rows",
    "check",
    "codes",
    "compile_form",
    "first_answers",
    "from_html",
    "lay_out",
    "taken_over",
    "visible",
]
