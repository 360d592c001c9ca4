"""What soft-skills microlearning changed, and what that was worth."""
