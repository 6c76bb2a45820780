"""Reads problem reports into records with evidence. Knows neither a database nor a screen."""
