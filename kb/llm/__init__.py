"""The optional language model: never the source of a fact."""
