"""Videos from words and from pictures through diffusers: Wan, LTX, HunyuanVideo 1.5, CogVideoX, Stable Video Diffusion.

`VideoDiffusion.load(Configuration(folder))` gives a `models.clip.VideoModel`; which family a folder holds is read from
it. Weights are safetensors, or refused.
"""
