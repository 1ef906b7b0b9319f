"""What the portal knows and does: tables below, verbs above, doors on top. Knows no Streamlit."""
