"""Tests of generated applications, a package a framework."""
