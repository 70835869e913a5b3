"""Pictures of an architecture: Mermaid text, and SVG."""
