"""Network security: which records of traffic are attacks, of which kind, and how unlike anything known they are."""
