"""The settings of operators."""
