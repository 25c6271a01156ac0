"""The way through Kafka: agents, what is in flight, the pool of processes, the producer, dead letters."""
