"""The gateway's routes, one module a noun, each as thin as it can be."""
