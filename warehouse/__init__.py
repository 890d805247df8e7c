"""What is kept: the archive of files, the ledger of what happened, the warehouse of accepted rows and figures."""
