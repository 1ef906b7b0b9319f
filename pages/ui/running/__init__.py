"""The tabs of the Run page, one file each."""
