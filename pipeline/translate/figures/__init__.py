"""Figures: numbers, dates, times and codes, which are read and written by rule."""
