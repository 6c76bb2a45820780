"""The knowledge base: records, files, full text, vectors, and the answers drawn from them."""
