"""Addresses that exist in demo mode only; each view answers 404 otherwise."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
