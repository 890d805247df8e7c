"""The form definitions as files: return.yml and one file a sheet. Read them through ``expectations.form``."""
