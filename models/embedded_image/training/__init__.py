"""How the embedded model is made: its autoencoder, its text-to-latent network, its enlarger, and its judge."""
