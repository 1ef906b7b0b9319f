"""What learns: text, ranking, triage and the measures of each. Knows no database and no Streamlit."""
