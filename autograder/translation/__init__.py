"""For translators: collect what is to be translated, bring the catalogues up to date, say what is left."""
