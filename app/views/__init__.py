"""The pages of the app: each module has a `show()` that draws one page."""
