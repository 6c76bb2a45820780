"""From an exact query to words that are held up by citations."""
