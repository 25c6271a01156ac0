"""What a worker shows over HTTP: health, metrics, the live page."""
