"""Collecting report pages: who publishes (sources), how their lists look (families), and how they are fetched (crawl)."""
