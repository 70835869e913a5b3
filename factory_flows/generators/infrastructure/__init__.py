"""What brings an application up: images, and what runs them."""
