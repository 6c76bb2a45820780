"""The verbs of the `pbi` command, a family a file."""
