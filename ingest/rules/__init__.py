"""One family of values a file: dates, periods, parties, severities, impact wordings."""
