"""Where returns come from: a folder, an SFTP server, an S3 bucket, a mailbox. All offer files; ``tasks.collect`` takes them."""
