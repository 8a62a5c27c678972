"""Pure functions about text: rich text and its cleaning, credits, times, differences."""
