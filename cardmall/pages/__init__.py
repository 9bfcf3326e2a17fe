"""Every page: one file per route; cardmall.py adds what stands in PAGES."""
