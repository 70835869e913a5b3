"""Crypto prediction: a module a subject, each with its request, its result and its flow."""
