"""The process studio: drafts of a process on which administrators work before it is deployed.

It stands above the subjects and changes nothing that runs: what becomes of a draft is an act of `processes`.
"""
