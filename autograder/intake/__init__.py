"""From a folder or a zip file to notebooks: read, mended where needed, made safe to look at; nothing here raises for
what a student handed in."""
