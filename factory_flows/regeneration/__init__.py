"""Living with a generated project: generated again without losing what people changed."""
