"""Server-side rendering: the HTML of a page holds its content, or the skeleton of a personal page."""
