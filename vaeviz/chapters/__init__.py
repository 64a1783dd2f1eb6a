"""What each page shows, without Streamlit: a chapter declares, the engine does the rest."""
