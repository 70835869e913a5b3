"""Networks that forecast prices. This package is cheap to import; the modules that need torch are not."""
