"""vaeviz: the router. `streamlit run explorer_app.py` starts here."""

from vaeviz.ui import opening

opening.router()
