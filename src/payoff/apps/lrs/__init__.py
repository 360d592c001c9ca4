"""The learning record store over HTTP: xAPI 1.0.3 and 2.0 on one endpoint, one ASGI application."""
