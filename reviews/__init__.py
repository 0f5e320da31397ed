"""Published reviews, run again from their public data, and the page that shows them together."""
