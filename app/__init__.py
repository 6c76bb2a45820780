"""What faces a person or a program: the `pbi` command and the Streamlit pages."""

import os

# Looking through everything installed for plugins of pydantic costs a tenth of the start of a
# command, and none is used.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
