"""The API: AWS wire protocols over HTTP, one file per noun."""
