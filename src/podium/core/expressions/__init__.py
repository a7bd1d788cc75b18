"""Expressions: JSONPath, JSONata, intrinsic functions and payload templates; value in, value out."""
