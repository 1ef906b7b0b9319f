"""The tabs of the Search tuning page, one file each."""
