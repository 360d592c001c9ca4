"""The record store's storage: statements, documents, attachments, keys; SQLite or PostgreSQL, one schema."""
