"""The one folder that knows Streamlit: settings in the URL, caches, the live board."""
