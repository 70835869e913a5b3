"""Stable Diffusion XL through diffusers: base and refiner, starting pictures, masks, LoRAs, and little memory.

`StableDiffusion.load(Configuration(base=folder))` gives an `ImageModel`; weights are safetensors, or refused.
"""
