"""Pure functions for text: rich text and its cleaning, credit lines, times and differences."""
