"""Addresses of the console's pages."""

from urllib.parse import quote


def machine_path(arn, query=""):
    return f"/console/machines/{quote(arn, safe=':')}{query}"


def execution_path(arn, query=""):
    return f"/console/executions/{quote(arn, safe=':')}{query}"


def studio_path(arn="", query=""):
    return f"/console/studio{'/' if arn else ''}{quote(arn, safe=':')}{query}"


def map_run_path(arn):
    return f"/console/map-runs/{quote(arn, safe=':/')}"
