"""Video generation: clips from words, pictures and scenes, and the radiance fields that scenes are learnt as."""
