"""What a message's octets become: files that are read in ranges, new files on disk, headers, whole messages."""
