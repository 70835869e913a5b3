"""The embedded image model: small, trained on scenes that this project renders itself, shipped with the code.

`scenes` draws and describes, `training` learns, `model` draws from words, `judge` says how well words are followed.
"""
