"""One file a revision, named after its number; released ones are never edited."""
