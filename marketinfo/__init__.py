"""The public library of market information and requirements."""
