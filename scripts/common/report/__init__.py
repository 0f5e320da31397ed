"""The page's phrases, the authors' answers, Word, Markdown, another run's results."""
