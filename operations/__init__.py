"""Around the program: set-up, Airflow on one machine, a mail catcher. Nothing of the domain."""
