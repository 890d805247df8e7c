"""Around the program: set-up, Airflow on one machine, people and secrets of a deployment, a mail catcher: no domain."""
