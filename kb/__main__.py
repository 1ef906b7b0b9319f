"""`python -m kb` is the `firstline` command."""

from kb.doors.cli import main

if __name__ == "__main__":
    main()
