"""Stage draft: a review folder from a paper, from files, or from both."""
