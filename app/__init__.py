"""What faces a person or a program: the `pbi` command and the Streamlit pages."""
