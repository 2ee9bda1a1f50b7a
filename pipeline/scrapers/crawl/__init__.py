"""Asking portals politely: guarded addresses, limits while loading, robots.txt, one request a second, and Scrapy around it."""
