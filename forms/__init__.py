"""Forms in form-js schema, checked on the server; knows no web and no database."""
