"""Servers, a package a framework."""
