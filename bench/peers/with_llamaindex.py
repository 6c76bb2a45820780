"""LlamaIndex as its tutorials have it: pypdf pages, the default splitter, Chroma."""

import chromadb
from llama_index.core import SimpleDirectoryReader, StorageContext, VectorStoreIndex
from llama_index.core.node_parser import SentenceSplitter
from llama_index.embeddings.huggingface import HuggingFaceEmbedding
from llama_index.vector_stores.chroma import ChromaVectorStore
from timing import run

BEST = 10


def ready(model):
    """The encoder, warm."""
    encoder = HuggingFaceEmbedding(model_name=model, device="cpu")
    encoder.get_query_embedding("warm")
    return encoder


def ingest(encoder, files, store):
    """Pages, nodes, vectors; what searches them."""
    pages = SimpleDirectoryReader(input_files=files).load_data()
    nodes = SentenceSplitter().get_nodes_from_documents(pages)
    collection = chromadb.PersistentClient(path=store).get_or_create_collection("reports")
    storage = StorageContext.from_defaults(
        vector_store=ChromaVectorStore(chroma_collection=collection)
    )
    index = VectorStoreIndex(nodes, storage_context=storage, embed_model=encoder)
    return index.as_retriever(similarity_top_k=BEST)


def search(index, question):
    """The ten nearest nodes."""
    return index.retrieve(question)


run(ready, ingest, search)
