"""Korean text to tokens, ranked search and similarity; no models."""
