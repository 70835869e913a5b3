<<<<<<< HEAD
"""Steps of video generation: each joins a model with a block."""
=======
"""Steps of video generation."""
>>>>>>> v-vmodels
