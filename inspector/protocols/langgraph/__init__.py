"""LangGraph Agent Server: Python, JS and compatible servers."""
