"""The report: facts in, one typed view, four renderings (page, PDF, mail, annex)."""
