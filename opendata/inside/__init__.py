"""The one place where the open-data room looks behind the wall: working tables as frames, inside one snapshot."""
