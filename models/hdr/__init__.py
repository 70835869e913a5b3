"""Light beyond paper white: measured, written for screens that show it, and brought down for those that do not."""
