"""What people see. One file a screen: enter, ask kb, show."""
