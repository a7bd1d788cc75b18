"""Picture strings: the XPath 3.1 notations for formatting and parsing numbers, dates and times."""
