"""What people decide and what must outlive the data: identity map, decisions, exports, erasures."""
