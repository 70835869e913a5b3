"""Alias-free generators: trained on pictures alone, drawn by seed, style and place.

`train_generator` trains one and goes on where it was stopped, `load_generator` reads one, `StyleGan3` draws what image
generation asks for; `style_of`, `mixed`, `between`, `placed` and `draw` are the ways to sample. `nvidia` converts
NVIDIA's own weights, in a process of its own.
"""
