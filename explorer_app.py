"""vaeviz: the router. `streamlit run explorer_app.py` starts here."""

import streamlit as st

from vaeviz.ui import shell

shell.dress()
st.navigation(shell.pages(), position="top").run()
