"""A subject from a few pictures: LoRAs by which a model draws it when its word is said.

Ruiz et al. 2022, "DreamBooth" (arXiv 2208.12242), on low-rank changes of the weights (arXiv 2106.09685).
`train_subject` trains and goes on where it was stopped; `EmbeddedTrainee` and `SdxlTrainee` say how each model is
taught.
"""
