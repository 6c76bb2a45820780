"""A question in a person's words, turned into exact queries."""
