"""Alembic revisions, oldest first. They run in process when a knowledge base is opened."""
