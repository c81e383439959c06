"""How a file is read beside its raw bytes: what is compressed is opened, what is escaped is written out."""
