"""Addresses of lists in and out."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("sheets", __name__)
