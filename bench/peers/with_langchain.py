"""LangChain as its tutorials have it: pdfplumber pages, 1,000 characters with 200 over, Chroma."""

from langchain_chroma import Chroma
from langchain_community.document_loaders import PDFPlumberLoader
from langchain_huggingface import HuggingFaceEmbeddings
from langchain_text_splitters import RecursiveCharacterTextSplitter
from timing import run

BEST = 10


def ready(model):
    """The encoder, warm."""
    encoder = HuggingFaceEmbeddings(model_name=model, model_kwargs={"device": "cpu"})
    encoder.embed_query("warm")
    return encoder


def ingest(encoder, files, store):
    """Pages, chunks, vectors."""
    pages = [page for file in files for page in PDFPlumberLoader(file).load()]
    splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200)
    return Chroma.from_documents(splitter.split_documents(pages), encoder, persist_directory=store)


def search(index, question):
    """The ten nearest chunks."""
    return index.similarity_search(question, k=BEST)


run(ready, ingest, search)
