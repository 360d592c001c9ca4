"""Rules of the Experience API, 1.0.3 and 2.0 (IEEE 9274.1.1): pure, no store, no network."""
