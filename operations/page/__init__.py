"""The operations page inside Airflow: who is missing, what failed, what to do next. It looks at ledger and registry only."""
