"""One value as written and as compared: identifiers, dates, words, numbers in words."""
