"""Award nominations: rounds, submissions, nominations, the lists that officers act on, rules with their basis."""
