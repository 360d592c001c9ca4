"""Files as people have them → arrow tables."""
