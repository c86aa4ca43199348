"""BPMN on SpiffWorkflow: pure functions of (state, act); knows no web and no database."""
