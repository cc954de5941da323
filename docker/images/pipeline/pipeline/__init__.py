"""The weather pipeline: what Airflow's tasks, the weather source, the stream job and the batch have in common."""
