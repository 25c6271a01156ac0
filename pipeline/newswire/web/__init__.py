"""What a worker shows over HTTP: its health and its metrics."""
